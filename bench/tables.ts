import { type Row, sum } from './compare.ts';
import { beyond } from './kinds.ts';

/** A table in Markdown: `texts` columns of text, then numbers. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[], texts = 1): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, index) => (index < texts ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Comparisons of several sizes, with the time as a multiple of this action's. */
export function comparison(rows: readonly Row[]): string {
  const ours = new Map(
    rows.filter(({ way }) => way === 'this action').map((row) => [row.people, row.seconds]),
  );
  return markdown(
    [
      'people',
      'way',
      'requests',
      'floor',
      'time',
      'times ours',
      'added',
      'not added, though they could be',
      'strangers added',
    ],
    rows.map((row) => [
      number(row.people),
      row.way,
      number(row.requests),
      number(sum(row.floor)),
      seconds(row.seconds),
      (row.seconds / (ours.get(row.people) ?? 1)).toFixed(1),
      number(row.added),
      number(row.lost),
      number(row.strangers),
    ]),
    2,
  );
}

/** For each of this action's runs, what the requests above the floor are. */
export function explanation(rows: readonly Row[]): string {
  const lines = rows
    .filter(({ way, requests, floor }) => way === 'this action' && requests !== sum(floor))
    .map(({ people, kinds, floor }) => `- ${number(people)} people: ${beyond(kinds, floor)}.`);
  return lines.length === 0 ? '' : `\n\nAbove the floor, this action sends:\n\n${lines.join('\n')}`;
}

export function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}

export function seconds(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : 0)} s`;
}
