import { CsvError, parse } from 'csv-parse/sync';
import { countLineEnds, isComment, lineFinder } from './csv-lines.ts';
import { type CsvRecord, type QuoteMistake, repairedRecords } from './quote-repair.ts';

/*
 * The rows of a CSV (RFC 4180). csv-parse reads them, strictly, until it meets a mistake in the quotes; from
 * there on, our own reader does, which can name the cell and go on. The text is given to csv-parse in
 * stretches of whole lines, so that the rows of a large file are never all in memory at once, and a caller
 * that needs the first row does not wait for the last.
 */

export interface Row {
  /** The line that the row begins on, counted from 1 as an editor does. */
  readonly line: number;
  /** As written, without the quotes around them. */
  readonly cells: string[];
  /** The cells whose quotes are text because they are not those of a CSV. */
  readonly mistakes?: ReadonlyMap<number, QuoteMistake>;
}

export interface RowReader {
  /** The rows that are neither blank nor comments, in order. */
  readonly rows: Generator<Row, void, undefined>;
  /** How many comments were skipped so far. */
  readonly comments: () => number;
}

/** Characters that csv-parse is given at a time. */
const STRETCH = 16 * 1024;
/** A stretch that ends inside a quoted cell is extended up to this size: more is not meant as one cell. */
const MAX_STRETCH = 1024 * 1024;

/** Reads `text` from the beginning of a line on. `line` is the number of that line. */
export function readRows(text: string, delimiter: string, at = 0, line = 1): RowReader {
  let comments = 0;
  function* rows(): Generator<Row, void, undefined> {
    let number = line;
    for (const { firstLine, cells, mistakes, lineEnds } of recordsOf(text, at, delimiter)) {
      if (isComment(firstLine, delimiter)) comments++;
      else if (firstLine.trim() !== '') {
        yield { line: number, cells, ...(mistakes === undefined ? {} : { mistakes }) };
      }
      number += lineEnds + 1;
    }
  }
  return { rows: rows(), comments: () => comments };
}

function* recordsOf(text: string, at: number, delimiter: string): Generator<CsvRecord, void> {
  const mistake = yield* strictRecords(text, at, delimiter);
  yield* repairedRecords(text, mistake, delimiter);
}

/** The records before the first mistake; returns where the rest begins, or the length of the text. */
function* strictRecords(text: string, at: number, delimiter: string): Generator<CsvRecord, number> {
  const lines = lineFinder(text);
  const stretches = lineFinder(text);
  let start = at;
  while (start < text.length) {
    let records: string[][] | undefined;
    for (let size = STRETCH; records === undefined; size *= 2) {
      const end = stretches.after(stretches.endOf(Math.min(start + size, text.length)));
      const parsed = parseStrictly(text.slice(start, end), delimiter);
      const mayClose = parsed === 'open' && end < text.length && size < MAX_STRETCH;
      if (parsed !== 'open' && parsed !== 'wrong') records = parsed;
      else if (!mayClose) return start;
    }
    for (const cells of records) {
      // A byte-order mark begins a file, also one that was appended to another.
      const hasMark = text.charCodeAt(start) === 0xfeff;
      if (hasMark) cells[0] = cells[0]?.slice(1) ?? '';
      const firstLine = text.slice(hasMark ? start + 1 : start, lines.endOf(start));
      const lineEnds = cells.reduce((sum, cell) => sum + countLineEnds(cell), 0);
      // csv-parse knows no comments: the quotes of one hold no lines together.
      if (lineEnds > 0 && isComment(firstLine, delimiter)) return start;
      yield { firstLine, cells, lineEnds };
      for (let passed = 0; passed <= lineEnds; passed++) start = lines.after(lines.endOf(start));
    }
  }
  return start;
}

/** `open`: a quoted cell has no end in `text`. `wrong`: quotes stand where they may not. */
function parseStrictly(text: string, delimiter: string): string[][] | 'open' | 'wrong' {
  // csv-parse takes a NUL behind a closing quote for the end of the text.
  if (text.includes('"\0')) return 'wrong';
  try {
    return parse(text, { delimiter, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'open' : 'wrong';
  }
}
