import { createRefusalExplainer, type RefusalExplainer } from '../access/explain-refusal.ts';
import { HubError, InputError, RunError, unforeseen } from '../errors.ts';
import type { MemberPage } from '../hub/endpoints.ts';
import { EVERY_GROUP, type FoundGroups, findGroups } from '../hub/find-groups.ts';
import type { HubSession } from '../hub/session.ts';
import type { Roster } from '../roster/roster.ts';
import type { Log } from '../runner/log.ts';
import { lazyMap } from '../text/chunked.ts';
import { many } from '../text/words.ts';
import { applyPlan, type RemovePeople } from './apply/apply.ts';
import { changesOf, type Plan, planChanges, type ResolvedEntry, tooManyChanges } from './plan.ts';
import { notInApprovedPlan } from './plan-file.ts';
import { type ListingNeed, soughtInListing } from './resolve/listing-need.ts';
import { firstPageOfMembers, type MemberListing } from './resolve/member-listing.ts';
import { type Resolved, resolvePeople } from './resolve/resolve.ts';
import {
  allGroups,
  applied,
  groupsOf,
  notApproved,
  notProcessed,
  ofDryRun,
  overLimit,
  referencesOf,
  withoutGroups,
} from './results.ts';
import type { MembershipRequest, MembershipResult } from './run-result.ts';

/** What sync-members does beyond adding people and changing roles. */
export interface Removal {
  readonly minAdmins: number;
  /** Throws an InputError if people would be removed by a roster that cannot be meant for it. */
  readonly checkRoster: (roster: Roster, inputs: { readonly groups: readonly string[] }) => void;
  /** Whether the whole member listing is needed, to know who is in the organization. */
  readonly needsListing: boolean;
  /** Appends the members whom no row names. */
  readonly addUnlisted: (plan: Plan, listing: MemberListing | undefined) => void;
  /** Whether a guard has to look at the plan, which needs to know whose token it is. */
  readonly needsGuards: (plan: Plan) => boolean;
  readonly guardLosses: (plan: Plan, ownAccount: string | undefined) => void;
  /** Why the plan removes too many people, if it does. */
  readonly tooManyRemovals: (plan: Plan) => string | undefined;
  readonly removePeople: RemovePeople;
}

export type RunLog = Pick<Log, 'info' | 'phase'>;

interface Job {
  readonly session: HubSession;
  readonly request: MembershipRequest;
  readonly log: RunLog;
  readonly random: () => number;
  readonly removal: Removal | undefined;
  readonly refusals: RefusalExplainer;
  /** The references to groups that the entries have. */
  readonly references: ReadonlySet<string>;
  /** What it depends on whether the member listing is read before anything is written. */
  readonly need: ListingNeed;
}

/**
 * Makes groups what the entries ask for: finds the groups and the people, plans, checks the plan, and applies it.
 * Returns what became of each person and group, whatever happens. Never throws for anything that the Hub does.
 */
export async function manageMembers(
  session: HubSession,
  request: MembershipRequest,
  log: RunLog,
  { random = Math.random, removal }: { random?: () => number; removal?: Removal | undefined } = {},
): Promise<MembershipResult> {
  const refusals = createRefusalExplainer(session.hub, request.org);
  const references = new Set(request.entries.flatMap((entry) => referencesOf(entry, request)));
  const need = {
    chunkSize: request.chunkSize,
    isOneGroup: references.size === 1 && !references.has(EVERY_GROUP),
    listingDecides: request.dryRun || request.approved !== undefined,
    whole: removal?.needsListing === true,
  };
  const job: Job = { session, request, log, random, removal, refusals, references, need };
  let found: FoundGroups | undefined;
  try {
    const firstPage = beginListing(job);
    const groups = await log.phase('Find the groups', () => lookForGroups(job));
    found = groups;
    if (groups.problems.size > 0) return withoutGroups(request, groups);
    const resolved = await log.phase('Find the people', () => lookForPeople(job, groups, firstPage));
    const plan = await log.phase('Plan the changes', () => makePlan(job, groups, resolved));
    const limits = [removal?.tooManyRemovals(plan), tooManyChanges(plan, request.maxChanges)];
    const limit = limits.filter((each) => each !== undefined).join(' ') || undefined;
    const unapproved = notInApprovedPlan(changesOf(plan), request.approved);
    if (unapproved !== undefined) return notApproved(plan, groups, unapproved);
    if (request.dryRun) return ofDryRun(plan, groups, limit, resolved.stopped);
    if (limit !== undefined) return overLimit(plan, groups, limit);
    const about = { stopped: resolved.stopped, wasListed: firstPage !== undefined };
    return await log.phase('Apply the changes', () => apply(job, plan, groups, about));
  } catch (error) {
    return notProcessed(request, found, await explain(error, refusals), session.cancellation.stop.aborted);
  }
}

