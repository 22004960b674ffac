import { notAnAddress, parseAddress } from './address.ts';
import { columnOf, type Header, nearestColumn, readHeader } from './columns.ts';
import { type Row, readRows } from './csv-rows.ts';
import type { RosterProblem, RosterText } from './entry.ts';
import type { Found, Part } from './found.ts';
import { type Fallback, readPersonRow } from './person-row.ts';

type Csv = NonNullable<RosterText['files']>[number];

const DELIMITER_NAMES: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab' };

/** Everybody in a CSV, and everything that is wrong with it. The problems of the rows come after those of the file. */
export function readCsv({ path, bytes }: Csv, fallback: Fallback): Part {
  const { rows, problems: unreadable, delimiter } = readRows(bytes);
  const found: Found[] = [];
  const problems: RosterProblem[] = unreadable.map(({ line, message }) => ({
    location: { file: path, line },
    message,
  }));
  const first = rows[0];
  if (first === undefined) return { found, problems };

  const { columns, problems: inHeader, people } = splitHeader(first, rows);
  const needsGroup = people.length > 0 && !fallback.hasDefaultGroup;
  if (columns['resource-group'] === undefined && needsGroup) inHeader.push(NO_GROUP_COLUMN);
  for (const message of inHeader) problems.push({ location: { file: path, line: first.line }, message });
  if (columns.user === undefined && columns.email === undefined) return { found, problems };

  for (const row of people) {
    // Its line has a problem already, and what a replaced character is called does not help anybody.
    if (unreadable.length > 0 && row.cells.some((cell) => cell.includes('\uFFFD'))) continue;
    const place = { file: path, line: row.line };
    const person =
      row.cells.length === first.cells.length
        ? readPersonRow(row.cells, columns, fallback)
        : { problems: [cellCount(row, first, delimiter)] };
    if (person.entry !== undefined) {
      found.push({ entry: { location: place, ...person.entry } });
    } else {
      for (const message of person.problems) problems.push({ location: place, message });
    }
  }
  return { found, problems };
}

const NO_GROUP_COLUMN =
  'Nobody has a group: add a column `resource-group`, or give a group for everybody in the input `resource-group`.';

/** Only a file of a single column can do without a header; a person called like a column needs one all the same. */
function splitHeader(first: Row, rows: readonly Row[]): Header & { people: readonly Row[] } {
  const people = rows.slice(1);
  const only = first.cells.length === 1 ? (first.cells[0] ?? '').trim() : undefined;
  if (only === undefined || isHeader(only, people)) return { ...readHeader(first.cells), people };
  const columns = { user: 0 };
  if (parseAddress(only) !== undefined) return { columns, problems: [], people: rows };
  const hint = 'If it is the header, write `user` or `email`.';
  return { columns, problems: [`${notAnAddress(only)} ${hint}`], people };
}

/** A slip in the only column's name is certain where it is a plural or stands above e-mails: Emil and Rolf are people, too. */
function isHeader(cell: string, people: readonly Row[]): boolean {
  if (columnOf(cell) !== undefined || columnOf(cell.replace(/s$/i, '')) !== undefined) return true;
  const isAboveEmails = people.length > 0 && people.every(({ cells }) => cells[0]?.includes('@'));
  return isAboveEmails && nearestColumn(cell) !== undefined && !cell.includes('@');
}

function cellCount({ cells }: Row, first: Row, delimiter: string): string {
  const mark = DELIMITER_NAMES[delimiter];
  const remedy =
    cells.length < first.cells.length
      ? `Write a ${mark} for each empty cell, too.`
      : `A cell that holds a ${mark} must stand in double quotes.`;
  return `This row has ${count(cells)}, where the first row has ${count(first.cells)}. ${remedy}`;
}

function count({ length }: readonly string[]): string {
  return length === 1 ? '1 cell' : `${length} cells`;
}
