import { quoted } from '../text/words.ts';
import { clean } from './address.ts';
import { COLUMNS, type Column } from './column-names.ts';
import { headingKey, readHeading } from './headings.ts';

/**
 * What the input `csv-columns` settles: the headings of a column, any of which a file can have, or `-` for
 * none.
 */
export type ColumnChoices = ReadonlyMap<Column, readonly string[] | '-'>;

/** Reads the lines `column = heading` of the input `csv-columns`. */
export function readColumnChoices(text: string): {
  readonly choices: ColumnChoices;
  readonly problems: string[];
} {
  const choices = new Map<Column, string[] | '-'>();
  const problems: string[] = [];
  for (const line of text.split(/[\r\n]+/).map(clean)) {
    if (line === '' || /^#(\s|$)/.test(line)) continue;
    const [, name = '', right = ''] = /^([^=]*)=(.*)$/.exec(line) ?? [];
    const heading = clean(right).replace(/^(["'])(.*)\1$/, '$2');
    const column = columnCalled(clean(name));
    const earlier = column === undefined ? undefined : choices.get(column);
    if (heading === '') problems.push(`${quoted(line)} is not of the form \`column = heading\`.`);
    else if (column === undefined)
      problems.push(`${quoted(clean(name))} is not a column. The columns are ${LIST}.`);
    else if (earlier !== undefined && (earlier === '-' || heading === '-')) {
      problems.push(`\`${column}\` has a heading on one line and \`-\` on another. Keep one of them.`);
    } else choices.set(column, heading === '-' ? '-' : [...(earlier ?? []), heading]);
  }
  return { choices, problems };
}

/**
 * Where a heading that `csv-columns` names is among the cells of a header, by its exact text or else without
 * brackets.
 */
export function indicesOf(heading: string, cells: readonly string[]): number[] {
  const same = (key: (text: string) => string) =>
    cells.flatMap((cell, index) => (key(cell) === key(heading) ? [index] : []));
  const exact = same(plain);
  return exact.length > 0 || headingKey(heading) === '' ? exact : same(headingKey);
}

const LIST = COLUMNS.map((column) => `\`${column}\``).join(', ');

function columnCalled(name: string): Column | undefined {
  const heading = readHeading(name);
  return heading.kind === 'known' ? heading.column : undefined;
}

function plain(text: string): string {
  return clean(text).normalize('NFC').toLowerCase().replace(/\s+/g, ' ');
}
