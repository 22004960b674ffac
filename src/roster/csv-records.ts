import { CsvError, parse } from 'csv-parse/sync';

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

/** The number of line ends in `text`. */
export function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/**
 * A comment begins with `#` and white space, or is `#` alone. Any other `#` is text (interface.md,
 * "Comments").
 */
export function isComment(line: string, delimiter: string): boolean {
  if (!line.startsWith('#')) return false;
  return line.length === 1 || (/\s/.test(line.charAt(1)) && line.charAt(1) !== delimiter);
}

export interface LineFinder {
  /** The offset of the line end at or behind `at`, or the length of the text. */
  readonly endOf: (at: number) => number;
  /** Where the next line begins, behind the line end at `end`. */
  readonly after: (end: number) => number;
}

/**
 * Finds line ends (LF, CRLF, CR). Offsets should be asked for in ascending order, or else it searches again.
 */
export function lineFinder(text: string): LineFinder {
  const [nextLf, nextCr] = [finder(text, '\n'), finder(text, '\r')];
  return {
    endOf: (at) => Math.min(nextLf(at), nextCr(at), text.length),
    after: (end) => end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1),
  };
}

/**
 * The next offset of a character at or behind a given one; remembers the last, so that a text is searched
 * once.
 */
export function finder(text: string, character: string): (at: number) => number {
  let [from, found] = [0, -1];
  return (at) => {
    if (at < from || at > found) {
      const next = text.indexOf(character, at);
      [from, found] = [at, next === -1 ? Number.POSITIVE_INFINITY : next];
    }
    return found;
  };
}

/*
 * Reads a CSV with mistakes in its quotes, which a strict parser stops at. It names the cell that is wrong,
 * because that matters in cells that are used only, and goes on after it. A cell is quoted if its closing
 * quote is followed by a delimiter or a line end; if not, the quotes in it are text, and the cell ends at the
 * next delimiter or line end. So one slip spoils one cell, and never hides the rows below. What is right is
 * read as csv-parse reads it.
 *
 * Linear in the size of the text: a search for a closing quote goes over runs of an even number of quotes
 * only, and a cell that begins with such a run ends at once. So no stretch is searched more than twice.
 */

/** How the quotes of a cell are wrong. `open`: one opens the cell, and none closes it on its line. */
export type QuoteMistake = 'inside' | 'after' | 'open';

/** What stands between two line ends that are in no quoted cell: a row, a comment, or a blank line. */
export interface CsvRecord {
  /** The line that the record begins on, without a byte-order mark. */
  readonly firstLine: string;
  /** As written, without the quotes around them. */
  readonly cells: string[];
  /** The cells whose quotes are text because they are not those of a CSV. */
  readonly mistakes?: ReadonlyMap<number, QuoteMistake>;
  /** The number of line ends inside of its cells. */
  readonly lineEnds: number;
}

/** The records of `text` from the beginning of a line on. */
export function* repairedRecords(text: string, at: number, delimiter: string): Generator<CsvRecord, void> {
  const lines = lineFinder(text);
  const nextQuote = finder(text, '"');
  let start = at;
  while (start < text.length) {
    // A byte-order mark begins a file, also one that was appended to another.
    if (text.charCodeAt(start) === 0xfeff) start++;
    const end = lines.endOf(start);
    const firstLine = text.slice(start, end);
    if (nextQuote(start) >= end || isComment(firstLine, delimiter)) {
      yield { firstLine, cells: firstLine.split(delimiter), lineEnds: 0 };
      start = lines.after(end);
    } else {
      const { cells, mistakes, lineEnds, end: last } = readQuoted(text, start, delimiter, lines);
      yield { firstLine, cells, lineEnds, ...(mistakes.size > 0 ? { mistakes } : {}) };
      start = lines.after(last);
    }
  }
}

interface QuotedRow {
  readonly cells: string[];
  readonly mistakes: Map<number, QuoteMistake>;
  /** The offset of the line end behind the row, and the number of line ends inside of its cells. */
  readonly end: number;
  readonly lineEnds: number;
}

function readQuoted(text: string, start: number, delimiter: string, lines: LineFinder): QuotedRow {
  const cells: string[] = [];
  const mistakes = new Map<number, QuoteMistake>();
  let [at, end, lineEnds] = [start, lines.endOf(start), 0];
  const isBlank = (offset: number) =>
    /[^\S\r\n]/.test(text.charAt(offset)) && text.charAt(offset) !== delimiter;
  const skipBlanks = (offset: number) => {
    let to = offset;
    while (isBlank(to)) to++;
    return to;
  };
  for (;;) {
    const opening = skipBlanks(at);
    let next = -1;
    if (text[opening] === '"') {
      const close = closingQuote(text, opening + 1);
      const after = close === -1 ? -1 : skipBlanks(close + 1);
      const isClosed =
        after !== -1 &&
        (after >= text.length || /[\r\n]/.test(text.charAt(after)) || text[after] === delimiter);
      if (isClosed) {
        const cell = text.slice(opening + 1, close);
        cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
        if (close > end) {
          lineEnds += countLineEnds(cell);
          end = lines.endOf(after);
        }
        next = after;
      } else mistakes.set(cells.length, close === -1 || close >= end ? 'open' : 'after');
    }
    if (next === -1) {
      const stop = text.slice(at, end).indexOf(delimiter);
      next = stop === -1 ? end : at + stop;
      const cell = text.slice(at, next);
      if (cell.includes('"') && !mistakes.has(cells.length)) mistakes.set(cells.length, 'inside');
      cells.push(cell);
    }
    if (next >= end) return { cells, mistakes, end, lineEnds };
    at = next + delimiter.length;
  }
}

/** The quote that ends a cell that was opened before `from`: the first that is not doubled. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
