import { quoted } from '../text/words.ts';
import { clean } from './address.ts';
import { COLUMNS, type Column } from './column-names.ts';
import { type ColumnChoices, indicesOf } from './csv-columns.ts';
import { misspelled, readHeading } from './headings.ts';

/** Which cell of a row belongs to which column, counted from 0. */
export type Columns = Partial<Record<Column, number>>;

export interface Header {
  readonly columns: Columns;
  /** Whether a yes in the column `state` means absent, as under `suspended`. */
  readonly isInverted: boolean;
  /** What is wrong with the header, each fit for a message. */
  readonly problems: string[];
}

/** Cells of a header that are looked at: more than a table for people has. */
export const MAX_CELLS = 1_000;
/** Headings that a message lists. */
const MAX_LISTED = 12;
const TOO_WIDE = `The first row has more than ${MAX_CELLS} cells, so this is not a table of people with a header.`;

const ONE_CELL =
  'The whole row stands in double quotes, so it is a single cell. Save the file without the quotes around its rows.';

/**
 * The columns of a header. A heading that `choices` settles is not looked at further. Other headings are
 * known, in doubt (a problem), or ignored; so is a misspelled name of a column that is missing otherwise,
 * because everyone would get the default role or group. That column is still read as what was meant, so that
 * the mistakes in its cells are found as well. `headingOfAddresses` is asked for an
 * example if no column has people.
 */
export function readHeader(
  cells: readonly string[],
  choices: ColumnChoices = new Map(),
  headingOfAddresses: () => string | undefined = () => undefined,
): Header {
  if (cells.length > MAX_CELLS) return { columns: {}, isInverted: false, problems: [TOO_WIDE] };
  if (cells.length === 1 && /[,;\t|]/.test(cells[0] ?? '')) {
    return { columns: {}, isInverted: false, problems: [ONE_CELL] };
  }
  const columns: Columns = {};
  const problems: string[] = [];
  for (const column of COLUMNS) {
    const headings = choices.get(column) ?? '-';
    if (headings !== '-') takeChosen(column, headings, cells, columns, problems);
  }
  const isOpen = (column: Column) => !choices.has(column);
  const chosen = new Set(Object.values(columns));
  let isInverted = columns.state !== undefined && isInvertedState(cells[columns.state] ?? '');
  const hasPerson = () => columns.user !== undefined || columns.email !== undefined;
  const doubtful: [string, Column, boolean][] = [];
  const unknown: [string, number][] = [];
  cells.forEach((cell, index) => {
    if (chosen.has(index)) return;
    const heading = readHeading(cell);
    if (heading.kind === 'other') {
      if (clean(cell) !== '') unknown.push([cell, index]);
    } else if (isOpen(heading.column)) {
      if (heading.kind === 'doubtful') doubtful.push([cell, heading.column, heading.isOtherSystem]);
      else if (columns[heading.column] !== undefined)
        problems.push(twice(heading.column, cells[columns[heading.column] ?? 0] ?? '', cell));
      else {
        columns[heading.column] = index;
        isInverted ||= heading.isInverted === true;
      }
    }
  });
  for (const [cell, column, isOtherSystem] of doubtful) {
    const known = columns[column];
    const others = doubtful.flatMap(([, other, isOther]) => (isOther || other === column ? [] : [other]));
    // Without it, the file would have no column of people.
    const isNeeded = isOfPeople(column) && !hasPerson() && !others.some(isOfPeople);
    if (known === undefined && isNeeded) problems.push(inDoubtAndNeeded(cell, column, isOtherSystem));
    else problems.push(inDoubt(cell, column, known === undefined ? undefined : cells[known], isOtherSystem));
  }
  const hadPerson = hasPerson();
  for (const [cell, index] of unknown) {
    const meant = misspelled(cell);
    if (meant === undefined || !isOpen(meant) || columns[meant] !== undefined) continue;
    if (hadPerson && isOfPeople(meant)) continue;
    columns[meant] = index;
    const otherwise = isOfPeople(meant)
      ? `. If it is something else, add ${A_PERSON}.`
      : `, or settle it in the input \`csv-columns\`: \`${meant} = -\` if it is something else.`;
    problems.push(
      `No column is called ${quoted(clean(cell))}. Did you mean \`${meant}\`? Rename it${otherwise}`,
    );
  }
  // What settles the other problem gives the file a column of people.
  const isAsked =
    doubtful.some(([, column, isOther]) => !isOther && isOfPeople(column)) ||
    COLUMNS.some((column) => isOfPeople(column) && (choices.get(column) ?? '-') !== '-');
  if (!hasPerson() && !isAsked) problems.unshift(noPerson(headingOfAddresses()));
  return { columns, isInverted, problems };
}