/** Asked for at the same time as the groups, since most runs need both. What it ends in is told where it is needed. */
function beginListing({ session, request, need }: Job): Promise<MemberPage> | undefined {
  const sought = soughtInListing(request.entries, need);
  const page = sought && firstPageOfMembers(session.hub, request.org, sought);
  page?.catch(() => undefined);
  return page;
}

async function lookForGroups({ session, request, log, references }: Job): Promise<FoundGroups> {
  const found = await findGroups(session.hub, request.org, references);
  const names = allGroups(found).map(({ name }) => `"${name}"`);
  const shown = names.length > 10 ? [...names.slice(0, 10), `${names.length - 10} more`] : names;
  log.info(
    `${many(names.length, 'resource group', 'resource groups')} of ${request.org}: ${shown.join(', ')}.`,
  );
  return found;
}

async function lookForPeople(
  { session, request, log, random, removal, refusals, need }: Job,
  found: FoundGroups,
  firstPage: Promise<MemberPage> | undefined,
) {
  const groups = allGroups(found);
  async function endIfDenied(): Promise<void> {
    const [group] = groups;
    const refusal = group === undefined ? undefined : await refusals.ofAccess(group);
    if (refusal?.scope === 'run') throw refusal.error;
  }
  const alsoListed = removal?.needsListing
    ? groups.flatMap(({ users }) => users.map(({ name }) => name))
    : [];
  log.info(
    `Looking for ${many(request.entries.length, 'entry', 'entries')} of the roster in ${request.org}.`,
  );
  return resolvePeople(session.hub, request.org, request.entries, {
    ...{ need: { ...need, whole: alsoListed.length > 0 }, alsoListed, firstPage },
    chunkSize: request.chunkSize,
    ...{ endIfDenied, random, log, rateLimiter: session.rateLimiter, groups: groups.length },
    members: Math.max(0, ...groups.map(({ users }) => users.length)),
  });
}

const KINDS = [
  ['add', 'addition', 'additions'],
  ['updateRoles', 'role change', 'role changes'],
  ['remove', 'removal', 'removals'],
] as const;

async function makePlan(
  { request, removal, refusals, log, need }: Job,
  found: FoundGroups,
  resolved: Resolved,
) {
  const rows = lazyMap(request.entries, (entry): ResolvedEntry => {
    const resolution = resolved.people.get(entry.key);
    if (resolution === undefined) throw new TypeError(`"${entry.input}" was never looked for`);
    return { entry, resolution, groups: groupsOf(entry, request, found) };
  });
  const plan = planChanges(rows, {
    onExisting: request.onExisting,
    removesAbsent: removal !== undefined,
    sendsUnlisted: !need.listingDecides,
    unreadable: found.unreadable,
  });
  removal?.addUnlisted(plan, resolved.listing);
  if (removal?.needsGuards(plan)) removal.guardLosses(plan, await refusals.account());
  const planned = KINDS.flatMap(([kind, one, more]) => {
    const count = plan.groups.reduce((sum, group) => sum + group[kind].length, 0);
    return count === 0 ? [] : [many(count, one, more)];
  });
  log.info(`Planned: ${planned.length === 0 ? 'no changes' : planned.join(', ')}.`);
  return plan;
}

async function apply(
  { session, request, log, random, removal, refusals }: Job,
  plan: Plan,
  found: FoundGroups,
  { stopped, wasListed }: { readonly stopped: HubError | undefined; readonly wasListed: boolean },
): Promise<MembershipResult> {
  const run: { chunkSize: number; ended?: RunError | HubError } = { chunkSize: request.chunkSize };
  const { approved, maxChanges } = request;
  const isChecked = removal !== undefined || approved !== undefined || maxChanges !== undefined;
  const outcomes = [...plan.decided];
  outcomes.length = plan.assignments.length;
  const context = {
    ...{
      hub: session.hub,
      org: request.org,
      // No guard, limit or approval has seen a person who joined since the plan was made.
      onExisting: isChecked ? ('keep' as const) : request.onExisting,
      refusals,
      random,
      log,
      outcomes,
      run,
    },
    isApproved: approved !== undefined,
    ...{ minAdmins: removal?.minAdmins ?? 0, stop: session.cancellation.stop, clock: session.clock },
    wasListed,
  };
  const problems = await applyPlan(plan.groups, context, removal?.removePeople);
  const ended = run.ended ?? stopped;
  const ofGroups = problems.filter(({ error }) => error !== ended);
  return applied(plan, found, outcomes, { ended, ofGroups, cancelled: session.cancellation.stop.aborted });
}

async function explain(
  error: unknown,
  refusals: RefusalExplainer,
): Promise<InputError | RunError | HubError> {
  if (error instanceof InputError || error instanceof RunError) return error;
  if (!(error instanceof HubError)) return unforeseen(error);
  return error.kind === 'refused' ? refusals.ofOrganization(error) : error;
}
