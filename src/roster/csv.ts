import { many, quoted } from '../text/words.ts';
import { clean, cleanName, parseAddress, unguarded } from './address.ts';
import { COLUMNS, type Column } from './column-names.ts';
import type { ColumnChoices } from './csv-columns.ts';
import { decodeFile } from './csv-file.ts';
import type { QuoteMistake, Row } from './csv-records.ts';
import type { Found, RosterFile, RosterNotice, RosterText } from './entry.ts';
import { readPersonRow } from './person-row.ts';
import { isSlackExport } from './state.ts';
import { openTable, type Table } from './table.ts';

/**
 * Problems of one file that are told one by one: enough to work on, and bounded for a file that is wrong
 * throughout.
 */
const MAX_PROBLEMS = 5_000;
/** Ignored headings that the log names. */
const MAX_HEADINGS = 50;

const DELIMITER_NAMES: Readonly<Record<string, string>> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
  '|': 'vertical bar',
};

export interface CsvOptions extends Pick<RosterText, 'role' | 'maxRole' | 'hasDefaultGroup' | 'hubUrl'> {
  readonly choices: ColumnChoices;
  readonly now: Date;
  /** Maximum number of rows of people. */
  readonly maxRows: number;
}

/** What a CSV says, and what to log about it. */
export interface FoundInCsv extends Found {
  readonly notices: RosterNotice[];
  /** Rows of people, right or wrong. */
  readonly rows: number;
}

/** Everyone in a CSV, and everything that is wrong with it: at most one problem for each row. */
export function readCsv({ path, bytes }: RosterFile, options: CsvOptions): FoundInCsv {
  const found: FoundInCsv & { rows: number } = { entries: [], problems: [], notices: [], rows: 0 };
  const told = { left: MAX_PROBLEMS, more: 0 };
  const fail = (line: number, messages: readonly string[]) => {
    if (messages.length === 0) return;
    const last = found.problems.at(-1);
    const message = messages.join(' ');
    if (last?.location !== undefined && 'line' in last.location && last.location.line === line) {
      found.problems[found.problems.length - 1] = { ...last, message: `${last.message} ${message}` };
    } else if (told.left-- > 0) found.problems.push({ location: { file: path, line }, message });
    else told.more++;
  };
  const decoded = decodeFile(bytes);
  if (decoded.text === undefined) {
    fail(1, [decoded.problem]);
    return found;
  }
  const table = openTable(decoded.text, options.choices);
  const { first, columns } = table;
  if (first === undefined) return found;

  const needsColumn = columns['resource-group'] === undefined && !options.hasDefaultGroup;
  const hasPeople = columns.user !== undefined || columns.email !== undefined;
  const isEmpty = !hasPeople || table.readPeople().rows.next().done;
  fail(first.line, [
    ...table.problems,
    ...headerQuotes(table),
    ...(needsColumn && !isEmpty ? [NO_GROUP_COLUMN] : []),
  ]);
  if (!hasPeople) return found;
  found.notices.push(...noticesOf(path, table, decoded.isGuess));

  const rules = {
    ...options,
    state: { isInverted: table.isInverted, isSlack: isSlackExport(first.cells.map(clean)) },
    hasColumn: (column: Column) => columns[column] !== undefined,
  };
  const checks = { ...table, first, isGuess: decoded.isGuess };
  const reader = table.readPeople();
  let open: number | undefined;
  for (const row of reader.rows) {
    // A quote that was not closed is text only if the next line is a whole row, and not the rest of a cell.
    if (open !== undefined && row.cells.length !== first.cells.length) fail(open, [OPEN_QUOTE]);
    open = undefined;
    if (isRepeatedHeader(row, table) || row.cells.every((cell) => clean(cell) === '')) continue;
    if (found.rows >= options.maxRows) {
      fail(row.line, [tooMany(options.maxRows)]);
      break;
    }
    found.rows++;
    const unreadable = unreadableIn(row, checks);
    if (unreadable !== undefined) {
      fail(row.line, [unreadable]);
      continue;
    }
    if (row.mistakes?.values().some((mistake) => mistake === 'open')) open = row.line;
    const person = readPersonRow((column) => cellOf(row, column, columns), rules);
    if (person.entry === undefined) {
      fail(row.line, person.problems);
      continue;
    }
    const isLoneWord =
      !table.hasHeader &&
      row.line === first.line &&
      parseAddress(clean(row.cells[0] ?? ''))?.kind === 'username';
    const location = { file: path, line: row.line };
    const entry = { location, ...person.entry, ...(isLoneWord ? { mayBeHeading: true as const } : {}) };
    found.entries.push(person.expires === undefined ? { entry } : { entry, expires: person.expires });
  }
  const comments = table.commentsAbove + reader.comments();
  if (comments > 0)
    found.notices.push({
      location: { file: path, line: 1 },
      message: `${many(comments, 'comment line was', 'comment lines were')} skipped.`,
    });
  if (told.more > 0)
    found.problems.push({
      message: `${quoted(path)} has ${many(told.more, 'more row', 'more rows')} with mistakes. Correct those that are marked first.`,
    });
  return found;
}

