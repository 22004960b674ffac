import { isUtf8 } from 'node:buffer';
import { CsvError, type Options, parse } from 'csv-parse/sync';
import { columnOf } from './columns.ts';

const [LF, CR, TAB, SPACE, HASH] = [0x0a, 0x0d, 0x09, 0x20, 0x23];

/** Where two delimiters are equally good, the first counts. */
const DELIMITERS = [',', ';', '\t'];

const SYNTAX: Options = {
  comment: '#',
  comment_no_infix: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  skip_empty_lines: true,
};

export interface Row {
  /** The line that the row begins on, from 1, as an editor counts. */
  readonly line: number;
  /** As written, without the quotes around them. */
  readonly cells: readonly string[];
}

export interface Rows {
  readonly rows: Row[];
  readonly problems: { readonly line: number; readonly message: string }[];
  readonly delimiter: string;
}

/**
 * The rows of a CSV, without blank lines and comments, and what cannot be read, on its line: text that is not UTF-8, and
 * quotes that do not match. After such a quote, reading goes on with the next line, so that one slip hides nothing else;
 * only if it is in the first row nothing else is read, because then nobody knows what the columns are.
 */
export function readRows(file: Uint8Array): Rows {
  if (isUtf16(file)) return { rows: [], delimiter: ',', problems: [{ line: 1, message: UTF16 }] };
  const bytes = hasByteOrderMark(file) ? file.subarray(3) : file;
  const rows: Row[] = [];
  const problems = undecodableLines(bytes).map((line) => ({ line, message: NOT_UTF8 }));
  const lineOf = lineCounter(bytes);
  let start = nextRow(bytes, 0);
  const delimiter = detectDelimiter(bytes.subarray(start));
  for (let base = start; base < bytes.length; base = start) {
    try {
      parse(bytes.subarray(base), {
        ...SYNTAX,
        delimiter,
        // csv-parse's own count of lines is where a row ends, not where it begins.
        on_record: (cells: string[], { bytes: length }) => {
          if (start < base + length) {
            rows.push({ line: lineOf(start), cells });
            start = nextRow(bytes, base + length);
          }
          return null;
        },
      });
      break;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      // `bytes` is where the last delimiter was met, and `index` is the number of cells before this one.
      const cell = error['index'] === 0 ? start : base + Number(error['bytes']) + 1;
      problems.push({
        line: lineOf(cell),
        message: error.code === 'INVALID_OPENING_QUOTE' ? INNER_QUOTE : OPEN_QUOTE,
      });
      if (rows.length === 0) break;
      start = nextRow(bytes, endOfLine(bytes, cell));
    }
  }
  return { rows, problems, delimiter };
}

const UTF16 =
  'The file is in UTF-16, which Excel calls "Unicode Text". Save it as UTF-8 (in Excel: "CSV UTF-8").';
const NOT_UTF8 = 'This line holds bytes that are not UTF-8. Save the file as UTF-8 (in Excel: "CSV UTF-8").';
const OPEN_QUOTE =
  'A double quote opens a cell here, and none closes it just before a delimiter or a line end. Close it, and double the quotes that belong to the text.';
const INNER_QUOTE =
  'A double quote stands inside a cell that does not begin with one. Put the whole cell in double quotes, without a space before, and double those that belong to the text.';

/**
 * The delimiter under which the first row has most cells that name a column, or else most cells at all: a comma in the
 * name of a column that is not ours does not mislead it, and cells further down do not count.
 */
function detectDelimiter(bytes: Uint8Array): string {
  const fitness = DELIMITERS.map((delimiter) => {
    const cells = firstRow(bytes, delimiter);
    return { delimiter, named: cells.filter(columnOf).length, cells: cells.length };
  });
  fitness.sort((a, b) => b.named - a.named || b.cells - a.cells);
  return fitness[0]?.delimiter ?? ',';
}

function firstRow(bytes: Uint8Array, delimiter: string): string[] {
  try {
    return parse(bytes, { ...SYNTAX, delimiter, to: 1 })[0] ?? [];
  } catch (error) {
    if (error instanceof CsvError) return [];
    throw error;
  }
}

/** A zero byte beside the first character is how UTF-16 looks where the byte-order mark is missing. */
function isUtf16([first, second]: Uint8Array): boolean {
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return marked || first === 0 || second === 0;
}

function hasByteOrderMark([first, second, third]: Uint8Array): boolean {
  return first === 0xef && second === 0xbb && third === 0xbf;
}

/** Line by line is exact: no byte of a longer character in UTF-8 looks like a line end. */
function undecodableLines(bytes: Uint8Array): number[] {
  const lines: number[] = [];
  if (isUtf8(bytes)) return lines;
  const lineOf = lineCounter(bytes);
  for (let start = 0; start < bytes.length; ) {
    const end = endOfLine(bytes, start);
    if (!isUtf8(bytes.subarray(start, end))) lines.push(lineOf(start));
    start = end + 1;
  }
  return lines;
}

/** Where the first line begins, from the beginning of a line on, that is neither blank nor a comment. */
function nextRow(bytes: Uint8Array, from: number): number {
  let start = from;
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === LF || byte === CR) start = at + 1;
    else if (byte === HASH && at === start) at = endOfLine(bytes, at) - 1;
    else if (byte !== SPACE && byte !== TAB) return start;
  }
  return bytes.length;
}

function endOfLine(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at++;
  return at;
}

/** Tells the line of an offset; each call must ask for the same offset as the one before, or a later one. */
function lineCounter(bytes: Uint8Array): (offset: number) => number {
  let [at, line] = [0, 1];
  return (offset) => {
    for (; at < offset; at++) {
      if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) line++;
    }
    return line;
  };
}
