import { type HubError, type InputError, RunError, unforeseen } from '../errors.ts';
import { EVERY_GROUP, type FoundGroups } from '../hub/find-groups.ts';
import type { Group } from '../hub/schemas.ts';
import { GROUP_ID } from '../roles.ts';
import type { RosterEntry } from '../roster/entry.ts';
import { foldCase } from '../text/words.ts';
import { codeOf, type GroupProblem } from './apply/apply.ts';
import { type Change, dryRunOutcome } from './change.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { changesOf, type Plan, plannedChangesOf } from './plan.ts';
import {
  type MembershipRequest,
  type MembershipResult,
  problemOf,
  type ReportGroup,
  type RunProblem,
} from './run-result.ts';

/*
 * What became of everyone, for each way in which a run can end.
 */

type Request = Pick<MembershipRequest, 'entries' | 'groups'>;

/** The ids and names that an entry brings, or else those of the run. */
export function referencesOf({ group }: RosterEntry, { groups }: Pick<Request, 'groups'>): readonly string[] {
  return group === undefined ? groups : [group];
}

/** The groups of an entry; one that could not be read is stood for by its id. */
export function groupsOf(entry: RosterEntry, request: Request, found: FoundGroups): readonly Group[] {
  return referencesOf(entry, request).flatMap(
    (reference) => found.groups.get(reference) ?? unseen(reference),
  );
}

function unseen(reference: string): Group {
  const id = GROUP_ID.test(reference) ? foldCase(reference) : '';
  return { id, name: reference, users: [] };
}

/** Every group that was found, once. */
export function allGroups(found: FoundGroups | undefined): Group[] {
  const groups = [...(found?.groups.values() ?? [])].flat();
  return [...new Map(groups.map((group) => [group.id, group])).values()];
}

function reportGroups(found: FoundGroups | undefined): ReportGroup[] {
  return allGroups(found).map(({ id, name, autoJoin }) => ({
    id,
    name,
    autoJoin: autoJoin?.enabled === true,
  }));
}

/** A run that ended before it was known who everyone is. */
export function notProcessed(
  request: Request,
  found: FoundGroups | undefined,
  error: InputError | RunError | HubError,
  cancelled: boolean,
): MembershipResult {
  const problems = cancelled ? [] : [problemOf(error)];
  return { groups: reportGroups(found), outcomes: unprocessed(request, found, error), problems };
}

/** A run whose groups do not all exist: each row that names one is told. */
export function withoutGroups(request: Request, found: FoundGroups): MembershipResult {
  const error = new RunError('Nothing was changed: a resource group does not exist.', found.listing);
  const ofRows = request.entries.flatMap(({ location, group }): RunProblem[] => {
    const message = group === undefined ? undefined : found.problems.get(group);
    return message === undefined ? [] : [{ location, message, remedy: '' }];
  });
  const ofInput = request.groups.flatMap((reference) => found.problems.get(reference) ?? []);
  const used = request.entries.some(({ group }) => group === undefined) ? ofInput : [];
  const message = [...new Set(used.length > 0 ? used : ofRows.map((problem) => problem.message))].join(' ');
  return {
    groups: reportGroups(found),
    outcomes: unprocessed(request, found, error),
    problems: [{ message, remedy: found.listing }, ...ofRows],
  };
}

function unprocessed(request: Request, found: FoundGroups | undefined, error: Error): Outcome[] {
  const first = new Map<string, Outcome>();
  for (const entry of request.entries) {
    const { location, input, address, key, state } = entry;
    const user = address.kind === 'email' ? null : address.username;
    const role = state === 'present' ? entry.role : null;
    for (const reference of referencesOf(entry, request)) {
      for (const { id, name } of found?.groups.get(reference) ?? [unseen(reference)]) {
        const membership = `${id || name} ${key}`;
        if (first.has(membership)) continue;
        const assignment = {
          location,
          input,
          user,
          listed: undefined,
          group: id,
          groupName: name,
          role,
          state,
        };
        first.set(membership, outcomeOf(assignment, codeOf(error), error.message));
      }
    }
  }
  return [...first.values()];
}

