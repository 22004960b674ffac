import { guarded } from '../text/csv.ts';
import { clean } from './address.ts';
import { COLUMNS, type Column } from './column-names.ts';
import { type ColumnChoices, readColumnChoices } from './csv-columns.ts';
import { decodeFile } from './csv-file.ts';
import type { Row } from './csv-records.ts';
import { RETRY_MARK, type RosterEntry, type RosterFile } from './entry.ts';
import { isSlackExport, parseState } from './state.ts';
import { openTable, type Table } from './table.ts';

/*
 * The rows that did not get through, as a roster again. If all of them come from files with one header, they
 * are written in its columns and words. Otherwise they are brought under one header of our own, which uses
 * the headings that `csv-columns` names, so that the same inputs read it.
 */

/** A row of a file that failed, and the table that it belongs to. */
interface FailedRow {
  readonly row: Row;
  readonly table: Table;
}

/**
 * A CSV with the rows of `failed`, fit to be given to the input `csv` with the same other inputs; empty if
 * there are none. `files` and `csvColumns` are those that the roster was parsed from. Its first line is
 * RETRY_MARK, and no cell starts a formula. Parses the files once more, so that entries need not hold their
 * rows.
 */
export function retryCsv(
  files: readonly RosterFile[],
  failed: readonly RosterEntry[],
  csvColumns = '',
): string {
  if (failed.length === 0) return '';
  const { choices } = readColumnChoices(csvColumns);
  const lines = new Map<string, Set<number>>();
  const inline: RosterEntry[] = [];
  for (const entry of failed) {
    const { location } = entry;
    if ('input' in location) inline.push(entry);
    else lines.set(location.file, (lines.get(location.file) ?? new Set()).add(location.line));
  }
  const rows = files.flatMap((file) => failedRows(file, lines.get(file.path) ?? new Set(), choices));
  const own = inline.length === 0 ? ownHeader(rows) : undefined;
  const text =
    own === undefined
      ? underOneHeader(rows, inline, choices)
      : [own, ...rows.map(({ row }) => own.map((_, index) => row.cells[index] ?? ''))];
  const csv = [RETRY_MARK, ...text.map((cells) => cells.map(cellOf).join(','))].join('\r\n');
  // Excel takes a file without a mark for one in the encoding of the machine.
  return `${/\P{ASCII}/u.test(csv) ? '\ufeff' : ''}${csv}\r\n`;
}

function failedRows(file: RosterFile, lines: ReadonlySet<number>, choices: ColumnChoices): FailedRow[] {
  const { text } = lines.size === 0 ? {} : decodeFile(file.bytes);
  if (text === undefined) return [];
  const table = openTable(text, choices);
  return Array.from(
    table.readPeople().rows.filter(({ line }) => lines.has(line)),
    (row) => ({ row, table }),
  );
}

/** The header that all rows have, if they have one. */
function ownHeader(rows: readonly FailedRow[]): readonly string[] | undefined {
  const tables = [...new Set(rows.map(({ table }) => table))];
  const headers = new Map(tables.map((table) => [JSON.stringify(headerOf(table)), headerOf(table)]));
  return headers.size === 1 ? headers.values().next().value : undefined;
}

function headerOf({ first, hasHeader }: Table): readonly string[] {
  return hasHeader ? (first?.cells ?? []) : ['user'];
}

function underOneHeader(
  rows: readonly FailedRow[],
  inline: readonly RosterEntry[],
  choices: ColumnChoices,
): string[][] {
  const cells = [
    ...inline.map(
      ({ input, state }): Partial<Record<Column, string>> => ({
        [columnFor(choices)]: input,
        ...(state === 'present' ? {} : { state: 'absent' }),
      }),
    ),
    ...rows.map(ownCells),
  ];
  const used = COLUMNS.filter((column) => cells.some((row) => (row[column] ?? '') !== ''));
  const heading = (column: Column) => {
    const chosen = choices.get(column);
    return chosen === undefined || chosen === '-' ? column : (chosen[0] ?? column);
  };
  return [used.map(heading), ...cells.map((row) => used.map((column) => row[column] ?? ''))];
}

/**
 * The column for people of `users`: `user` holds addresses, too, unless `csv-columns` says that there is
 * none.
 */
function columnFor(choices: ColumnChoices): 'user' | 'email' {
  return choices.get('user') === '-' ? 'email' : 'user';
}

/** The used cells of a row in its own words, but for the state, whose words depend on its heading. */
function ownCells({ row, table }: FailedRow): Partial<Record<Column, string>> {
  const own: Partial<Record<Column, string>> = {};
  for (const column of COLUMNS) {
    const index = table.columns[column];
    if (index !== undefined) own[column] = clean(row.cells[index] ?? '');
  }
  const isSlack = isSlackExport(table.first?.cells.map(clean) ?? []);
  const state = parseState(own.state ?? '', { isInverted: table.isInverted, isSlack });
  return { ...own, ...(own.state === undefined ? {} : { state: state === 'absent' ? 'absent' : '' }) };
}

/**
 * A cell of our CSV: on one line, guarded against formulas, in quotes if necessary. A line that begins with a colon could
 * be a workflow command if a step prints the file.
 */
function cellOf(text: string): string {
  const cell = guarded(text.replace(/[\r\n]+/g, ' ').trim());
  return /[",;|\t]|^[#:]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
