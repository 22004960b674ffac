import { isRole, rankOf } from '../../roles.ts';
import { lazyMap } from '../../text/chunked.ts';
import { block, code, prose, row, type Section } from '../../text/html.ts';
import { many, number, upperFirst } from '../../text/words.ts';
import { labelOf, OUTCOME_CODES, type Outcome, type OutcomeCode, type Status, statusOf } from '../outcome.ts';
import type { RunResult } from '../run-result.ts';
import { possibleMeanings } from './attention.ts';
import { remedyLine, tableSection, whoColumns } from './cells.ts';

const ADDED: ReadonlySet<Status> = new Set(['added', 'would-add']);
const UPDATED: ReadonlySet<Status> = new Set(['updated', 'would-update']);
const REMOVED: ReadonlySet<Status> = new Set(['removed', 'would-remove']);

const WRITE = rankOf('write');

/** The kinds of changes, privileges first. A change is of the first kind that it fits. */
const KINDS = {
  admin: { title: 'Gets the admin role', fits: ({ role }: Outcome) => role === 'admin' },
  write: {
    title: 'Gets the write role',
    fits: (one: Outcome) => rankOf(one.role) >= WRITE && !hadWrite(one),
  },
  raised: {
    title: 'Role raised',
    fits: (one: Outcome) => UPDATED.has(statusOf(one)) && rankOf(one.role) > rankOf(one.previousRole),
  },
  lowered: { title: 'Role lowered', fits: (one: Outcome) => UPDATED.has(statusOf(one)) },
  removed: {
    title: 'Removed',
    dryRunTitle: 'Would be removed',
    fits: (one: Outcome) => REMOVED.has(statusOf(one)),
  },
  added: { title: 'Added', dryRunTitle: 'Would be added', fits: (one: Outcome) => ADDED.has(statusOf(one)) },
} as const;

/** A role that is not known counts as one without: what it allows is not known either. */
function hadWrite({ previousRole }: Outcome): boolean {
  return previousRole !== null && isRole(previousRole) && rankOf(previousRole) >= WRITE;
}

export type ChangeKind = keyof typeof KINDS;

const ALL_KINDS = Object.keys(KINDS) as ChangeKind[];

/** Most rows of a kind that are open in a dry run: the reader has to see who would get what. */
const OPEN_IN_DRY_RUN = 100;

/** Whether `outcome` is a change, made or planned. */
export function isChanged(outcome: Outcome): boolean {
  const status = statusOf(outcome);
  return ADDED.has(status) || UPDATED.has(status) || REMOVED.has(status);
}

/** The changes among the outcomes, made or planned, by their kind. */
export function changesByKind({ outcomes }: Pick<RunResult, 'outcomes'>): Map<ChangeKind, Outcome[]> {
  const kindOf = (outcome: Outcome) => ALL_KINDS.find((kind) => KINDS[kind].fits(outcome)) ?? 'added';
  return Map.groupBy(outcomes.filter(isChanged), kindOf);
}

/** What changes who can do what: who gets admin or write first, then roles, removals, additions. */
export function changeSections(finished: RunResult): Section[] {
  const result = asDryRunIfRefused(finished);
  const byKind = changesByKind(result);
  const who = whoColumns(result);
  const sections = ALL_KINDS.flatMap((kind): Section[] => {
    const people = byKind.get(kind) ?? [];
    // Plain additions of a finished run are in the list of everyone.
    if (people.length === 0 || (kind === 'added' && !result.dryRun)) return [];
    const title = `${titleOf(kind, result)} (${number(people.length)})`;
    const isRemoval = kind === 'removed';
    const rows = lazyMap(people, (one) =>
      row([
        ...who.cells({ ...one, location: undefined }),
        rolesOf(one),
        ...(isRemoval ? [reasonOf(one)] : []),
      ]),
    );
    const isOpen = people.length <= OPEN_IN_DRY_RUN && (result.dryRun || kind === 'admin');
    return [
      tableSection({
        heading: isOpen || people.length <= 10 ? `<p><b>${title}</b></p>` : '',
        title,
        head: [...who.head, 'Role', ...(isRemoval ? ['Why'] : [])],
        rows,
        priority: 4,
        isOpen,
      }),
    ];
  });
  return sections.length === 0
    ? []
    : [block(`<h3>${result.dryRun ? 'Planned changes' : 'Changes'}</h3>`), ...sections];
}