const NO_GROUP_COLUMN =
  'The rows have no group: add a column `resource-group`, or give a group for all of them in the input `resource-group`.';

function tooMany(maxRows: number): string {
  return `The roster has more than ${many(maxRows, 'row', 'rows')}. Split it, and give each part to a run of its own.`;
}

function cellOf({ cells }: Row, column: Column, columns: Table['columns']): string {
  const index = columns[column];
  const text = index === undefined ? '' : (cells[index] ?? '');
  return text === '' ? '' : unguarded(column === 'resource-group' ? cleanName(text) : clean(text));
}

function isRepeatedHeader({ cells }: Row, { first, hasHeader, columns }: Table): boolean {
  if (!hasHeader || first === undefined) return false;
  const index = columns.user ?? columns.email ?? 0;
  const textOf = (cell = '') => clean(cell).toLowerCase();
  const isSame = (at: number) => textOf(cells[at]) === textOf(first.cells[at]);
  return (
    isSame(index) &&
    Array.from({ length: Math.max(cells.length, first.cells.length) }, (_, at) => at).every(isSame)
  );
}

/**
 * Why the cells of a row cannot be trusted: too many, quotes that are wrong, letters of an unknown encoding.
 */
function unreadableIn(
  row: Row,
  table: Pick<Table, 'columns' | 'delimiter' | 'hasHeader'> & {
    readonly first: Row;
    readonly isGuess: boolean;
  },
): string | undefined {
  const { cells, mistakes } = row;
  // Without a header, a word can be the name of the person whose address stands beside it.
  if (!table.hasHeader && cells.slice(1).some((cell) => clean(cell) !== '')) return SECOND_CELL;
  const width = table.first.cells.length;
  if (cells.length > width && cells.slice(width).some((cell) => clean(cell) !== '')) {
    return tooManyCells(cells.length, width, table.delimiter);
  }
  if (mistakes !== undefined) {
    const used = new Set(Object.values(table.columns));
    for (const [index, mistake] of mistakes) {
      // After a quote that was meant to hold delimiters together, a cell may have moved into another column.
      if (used.has(index) || (mistake !== 'inside' && cells.length !== width)) return QUOTES[mistake];
    }
  }
  const isUncertain =
    table.isGuess && Object.values(table.columns).some((index) => /\P{ASCII}/u.test(cells[index] ?? ''));
  return isUncertain ? NOT_UTF8 : undefined;
}

function headerQuotes({ first, columns }: Table): string[] {
  const used = new Set(Object.values(columns));
  return [...(first?.mistakes ?? [])]
    .filter(([index]) => used.has(index))
    .map(([, mistake]) => QUOTES[mistake]);
}

const SECOND_CELL =
  'This row has more than one cell, but the file has no header, which only a file of a single column can do without. Put a header above the first row that names each column, for example `user,email`.';
const NOT_UTF8 =
  'The file is not UTF-8, and a cell of this row has letters beyond ASCII, so which letters is not known. Save the file as UTF-8 (in Excel: "CSV UTF-8").';
const OPEN_QUOTE =
  'A double quote opens a cell here, and none closes it just before a delimiter or a line end. Close it, and double the quotes that belong to the text.';
const QUOTES: Readonly<Record<QuoteMistake, string>> = {
  open: OPEN_QUOTE,
  inside:
    'A double quote stands inside a cell that does not begin with one. Put the whole cell in double quotes, and double those that belong to the text.',
  after:
    'Text follows a closing double quote. Put the whole cell in double quotes, and double those that belong to the text.',
};

function tooManyCells(count: number, width: number, delimiter: string): string {
  const mark = DELIMITER_NAMES[delimiter] ?? quoted(delimiter);
  return `This row has ${many(count, 'cell', 'cells')}, but the first row has ${many(width, 'cell', 'cells')}. A cell that holds a ${mark} must stand in double quotes.`;
}

function noticesOf(path: string, { first, hasHeader, columns }: Table, isGuess: boolean): RosterNotice[] {
  if (first === undefined) return [];
  const location = { file: path, line: first.line };
  const notices: RosterNotice[] = [];
  if (hasHeader) {
    const used = new Set(Object.values(columns));
    const name = (index: number) => quoted(clean(first.cells[index] ?? ''));
    const read = COLUMNS.flatMap((column) => {
      const index = columns[column];
      return index === undefined ? [] : [`${name(index)} as \`${column}\``];
    });
    const ignored = first.cells.flatMap((cell, index) =>
      used.has(index) || clean(cell) === '' ? [] : [name(index)],
    );
    const shown = ignored.slice(0, MAX_HEADINGS).join(', ');
    const more = ignored.length > MAX_HEADINGS ? ` and ${ignored.length - MAX_HEADINGS} more` : '';
    notices.push({
      location,
      message: `Columns: ${read.join(', ') || 'none'} read; ${shown === '' ? 'none' : `${shown}${more}`} ignored.`,
    });
  }
  if (isGuess) {
    notices.push({
      location,
      isAnnotation: true,
      message: 'The file is not UTF-8; it was read as Windows-1252. Cells that are used must be ASCII.',
    });
  }
  return notices;
}
