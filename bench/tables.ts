import type { Row } from './compare.ts';

/** A table in Markdown; columns of numbers to the right. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** The rows of one comparison, with the time as a multiple of this action's. */
export function comparison(rows: readonly Row[]): string {
  const ours = rows.find(({ who }) => who === 'this action');
  return markdown(
    ['', 'requests', 'time', 'times ours', 'added', 'not added, though they could be', 'strangers added'],
    rows.map((row) => [
      row.who,
      number(row.requests),
      `${row.seconds.toFixed(row.seconds < 10 ? 2 : 0)} s`,
      (row.seconds / (ours?.seconds ?? 1)).toFixed(2),
      number(row.added),
      number(row.lost),
      number(row.strangers),
    ]),
  );
}

export function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}
