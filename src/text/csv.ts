import { chunked } from './chunked.ts';
import { oneLine } from './one-line.ts';

/** Characters that Excel garbles in a file without a byte-order mark: all beyond ASCII. */
const FOREIGN = /[^ -~]/;

/**
 * A CSV (RFC 4180) in chunks: one line of text per row, and no cell that a spreadsheet reads as a formula. It
 * starts with a byte-order mark if it needs one. Iterates `rows` twice.
 */
export function csvText(
  columns: readonly string[],
  rows: Iterable<readonly string[]>,
): Generator<string, void, undefined> {
  return chunked(lines(columns, rows));
}

function* lines(columns: readonly string[], rows: Iterable<readonly string[]>): Generator<string> {
  yield `${needsMark(rows) ? '\uFEFF' : ''}${columns.join(',')}\r\n`;
  for (const row of rows) yield `${row.map(cell).join(',')}\r\n`;
}

function needsMark(rows: Iterable<readonly string[]>): boolean {
  for (const row of rows) {
    if (FOREIGN.test(row.join('')) && row.some((value) => FOREIGN.test(cell(value)))) return true;
  }
  return false;
}

/** Most values: nothing in them needs a quote, an escape, or an apostrophe. Found in a third of the time. */
const PLAIN = /^[A-Za-z0-9](?: ?[A-Za-z0-9.:@_()'/-])*$/;

/** A value as one cell. */
function cell(value: string): string {
  if (PLAIN.test(value)) return value;
  const text = guarded(oneLine(value));
  // Our own reader takes a row that starts with # for a comment, and trims space at the ends of a cell. The runner takes a
  // line that starts with :: for a command if a step prints the file.
  return /[",;]|^[# :]| $/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * `text` with an apostrophe before each sign that would start a formula. Full-width signs count, and so does
 * a sign after a semicolon: with European settings, spreadsheets split there, even inside quotes.
 */
export function guarded(text: string): string {
  return text.replace(/(^|;)(["\s]*)(?=[=+\-@＝＋－＠])/g, "$1$2'");
}
