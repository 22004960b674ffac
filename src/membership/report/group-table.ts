import { block, type Section } from '../../text/fit-to-size.ts';
import {
  type Cell,
  DETAILS_END,
  detailsStart,
  prose,
  row,
  small,
  TABLE_END,
  tableStart,
} from '../../text/html.ts';
import { many } from '../../text/words.ts';
import type { OutcomeCode } from '../outcome.ts';
import type { ReportGroup, RunResult } from '../run-result.ts';
import { groupLabel } from './cells.ts';
import { groupKey } from './people.ts';

/** Longest table of groups that is not folded. */
const UNFOLDED_GROUPS = 20;

/** The columns, in their order, and the codes that each counts. */
const COLUMNS = {
  Added: ['added'],
  'Would be added': ['would-add'],
  'Role changed': ['role-updated'],
  'Role would be changed': ['would-update'],
  Removed: ['removed', 'removed-expired', 'removed-unlisted'],
  'Would be removed': ['would-remove'],
  'Skipped: already a member': ['already-member', 'role-differs'],
  'Skipped: should not be a member': ['not-a-member', 'skipped-absent', 'skipped-expired'],
  'Skipped: not in the organization (403)': ['not-in-organization'],
  'Email not found': ['email-not-found', 'email-not-searchable', 'email-ambiguous'],
  'Refused (403)': ['refused'],
  'Conflicting rows': ['conflicting-roles', 'identity-conflict'],
  'Not confirmed': ['unconfirmed'],
  Kept: [
    ...(['kept-unlisted', 'protected', 'own-account', 'last-admin', 'not-listed'] as const),
    ...(['unresolved-rows', 'auto-join', 'managed-elsewhere'] as const),
  ],
  'Not processed': ['rate-limited', 'unavailable', 'cancelled', 'not-attempted'],
} as const satisfies Readonly<Record<string, readonly OutcomeCode[]>>;

type Column = keyof typeof COLUMNS;

const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];

/** Each code has its column: the compiler looks. */
type Counted = (typeof COLUMNS)[Column][number];
const COLUMN_OF = new Map<Counted, Column>(
  COLUMN_NAMES.flatMap((column) => COLUMNS[column].map((code) => [code, column] as const)),
) satisfies Pick<Map<OutcomeCode, Column>, 'get'>;

type Row = ReportGroup & { readonly counts: Map<Column, number> };

/** How many of each kind there are in each group. Not shown if it is one number, which the headline says. */
export function groupSections(result: RunResult): Section[] {
  const groups = countedGroups(result);
  const total = new Map<Column, number>();
  for (const { counts } of groups) {
    for (const [column, count] of counts) total.set(column, (total.get(column) ?? 0) + count);
  }
  const columns = COLUMN_NAMES.filter((column) => total.has(column));
  const anyAutoJoin = groups.some(({ autoJoin }) => autoJoin);
  const remark = anyAutoJoin
    ? small(`auto-join: new members of ${prose(result.org)} are added to the group automatically`)
    : '';
  if (columns.length === 0 || (columns.length === 1 && groups.length === 1))
    return anyAutoJoin ? [block(remark)] : [];
  const cells = (name: string, counts: Map<Column, number>): Cell[] => [
    name,
    ...columns.map((column) => counts.get(column) ?? 0),
  ];
  const rows = groups.map((group) => row(cells(nameCell(group, result), group.counts)));
  if (rows.length > 1) rows.unshift(row(cells('<b>All groups</b>', total)));

  const isFolded = rows.length > UNFOLDED_GROUPS;
  const table = tableStart(['Group', ...columns]);
  const open = isFolded ? `${detailsStart(many(groups.length, 'group', 'groups'))}${table}` : table;
  const close = `${TABLE_END}${isFolded ? DETAILS_END : ''}${anyAutoJoin ? `\n\n${remark}` : ''}`;
  return [{ open, rows, close, priority: 1, share: 0.25 }];
}

/** The groups of the run, and any other that an outcome names. */
function countedGroups({ groups, outcomes }: RunResult): Row[] {
  const rows = new Map<string, Row>(groups.map((group) => [group.id, { ...group, counts: new Map() }]));
  for (const { group, groupName, code } of outcomes) {
    const key = groupKey({ group, groupName });
    const found = rows.get(key) ?? { id: group, name: groupName, autoJoin: false, counts: new Map() };
    rows.set(key, found);
    const column = COLUMN_OF.get(code);
    if (column !== undefined) found.counts.set(column, (found.counts.get(column) ?? 0) + 1);
  }
  return [...rows.values()];
}

function nameCell(group: ReportGroup, result: RunResult): string {
  return `${groupLabel(result, group)}${group.autoJoin ? ' <sub>auto-join</sub>' : ''}`;
}