/** A run whose plan was refused as a whole, as the dry run that it was in effect: which changes are the trouble? */
export function asDryRunIfRefused(result: RunResult): RunResult {
  if (!result.isPlanRefused) return result;
  const planned = (outcome: Outcome): Outcome => {
    if (outcome.code !== 'not-attempted') return outcome;
    const code = outcome.previousRole === null ? 'would-add' : 'would-update';
    return { ...outcome, code: outcome.role === null ? 'would-remove' : code };
  };
  return { ...result, dryRun: true, outcomes: result.outcomes.map(planned) };
}

/** What the people of a kind have in common, in a few words. */
export function titleOf(kind: ChangeKind, { dryRun }: Pick<RunResult, 'dryRun'>): string {
  const { title, dryRunTitle = title }: { title: string; dryRunTitle?: string } = KINDS[kind];
  return dryRun ? dryRunTitle : title;
}

/** Why a person is removed: a row, its date, the input `remove-users`, or no row at all. */
function reasonOf({ state, location }: Outcome): string {
  if (state === 'unlisted') return 'not in the roster';
  if (state === 'expired') return 'expired';
  return location !== undefined && 'input' in location ? code(location.input) : 'absent in the roster';
}

/** The markup of the role before and after a change. */
export function rolesOf({ previousRole, role }: Outcome): string {
  if (role === null) return previousRole === null ? '' : `was ${prose(previousRole)}`;
  return previousRole === null ? role : `${prose(previousRole)} → ${role}`;
}

const KEPT = OUTCOME_CODES.filter((cause) => statusOf({ code: cause }) === 'kept');

/** Members who stay although no row says so, or with a higher role than their row says, by reason. */
export function keptSections(result: RunResult): Section[] {
  const byCode = Map.groupBy(
    result.outcomes.filter((one) => KEPT.includes(one.code)),
    ({ code: cause }) => cause,
  );
  if (byCode.size === 0) return [];
  const sections = KEPT.flatMap((cause) => {
    const people = byCode.get(cause);
    return people === undefined ? [] : [...reasonSection(cause, people, result)];
  });
  return [block('<h3>Kept</h3>'), ...sections];
}

function reasonSection(cause: OutcomeCode, people: readonly Outcome[], result: RunResult): Section[] {
  const who = whoColumns(result);
  const shared = people.every(({ message }) => message === people[0]?.message);
  const rows = lazyMap(people, (one) =>
    row([...who.cells(one), prose(one.previousRole ?? ''), ...(shared ? [] : [prose(one.message)])]),
  );
  const title = `${upperFirst(labelOf(cause))} (${number(people.length)})`;
  const why = shared ? `<br>${prose(people[0]?.message ?? '')}` : '';
  const section = tableSection({
    heading: `<p><b>${title}</b>${why}${remedyLine(cause, result)}</p>`,
    title: `Show ${many(people.length, 'member', 'members')}`,
    head: [...who.head, 'Role', ...(shared ? [] : ['Why'])],
    rows,
    priority: 5,
  });
  return cause === 'unresolved-rows' ? [section, ...meaningSection(people, result)] : [section];
}

/** Which member an unresolved row could mean, for reading only: nothing is decided by it. */
function meaningSection(kept: readonly Outcome[], result: RunResult): Section[] {
  const meanings = possibleMeanings(kept, result.outcomes);
  if (meanings.length === 0) return [];
  const rows = meanings.map(({ outcome, candidates }) =>
    row([code(outcome.input), candidates.map((user) => code(user)).join('<br>')]),
  );
  return [
    tableSection({
      heading:
        '<p>Some rows resemble the name of a member. Check with the person before you change a row.</p>',
      title: many(rows.length, 'row', 'rows'),
      head: ['Row', 'Similar members'],
      rows,
      priority: 5,
    }),
  ];
}

/** People whose other role in the group was kept. No one has to act. */
export function keptRoleSections(result: RunResult): Section[] {
  const kept = result.outcomes.filter(({ code: cause }) => cause === 'role-differs');
  if (kept.length === 0) return [];
  const who = whoColumns(result);
  const rows = lazyMap(kept, (one) =>
    row([...who.cells(one), prose(one.previousRole ?? ''), one.role ?? '']),
  );
  const title = many(kept.length, 'member keeps another role', 'members keep another role');
  return [
    tableSection({
      heading: `<h3>Roles kept</h3>\n\n<p><b>${title}</b>${remedyLine('role-differs', result)}</p>`,
      title: `Show ${many(kept.length, 'member', 'members')}`,
      head: [...who.head, 'Has', 'Asked for'],
      rows,
      priority: 6,
    }),
  ];
}