/** A dry run; `limit` is why the plan would not be applied, if it is over a limit. */
export function ofDryRun(
  plan: Plan,
  found: FoundGroups,
  limit: string | undefined,
  stopped: HubError | undefined,
): MembershipResult {
  const outcomes = [...plan.decided];
  for (const change of changesOf(plan)) outcomes[change.position] = dryRunOutcome(change);
  const problems = [
    ...(limit === undefined ? [] : [overLimitProblem(limit)]),
    ...(stopped === undefined ? [] : [problemOf(stopped)]),
  ];
  return complete(plan, found, outcomes, problems);
}

const OVER_LIMIT = 'Nothing was changed: the plan is over a limit.';
const NOT_APPROVED = 'Nothing was changed: the plan has changes that were not approved.';

function overLimitProblem(limit: string): RunProblem {
  return { message: OVER_LIMIT, remedy: `Check the roster. ${limit}` };
}

/** A plan that is over a limit: nothing was written. `limit` says why. */
export function overLimit(plan: Plan, found: FoundGroups, limit: string): MembershipResult {
  return notAttempted(plan, found, overLimitProblem(limit), () => OVER_LIMIT);
}

/** A plan with changes that are not in the approved one: nothing was written. The results tell which these are. */
export function notApproved(
  plan: Plan,
  found: FoundGroups,
  { changes, remedy }: { readonly changes: ReadonlySet<Change>; readonly remedy: string },
): MembershipResult {
  const problem = { message: NOT_APPROVED, remedy };
  return notAttempted(plan, found, problem, (change) =>
    changes.has(change) ? 'Was not changed: the approved plan does not contain this change.' : NOT_APPROVED,
  );
}

function notAttempted(
  plan: Plan,
  found: FoundGroups,
  problem: RunProblem,
  messageFor: (change: Change) => string,
): MembershipResult {
  const outcomes = [...plan.decided];
  for (const change of changesOf(plan)) {
    outcomes[change.position] = outcomeOf(change.member, 'not-attempted', messageFor(change), change.from);
  }
  return { ...complete(plan, found, outcomes, [problem]), isPlanRefused: true };
}

/** A plan that was applied, as far as it came. */
export function applied(
  plan: Plan,
  found: FoundGroups,
  outcomes: readonly (Outcome | undefined)[],
  trouble: {
    readonly ended: RunError | HubError | undefined;
    readonly ofGroups: readonly GroupProblem[];
    readonly cancelled: boolean;
  },
): MembershipResult {
  const { ended, ofGroups, cancelled } = trouble;
  const problems = [
    ...(ended === undefined ? [] : [problemOf(ended)]),
    ...ofGroups.map(({ error, group }) => problemOf(error, group)),
  ];
  return complete(plan, found, outcomes, cancelled ? [] : problems);
}

/** Names the group: the message is read without the table that it stands in, too. */
function unreadableGroup(reference: string, error: HubError): RunProblem {
  const problem = problemOf(error, foldCase(reference));
  if (reference === EVERY_GROUP) return problem;
  return { ...problem, message: `The resource group ${reference} cannot be read. ${problem.message}` };
}

/** Every assignment must have exactly one outcome; one without is a mistake of ours, and is told. */
function complete(
  plan: Plan,
  found: FoundGroups,
  outcomes: readonly (Outcome | undefined)[],
  problems: readonly RunProblem[],
): MembershipResult {
  const missing = unforeseen(new Error('a person was left without a result'));
  let anyMissing = false;
  const all = Array.from(outcomes, (outcome, position) => {
    const assignment = plan.assignments[position];
    if (outcome !== undefined || assignment === undefined) return outcome;
    anyMissing = true;
    return outcomeOf(assignment, 'not-attempted', missing.message);
  }).filter((outcome) => outcome !== undefined);
  const unreadable = [...found.unreadable].map(([reference, error]) => unreadableGroup(reference, error));
  return {
    groups: reportGroups(found),
    outcomes: all,
    changes: plannedChangesOf(plan, outcomes),
    problems: [...(anyMissing ? [problemOf(missing)] : []), ...problems, ...unreadable],
  };
}
