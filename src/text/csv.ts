import { inPieces } from './chunked.ts';
import { oneLine } from './one-line.ts';

/** Beyond ASCII, where Excel garbles a file without a byte-order mark. */
const FOREIGN = /[^ -~]/;

/**
 * A CSV (RFC 4180) in pieces: one line of text for each row, and no cell that a spreadsheet takes for a formula. It starts
 * with a byte-order mark where it needs one. Goes through `rows` twice.
 */
export function csvText(
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
): Generator<string, void, undefined> {
  return inPieces(lines(columns, rows));
}

function* lines(columns: readonly string[], rows: Iterable<readonly string[]>): Generator<string> {
  yield `${needsMark(rows) ? '\uFEFF' : ''}${columns.join(',')}\r\n`;
  for (const row of rows) yield `${row.map(cell).join(',')}\r\n`;
}

function needsMark(rows: Iterable<readonly string[]>): boolean {
  for (const row of rows) {
    if (row.some((value) => FOREIGN.test(value) && FOREIGN.test(cell(value)))) return true;
  }
  return false;
}

/** A value as one cell. */
function cell(value: string): string {
  const text = guarded(oneLine(value));
  // A cell that starts with # would make its row a comment to our own reader; space at the ends would be trimmed.
  return /[",;]|^[# ]| $/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * `text` with an apostrophe before everything that would start a formula: the full-width signs count too, and so does
 * what follows a semicolon, since half of Europe's spreadsheets split there, quotes or not.
 */
function guarded(text: string): string {
  return text.replace(/(^|;)(["\s]*)(?=[=+\-@＝＋－＠])/g, "$1$2'");
}
