import { formatLocation } from '../../roster/entry.ts';
import { lazyMap } from '../../text/chunked.ts';
import {
  block,
  type Cell,
  code,
  DETAILS_END,
  detailsStart,
  layOut,
  MAX_SUMMARY_BYTES,
  prose,
  row,
  type Section,
  small,
  TABLE_END,
  tableStart,
} from '../../text/html.ts';
import { duration, many, number } from '../../text/words.ts';
import { labelOf, needsAttention, type Outcome, type OutcomeCode } from '../outcome.ts';
import { failsStep, type ReportGroup, type RunResult } from '../run-result.ts';
import { attentionSections, problemSections } from './attention.ts';
import { groupKey, groupLabel, tableSection, UNFOLDED, whoColumns } from './cells.ts';
import { changeSections, isChanged, keptRoleSections, keptSections } from './changes.ts';
import { headline } from './headline.ts';

const REPORT_FILES =
  'the report files, which the workflow can upload as an artifact (outputs `report` and `report-csv`)';

const REDACTED = 'Email addresses are shortened. The line of the file identifies the person.';

export interface SummaryOptions {
  /** Most bytes in UTF-8 that the summary can have. */
  readonly maxBytes?: number;
  /** What has the full list, in words that follow “in”. */
  readonly reportName?: string;
  /** Whether email addresses in the result were redacted, which readers are told. */
  readonly redacted?: boolean;
}

/** The job summary: Markdown of at most `maxBytes` bytes, in which everything from outside is escaped. */
export function renderSummary(result: RunResult, options: SummaryOptions = {}): string {
  const { maxBytes = MAX_SUMMARY_BYTES, reportName = REPORT_FILES, redacted = false } = options;
  const title = block(titleMarkup(result));
  const sections = [
    title,
    ...problemSections(result),
    ...groupSections(result),
    ...attentionSections(result),
    ...changeSections(result),
    ...keptSections(result),
    ...keptRoleSections(result),
    ...everyoneSections(result),
    block(small([effort(result), ...(redacted ? [REDACTED] : [])].join('<br>'))),
  ];
  const note = (leftOut: number, total: number) =>
    `<p><b>${number(leftOut)} of these ${many(total, 'row', 'rows')} are left out because of the size limit.</b> The full list is in ${prose(reportName)}.</p>`;
  return layOut(sections, maxBytes, note) ?? layOut([title], maxBytes, note) ?? '';
}

/** What happened, in one line, and what that means. */
export function titleMarkup(result: RunResult): string {
  const text = headline(result, (group) => groupLabel(result, group));
  return [`<h2>${icon(result)} ${text}</h2>`, ...remarks(result)].join('\n\n');
}

function icon(result: RunResult): string {
  if (result.cancelled) return '🛑';
  if (failsStep(result)) return '❌';
  if (result.dryRun) return '🧪';
  return result.outcomes.some(needsAttention) ? '⚠️' : '✅';
}

function remarks(result: RunResult): string[] {
  const { cancelled, dryRun, problems } = result;
  return [
    ...(cancelled ? ['<p>The run was stopped before its end. Completed changes are kept.</p>'] : []),
    ...(dryRun && problems.length === 0 ? [`<p>${dryRunAdvice(result)}</p>`] : []),
  ];
}

function dryRunAdvice({ run, outcomes }: RunResult): string {
  if (!outcomes.some(({ code }) => code.startsWith('would-'))) return 'This was a dry run.';
  return run?.event === 'pull_request'
    ? 'This was a dry run. To make these changes, merge the pull request.'
    : 'This was a dry run. To make these changes, set <code>dry-run: false</code>.';
}

/** What the run took: requests, waiting, time, and what is left of the quota. Without a full stop. */
export function effort({ requests, quota, durationSeconds }: RunResult): string {
  const parts = [
    `${many(requests.total, 'request', 'requests')} to the Hub`,
    ...(requests.retries > 0 ? [many(requests.retries, 'retry', 'retries')] : []),
    ...(requests.rateLimitWaitSeconds > 0
      ? [`${duration(requests.rateLimitWaitSeconds)} spent waiting for the rate limit`]
      : []),
    ...(quota
      ? [`quota left: ${number(quota.remaining)}${quota.limit ? ` of ${number(quota.limit)}` : ''}`]
      : []),
    `took ${durationSeconds < 1 ? 'under 1 s' : duration(durationSeconds)}`,
  ];
  return parts.join(' · ');
}

/** Everyone: those who need attention first, then changes, then all others, each in the order of the input. */
export function everyoneSections(result: RunResult): Section[] {
  const { outcomes } = result;
  if (outcomes.length === 0) return [];
  const byRank = Map.groupBy(outcomes, rank);
  const sorted = [0, 1, 2].flatMap((one) => byRank.get(one) ?? []);
  const anyFile = outcomes.some(({ location }) => location !== undefined && 'file' in location);
  const who = whoColumns(result);
  const rows = lazyMap(sorted, (outcome) => {
    const { code: cause, role: asked, previousRole } = outcome;
    // The role that a person has, or else the one that was asked for.
    const role = (cause === 'role-differs' ? previousRole : (asked ?? previousRole)) ?? '';
    const written = outcome.location === undefined ? '' : code(formatLocation(outcome.location));
    return row([
      ...who.cells({ ...outcome, location: undefined }),
      prose(role),
      labelOf(cause),
      ...(anyFile ? [written] : []),
    ]);
  });
  const heading = rows.length <= UNFOLDED ? '<h3>Everyone</h3>' : '';
  const head = [...who.head, 'Role', 'Result', ...(anyFile ? ['Written in'] : [])];
  return [tableSection({ heading, title: `Everyone (${number(outcomes.length)})`, head, rows, priority: 7 })];
}

function rank(outcome: Outcome): number {
  if (needsAttention(outcome)) return 0;
  return isChanged(outcome) ? 1 : 2;
}

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
