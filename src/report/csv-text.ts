import { oneLine } from './text.ts';

/**
 * A CSV (RFC 4180): one line of text for each row, and no cell that a spreadsheet takes for a formula. It starts with a
 * byte-order mark where it needs one, which is where Excel would otherwise garble a letter.
 */
export function csvText(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => row.map(cell).join(','));
  const text = [columns.join(','), ...lines, ''].join('\r\n');
  return /[^ -~\r\n]/.test(text) ? `\uFEFF${text}` : text;
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
