import pLimit from 'p-limit';
import { HubError, InputError, RunError } from '../errors.ts';
import type { HubSession } from '../hub/open.ts';
import type { Group } from '../hub/shapes.ts';
import type { Code, Outcome } from '../report/outcome.ts';
import type { RosterEntry } from '../roster/roster.ts';
import { type Applied, applyToGroup } from './apply.ts';
import type { ApplyContext } from './group-run.ts';
import { GROUP_ID, lookAtGroups } from './groups.ts';
import { type Plan, plan } from './plan.ts';
import { createRefusalExplainer, type RefusalExplainer } from './refusal.ts';
import { addressKey, type Resolution, resolve } from './resolve.ts';

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

export interface AddMembersResult {
  readonly groups: readonly Group[];
  /** One for each person and group, in the order of the request. */
  readonly outcomes: readonly Outcome[];
  /** What concerns more than one person, most general first. */
  readonly problems: readonly { readonly error: Error; readonly group?: string }[];
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
  try {
    const looked = await look(context);
    return { groups: looked.groups, ...(await carryOut(looked, context)) };
  } catch (error) {
    const problem = await explain(error, refusals);
    return {
      groups: [],
      outcomes: nobody(request, codeOf(problem), problem.message),
      problems: [{ error: problem }],
    };
  }
}

/** The outcomes of a run that ended before anybody was looked for. */
export function nobody(
  { entries, groups }: Pick<AddMembersRequest, 'entries' | 'groups'>,
  code: Code,
  message: string,
): Outcome[] {
  const first = new Map<string, Outcome>();
  for (const { source, input, address, role, group } of entries) {
    for (const groupName of group === undefined ? groups : [group]) {
      const key = `${groupName} ${addressKey(address)}`;
      if (first.has(key)) continue;
      const user = address.kind === 'username' ? address.username : null;
      const id = GROUP_ID.test(groupName) ? groupName.toLowerCase() : '';
      first.set(key, { source, input, user, group: id, groupName, role, code, message });
    }
  }
  return [...first.values()];
}

async function look(context: Context): Promise<Plan & { readonly groups: Group[] }> {
  const { session, request, random, log } = context;
  const { org, entries, chunkSize, dryRun } = request;
  const references = new Set([...request.groups, ...entries.flatMap(({ group }) => group ?? [])]);
  const found = await lookAtGroups(session.hub, org, references);
  const byDefault = request.groups.flatMap((reference) => found.get(reference) ?? []);
  const addresses = entries.map(({ address }) => address);
  const people = await resolve(session.hub, org, addresses, { chunkSize, dryRun, random, log });
  const resolved = entries.map((entry) => ({
    entry,
    groups: entry.group === undefined ? byDefault : (found.get(entry.group) ?? []),
    resolution: people.get(addressKey(entry.address)) as Resolution,
  }));
  const groups = [...new Map([...found.values()].flat().map((group) => [group.id, group])).values()];
  return { groups, ...plan(resolved, request) };
}

async function carryOut(
  { wanted, settled, work }: Plan,
  { session, request, refusals, random, log }: Context,
): Promise<Omit<AddMembersResult, 'groups'>> {
  const run: ApplyContext['run'] = { chunkSize: request.chunkSize };
  const context = {
    hub: session.hub,
    org: request.org,
    options: request,
    refusals,
    stop: session.lifetime.stop,
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
  const outcomes = new Map<unknown, Outcome>([...settled, ...applied.flatMap((one) => [...one.outcomes])]);
  return {
    outcomes: wanted.flatMap((person) => outcomes.get(person) ?? []),
    problems: problemsOf(applied, run.ended),
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

async function explain(error: unknown, refusals: RefusalExplainer): Promise<Error> {
  if (error instanceof InputError || error instanceof RunError) return error;
  if (error instanceof HubError && error.kind === 'refused') return refusals.ofOrganization(error);
  return error instanceof Error ? error : new Error(String(error));
}

function codeOf(error: Error): Code {
  if (!(error instanceof HubError)) return 'not-attempted';
  return error.kind === 'refused' || error.kind === 'lost' ? 'not-attempted' : error.kind;
}

function isCancelled(error: unknown): boolean {
  return error instanceof HubError && error.kind === 'cancelled';
}
