import pLimit from 'p-limit';
import { HubError, InputError, RunError, unforeseen } from '../errors.ts';
import { GROUP_ID } from '../hub/group-id.ts';
import type { HubSession } from '../hub/session.ts';
import type { Group } from '../hub/schemas.ts';
import type { Code, Outcome } from './outcome.ts';
import type { RosterEntry } from '../roster/roster.ts';
import { type Applied, applyToGroup } from './apply/apply.ts';
import type { ApplyContext } from './apply/group-run.ts';
import { lookAtGroups } from '../hub/find-groups.ts';
import type { Resolution } from './resolve/email-lookup.ts';
import { type Plan, plan } from './plan.ts';
import { createRefusalExplainer, type RefusalExplainer } from '../access/explain-refusal.ts';
import { addressKey, resolve } from './resolve/resolve.ts';
import type { Wanted } from './assignment.ts';

/** Groups that are written to at the same time; each of them gets one write at a time. */
const GROUPS_AT_ONCE = 6;

export interface AddMembersRequest {
  readonly org: string;
  readonly entries: readonly RosterEntry[];
  /** The groups of those who bring none of their own: ids, names, or `*`. */
  readonly groups: readonly string[];
  readonly onExisting: 'keep' | 'update';
  readonly dryRun: boolean;
  readonly chunkSize: number;
}

/** What ends a run, or the work in a group. */
type Problem = InputError | RunError | HubError;

export interface AddMembersResult {
  readonly groups: readonly Group[];
  /** One for each person and group, in the order of the request. */
  readonly outcomes: readonly Outcome[];
  /** What concerns more than one person, most general first. */
  readonly problems: readonly { readonly error: Problem; readonly group?: string }[];
}

interface Context {
  readonly session: HubSession;
  readonly request: AddMembersRequest;
  readonly refusals: RefusalExplainer;
  readonly random: () => number;
  readonly log: { readonly info: (line: string) => void };
}

/** Puts people into groups. Gives back what became of everybody, whatever happens; never throws for anything the Hub does. */
export async function addMembers(
  session: HubSession,
  request: AddMembersRequest,
  log: { readonly info: (line: string) => void },
  random: () => number = Math.random,
): Promise<AddMembersResult> {
  const refusals = createRefusalExplainer(session.hub, request.org);
  const context = { session, request, refusals, random, log };
  const references = new Set([...request.groups, ...request.entries.flatMap(({ group }) => group ?? [])]);
  let found: FoundGroups = new Map();
  try {
    found = await lookAtGroups(session.hub, request.org, references);
    const { people, stopped } = await lookForPeople(found, context);
    const resolved = request.entries.map((entry) => ({
      entry,
      groups: referencesOf(entry, request).flatMap((reference) => found.get(reference) ?? []),
      resolution: people.get(addressKey(entry.address)) as Resolution,
    }));
    return { groups: all(found), ...(await carryOut(plan(resolved, request), stopped, context)) };
  } catch (error) {
    const problem = await explain(error, refusals);
    return {
      groups: all(found),
      outcomes: nobody(request, found, codeOf(problem), problem.message),
      problems: [{ error: problem }],
    };
  }
}

/** The groups of each reference that was looked at. */
type FoundGroups = ReadonlyMap<string, readonly Group[]>;

function all(found: FoundGroups): Group[] {
  return [...new Map([...found.values()].flat().map((group) => [group.id, group])).values()];
}

function referencesOf({ group }: RosterEntry, request: AddMembersRequest): readonly string[] {
  return group === undefined ? request.groups : [group];
}

/** The outcomes of a run that ended before it was known who everybody is. */
function nobody(request: AddMembersRequest, found: FoundGroups, code: Code, message: string): Outcome[] {
  const first = new Map<string, Outcome>();
  for (const entry of request.entries) {
    const { source, input, address, role } = entry;
    const user = address.kind === 'username' ? address.username : null;
    for (const { id, name } of referencesOf(entry, request).flatMap((one) => placesOf(one, found))) {
      const key = `${id || name} ${addressKey(address)}`;
      if (first.has(key)) continue;
      first.set(key, { source, input, user, group: id, groupName: name, role, code, message });
    }
  }
  return [...first.values()];
}

function placesOf(reference: string, found: FoundGroups): readonly Pick<Group, 'id' | 'name'>[] {
  const unseen = { id: GROUP_ID.test(reference) ? reference.toLowerCase() : '', name: reference };
  return found.get(reference) ?? [unseen];
}

function lookForPeople(found: FoundGroups, { session, request, refusals, random, log }: Context) {
  const { org, entries, chunkSize, dryRun } = request;
  async function endIfDenied(): Promise<void> {
    const [group] = all(found);
    const refusal = group === undefined ? undefined : await refusals.ofAccess(group);
    if (refusal?.scope === 'run') throw refusal.error;
  }
  const addresses = entries.map(({ address }) => address);
  return resolve(session.hub, org, addresses, { chunkSize, dryRun, endIfDenied, random, log });
}

async function carryOut(
  { wanted, settled, work }: Plan,
  stopped: HubError | undefined,
  { session, request, refusals, random, log }: Context,
): Promise<Omit<AddMembersResult, 'groups'>> {
  const run: ApplyContext['run'] = { chunkSize: request.chunkSize };
  const context = {
    hub: session.hub,
    org: request.org,
    options: request,
    refusals,
    stop: session.cancellation.stop,
    clock: session.clock,
    random,
    log,
    run,
  };
  const atOnce = pLimit(GROUPS_AT_ONCE);
  const applied = await Promise.all(
    work.map((groupWork) =>
      atOnce(async () => ({ id: groupWork.group.id, ...(await applyToGroup(groupWork, context)) })),
    ),
  );
  const done = new Map<string, ReadonlyMap<Wanted, Outcome>>(applied.map((one) => [one.id, one.outcomes]));
  return {
    outcomes: wanted.flatMap((one) => settled.get(one) ?? done.get(one.groupId)?.get(one) ?? []),
    problems: problemsOf(applied, run.ended ?? stopped),
  };
}

function problemsOf(
  applied: readonly (Applied & { readonly id: string })[],
  ended: RunError | HubError | undefined,
): AddMembersResult['problems'] {
  const ofGroups = applied.flatMap(({ id, problem }) => {
    const told = problem === undefined || problem === ended || isCancelled(problem);
    return told ? [] : [{ error: problem, group: id }];
  });
  return ended === undefined ? ofGroups : [{ error: ended }, ...ofGroups];
}

async function explain(error: unknown, refusals: RefusalExplainer): Promise<Problem> {
  if (error instanceof InputError || error instanceof RunError) return error;
  if (!(error instanceof HubError)) return unforeseen(error);
  return error.kind === 'refused' ? refusals.ofOrganization(error) : error;
}

function codeOf(error: Problem): Code {
  if (!(error instanceof HubError)) return 'not-attempted';
  return error.kind === 'refused' || error.kind === 'lost' ? 'not-attempted' : error.kind;
}

function isCancelled(error: unknown): boolean {
  return error instanceof HubError && error.kind === 'cancelled';
}
