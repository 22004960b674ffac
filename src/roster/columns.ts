import { nearest } from '../text/nearest.ts';
import { quoted } from '../text/quoted.ts';

/** Every name that a column may have (interface.md, section 1, "CSV"), without punctuation and in lower case. */
const NAMES = {
  user: ['user', 'username', 'login'],
  email: ['email', 'mail', 'emailaddress'],
  role: ['role'],
  'resource-group': ['resourcegroup', 'group', 'groupid'],
} as const;

export type Column = keyof typeof NAMES;

const COLUMN_OF = new Map<string, Column>(
  (Object.keys(NAMES) as Column[]).flatMap((column) => NAMES[column].map((name) => [name, column] as const)),
);

/** Too far from the right name for `nearest`, and yet what somebody with group names in the cells would write. */
const MISTAKEN_FOR = new Map<string, Column>([...COLUMN_OF, ['groupname', 'resource-group']]);

/** Where the columns are, counted from 0. */
export type Columns = Partial<Record<Column, number>>;

export interface Header {
  readonly columns: Columns;
  /** What is wrong with the header, each fit for a message. */
  readonly problems: string[];
}

/** The column that a cell of a header names, whatever its case and punctuation; `undefined` for any other text. */
export function columnOf(cell: string): Column | undefined {
  return COLUMN_OF.get(plain(cell));
}

/** The column that a cell of a header most likely means; `undefined` where it is near none. */
export function nearestColumn(cell: string): Column | undefined {
  return MISTAKEN_FOR.get(nearest(plain(cell), [...MISTAKEN_FOR.keys()]) ?? '');
}

/**
 * The columns of a header. Columns that it does not know are passed over, with one exception: a misspelt name of a column
 * that is not there otherwise is a problem, because everybody would silently get the default role, or the default group.
 * The column is then read as the one that was meant, so that the mistakes in its cells are found as well.
 */
export function readHeader(cells: readonly string[]): Header {
  const columns: Columns = {};
  const problems: string[] = [];
  cells.forEach((cell, index) => {
    const column = columnOf(cell);
    if (column === undefined) return;
    const first = columns[column];
    if (first === undefined) columns[column] = index;
    else problems.push(`${both(cells[first] ?? '', cell)} name the column \`${column}\`. Keep one of them.`);
  });

  const missing = (column: Column) => columns[column] === undefined;
  const noPerson = missing('user') && missing('email');
  cells.forEach((cell, index) => {
    if (columnOf(cell) !== undefined) return;
    const meant = nearestColumn(cell);
    if (meant === undefined || !missing(meant)) return;
    if ((meant === 'user' || meant === 'email') && !noPerson) return;
    columns[meant] = index;
    problems.push(
      `No column is called ${quoted(cell.trim())}. Did you mean \`${meant}\`? Rename it, or remove it if it is something else.`,
    );
  });

  if (missing('user') && missing('email')) {
    problems.push(NO_PERSON);
  }
  return { columns, problems };
}

const NO_PERSON =
  'The first row must name the columns, and one of them must be `user` or `email`. For example: `user`, `role`, `resource-group`.';

function plain(cell: string): string {
  return cell.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function both(first: string, second: string): string {
  const [one, two] = [quoted(first.trim()), quoted(second.trim())];
  return one === two ? `Two columns called ${one}` : `Both ${one} and ${two}`;
}
