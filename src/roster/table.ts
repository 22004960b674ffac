import { isRole } from '../roles.ts';
import { foldCase, quoted } from '../text/words.ts';
import { clean, notAPerson, parsePerson } from './address.ts';
import { type Columns, MAX_CELLS, readHeader } from './columns.ts';
import { type ColumnChoices, indicesOf } from './csv-columns.ts';
import { isComment, lineFinder, type Row, type RowReader, readRows } from './csv-records.ts';
import { misspelled, readHeading } from './headings.ts';
import { parseExpiry } from './state.ts';

/** If two delimiters are equally good, the first counts. */
const DELIMITERS = [',', ';', '\t', '|'];

/** The first line with which spreadsheets name the delimiter. */
const SEPARATOR_LINE = /^"?sep=(.)"?[,;\t|]*$/i;

/** Columns of a missing header that a message spells out. */
const MAX_SHOWN = 30;

/** A CSV whose columns are known, before its rows are read. */
export interface Table {
  readonly delimiter: string;
  /**
   * The header, or the first person of a file of a single column that has none; undefined if there is no row.
   */
  readonly first: Row | undefined;
  readonly hasHeader: boolean;
  readonly columns: Columns;
  readonly isInverted: boolean;
  /** What is wrong with the first row. If no column has people, no row can be read. */
  readonly problems: string[];
  /** The rows of people. */
  readonly readPeople: () => RowReader;
  /** Comments above the header. */
  readonly commentsAbove: number;
}

/** Finds the delimiter, the header and the columns of a CSV. */
export function openTable(text: string, choices: ColumnChoices): Table {
  const start = findStart(text, choices);
  const reader = readRows(text, start.delimiter, start.at, start.line);
  const first = reader.rows.next().value ?? undefined;
  const all = () => readRows(text, start.delimiter, start.at, start.line);
  const people = () => {
    const below = all();
    below.rows.next();
    return below;
  };
  const given = { delimiter: start.delimiter, first, commentsAbove: start.comments };
  if (first === undefined) {
    return { ...given, hasHeader: false, columns: {}, isInverted: false, problems: [], readPeople: all };
  }
  const cells = first.cells.map(clean);
  const kind = kindOfFirst(cells, choices, people);
  if (kind === 'person') {
    return {
      ...given,
      hasHeader: false,
      columns: { user: 0 },
      isInverted: false,
      problems: [],
      readPeople: all,
    };
  }
  const header =
    kind === 'header'
      ? readHeader(first.cells, choices, () => headingOfAddresses(first, people()))
      : { columns: {}, isInverted: false, problems: [noHeader(cells, start.delimiter)] };
  return { ...given, hasHeader: true, ...header, readPeople: people };
}

/** The heading above the first email address in the first row of people; undefined if there is none. */
function headingOfAddresses({ cells: headings }: Row, { rows }: RowReader): string | undefined {
  const [row] = rows.take(1);
  const at = row?.cells.findIndex((cell) => parsePerson(cell)?.address.kind === 'email') ?? -1;
  return clean(headings[at] ?? '') || undefined;
}