function isOfPeople(column: Column): boolean {
  return column === 'user' || column === 'email';
}

function takeChosen(
  column: Column,
  headings: readonly string[],
  cells: readonly string[],
  columns: Columns,
  problems: string[],
): void {
  const indices = new Set(headings.flatMap((heading) => indicesOf(heading, cells)));
  const [index] = indices;
  const names = headings.map(quoted).join(' or ');
  if (index === undefined) {
    problems.push(
      `This file has no column ${names}, which the input \`csv-columns\` names for \`${column}\`. ${listOf(cells)}`,
    );
  } else if (indices.size > 1) {
    problems.push(
      `${names} in the input \`csv-columns\` fits ${indices.size} columns of this file. Rename all but one.`,
    );
  } else {
    const other = COLUMNS.find((one) => columns[one] === index);
    if (other === undefined) columns[column] = index;
    else
      problems.push(
        `${names} stands for both \`${other}\` and \`${column}\` in the input \`csv-columns\`. Remove one of the two lines.`,
      );
  }
}

function isInvertedState(cell: string): boolean {
  const heading = readHeading(cell);
  return heading.kind === 'known' && heading.isInverted === true;
}

const noPerson = (example = 'Contact') =>
  'The first row must name the columns, and one of them must be `user` or `email`, for example: `user,role,resource-group`. ' +
  `If a column of another name has the usernames on the Hub or the email addresses, say so in the input \`csv-columns\`, for example: \`email = ${isCopyable(example) ? shown(example) : 'Contact'}\`.`;

const A_PERSON = 'a column `user` with the usernames on the Hub, or a column `email`';

function inDoubtAndNeeded(cell: string, column: Column, isOtherSystem: boolean): string {
  if (isOtherSystem) return `${ofOtherSystem(cell)} Replace it by ${A_PERSON}.`;
  const line = isCopyable(cell)
    ? `add the line \`${column} = ${shown(cell)}\` to the input \`csv-columns\``
    : `rename it to \`${column}\``;
  return `${maybe(cell, column)} If it is that column, ${line}. If it is something else, add the line \`${column} = -\` and a column \`${column === 'user' ? 'email' : 'user'}\`.`;
}

function ofOtherSystem(cell: string): string {
  return `${quoted(clean(cell))} is a column of another system, and its names are not those of the Hub.`;
}

function maybe(cell: string, column: Column): string {
  return `${quoted(clean(cell))} may be the column \`${column}\`, or something else.`;
}

function inDoubt(cell: string, column: Column, known: string | undefined, isOtherSystem: boolean): string {
  if (isOtherSystem) {
    return `${ofOtherSystem(cell)} Remove it, or add the line \`${column} = ${known === undefined ? '-' : shown(known)}\` to the input \`csv-columns\`, and it is ignored.`;
  }
  if (!isCopyable(cell) || !isCopyable(known ?? '')) {
    return `${maybe(cell, column)} Rename it: if it is that column, to \`${column}\`${known === undefined ? '' : `, and remove ${quoted(clean(known))}`}. If not, to another word.`;
  }
  const otherwise =
    known === undefined
      ? `\`${column} = -\` if there is none`
      : `\`${column} = ${shown(known)}\` if that one is`;
  return `${maybe(cell, column)} Settle it by a line in the input \`csv-columns\`: \`${column} = ${shown(cell)}\` if it is that column, ${otherwise}.`;
}

function twice(column: Column, first: string, second: string): string {
  const [one, two] = [quoted(clean(first)), quoted(clean(second))];
  const both =
    one === two ? `Two columns are called ${one}.` : `Both ${one} and ${two} name the column \`${column}\`.`;
  if (column === 'resource-group') {
    return `${both} Keep one column, and write one row for each group: a person in two groups stands on two rows.`;
  }
  const choice =
    one === two || !isCopyable(first)
      ? ''
      : `, or name it in the input \`csv-columns\`: \`${column} = ${shown(first)}\``;
  return `${both} Keep one of them${choice}.`;
}

/** The headings that `csv-columns` can name. */
function listOf(cells: readonly string[]): string {
  const headings = cells.filter((cell) => clean(cell) !== '').map((cell) => quoted(clean(cell)));
  const more = headings.length > MAX_LISTED ? `, and ${headings.length - MAX_LISTED} more` : '';
  return `Its columns are ${headings.slice(0, MAX_LISTED).join(', ')}${more}.`;
}

/** Whether `csv-columns` knows a heading by what a message shows of it: not if that is cut or spelled out. */
function isCopyable(cell: string): boolean {
  return shown(cell) === clean(cell);
}

/** A heading as it can be copied into `csv-columns`, on one line. */
function shown(cell: string): string {
  return quoted(clean(cell)).slice(1, -1);
}