/** Whether the first row is a header, a person of a file of a single column, or anything else. */
function kindOfFirst(
  cells: readonly string[],
  choices: ColumnChoices,
  people: () => RowReader,
): 'header' | 'person' | 'neither' {
  if ([...choices.values()].some((headings) => headings !== '-')) return 'header';
  const [only = '', ...more] = cells;
  if (more.some((cell) => cell !== '')) return looksLikePeople(cells) ? 'neither' : 'header';
  const heading = readHeading(only);
  const person = parsePerson(only);
  if (heading.kind === 'known') return 'header';
  // Its row tells whether it is the address of a page on the Hub.
  if (/^https?:\/\//i.test(only)) return 'person';
  if (person === undefined) return heading.kind === 'doubtful' ? 'header' : 'neither';
  // Emil and Rolf are people, too; above addresses only, a word that is nearly `email` is a slip.
  const isAboveAddresses = person.address.kind === 'username' && misspelled(only) !== undefined;
  return isAboveAddresses && allAddresses(people().rows) ? 'header' : 'person';
}

/** No heading is an email address, nor a role beside what can be a username. */
function looksLikePeople(cells: readonly string[]): boolean {
  const kinds = cells.map((cell) => parsePerson(cell)?.address.kind);
  const isKnown = cells.some((cell) => readHeading(cell).kind === 'known');
  const hasRole = cells.some((cell, index) => index > 0 && isRole(foldCase(cell)));
  return kinds.includes('email') || (!isKnown && hasRole && kinds[0] === 'username');
}

function allAddresses(rows: Iterable<Row>): boolean {
  let some = false;
  for (const { cells } of rows) {
    if (!cells[0]?.includes('@')) return false;
    some = true;
  }
  return some;
}

function noHeader(cells: readonly string[], delimiter: string): string {
  if (cells.slice(1).every((cell) => cell === '')) {
    return `${notAPerson(cells[0] ?? '')} The first row must be the heading \`user\` or \`email\`, or the first person of the list. Delete other lines above the list.`;
  }
  const shown = quoted(cells.join(delimiter));
  const line = headerFor(cells.slice(0, MAX_SHOWN)).join(delimiter === '\t' ? '<tab>' : delimiter);
  const more = cells.length > MAX_SHOWN ? ' …' : '';
  return `The header is missing: the first row must name the columns, but ${shown} looks like a person. Put this line above it, and change the names if a column is something else: \`${line}${more}\`.`;
}

/** A name for each column, guessed from the cells of one person. Only an address or a role is certain. */
function headerFor(cells: readonly string[]): string[] {
  const kinds = cells.map((cell): string | undefined => {
    if (parsePerson(cell)?.address.kind === 'email') return 'email';
    if (isRole(foldCase(cell))) return 'role';
    return parseExpiry(cell) === undefined ? undefined : 'expires';
  });
  if (!kinds.includes('email')) kinds[cells.findIndex((cell) => parsePerson(cell) !== undefined)] ??= 'user';
  return cells.map((_, index) => {
    const kind = kinds[index];
    return kind !== undefined && kinds.indexOf(kind) === index ? kind : `column ${index + 1}`;
  });
}

/** Where the header or the first person begins, behind a line `sep=` and the comments above. */
function findStart(text: string, choices: ColumnChoices) {
  const lines = lineFinder(text);
  let [at, line, comments] = [0, 1, 0];
  const [, named] = SEPARATOR_LINE.exec(text.slice(0, Math.min(lines.endOf(0), 20))) ?? [];
  if (named !== undefined) [at, line] = [lines.after(lines.endOf(0)), 2];
  const leading: { readonly at: number; readonly line: number; readonly content: string }[] = [];
  while (at < text.length) {
    const end = lines.endOf(at);
    const content = text.slice(at, end).replace(/^\ufeff/, '');
    if (content.startsWith('#')) leading.push({ at, line, content });
    else if (clean(content) !== '') break;
    at = lines.after(end);
    line++;
  }
  const delimiter = named ?? findDelimiter(text, at, choices);
  for (const one of leading) {
    // Above the header, a line with `#` that lacks the delimiter is a comment, and any other is the header.
    if (!isComment(one.content, delimiter) && one.content.includes(delimiter)) {
      return { delimiter, at: one.at, line: one.line, comments };
    }
    comments++;
  }
  return { delimiter, at, line, comments };
}

/**
 * The delimiter under which the first row has most cells that name a column, or else most cells at all: a
 * comma in a heading that is not ours does not mislead it, and cells further down do not count.
 */
function findDelimiter(text: string, at: number, choices: ColumnChoices): string {
  const chosen = [...choices.values()].flatMap((headings) => (headings === '-' ? [] : headings));
  const fitness = DELIMITERS.map((delimiter) => {
    const { cells = [] } = readRows(text, delimiter, at).rows.next().value ?? {};
    const looked = cells.slice(0, MAX_CELLS);
    const known = looked.filter((cell) => readHeading(cell).kind === 'known').length;
    const isChosen = chosen.filter((heading) => indicesOf(heading, looked).length > 0).length;
    return { delimiter, named: known + isChosen, cells: cells.length };
  });
  fitness.sort((a, b) => b.named - a.named || b.cells - a.cells);
  return fitness[0]?.delimiter ?? ',';
}
