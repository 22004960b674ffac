import { mentionsScim } from '../../access/explain-refusal.ts';
import type { HubError, RunError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import { groupBody, groupPath } from '../../hub/endpoints.ts';
import type { Group, GroupUser } from '../../hub/schemas.ts';
import {
  createProgressLog,
  type GroupRun,
  LOST_BEFORE_GIVING_UP,
  REFUSED_BEFORE_ASKING,
  refusalIn,
  refusedBeforeGivingUp,
} from '../apply/group-run.ts';
import { ATTEMPTS, shuffled } from '../apply/update-roles.ts';
import { type MemberAssignment, userKey } from '../assignment.ts';
import type { Remove } from '../change.ts';
import { needsAttention, type OutcomeCode, outcomeOf } from '../outcome.ts';
import type { GroupPlan } from '../plan.ts';

const CODE: Readonly<Record<MemberAssignment['state'], OutcomeCode>> = {
  present: 'removed',
  absent: 'removed',
  expired: 'removed-expired',
  unlisted: 'removed-unlisted',
};

/**
 * Removes people from a group one by one, after everything else was done there and the group was read again: only those who
 * were planned and are still in it. Each is confirmed by the group in the Hub's answer. Returns why members cannot be removed,
 * if the cause is not specific to one person. Throws what ends the work in the group.
 */
export async function removePeople(groupPlan: GroupPlan, run: GroupRun): Promise<RunError | undefined> {
  const removals = shuffled(keepAfterFailures(groupPlan, run), run.context.random);
  if (removals.length === 0) return undefined;
  const group = await run.writer.read();
  run.writer.progressed();
  reportJoined(group, groupPlan, run);
  const findIn = createSearch(groupPlan.group, removals);
  const job = createRemoveJob(run, findIn);
  const tellProgress = createProgressLog(removals, 'removed', run);
  let tried = 0;
  for (const removal of removals) {
    tellProgress(tried, job.refused());
    tried += 1;
    const found = findIn(run.writer.latest, removal);
    if (found === undefined) job.recordGone(removal);
    else if (userKey(found.name) === userKey(removal.member.user)) await job.remove(removal);
    else run.record(removal, 'not-attempted', renamedTo(found.name), removal.from);
    if (job.problem() !== undefined) break;
  }
  tellProgress(tried, job.refused(), true);
  await job.explainRefused();
  for (const removal of removals) {
    if (run.context.outcomes[removal.position] === undefined) job.recordLeft(removal);
  }
  return job.problem();
}

/** If an addition or a role change failed, the person who was not added can be the unlisted member under a new name. */
function keepAfterFailures({ add, updateRoles, remove }: GroupPlan, run: GroupRun): Remove[] {
  const { outcomes } = run.context;
  const anyFailed = [...add, ...updateRoles, ...run.updateRoles].some(({ position }) => {
    const outcome = outcomes[position];
    return outcome === undefined || needsAttention(outcome);
  });
  if (!anyFailed) return remove;
  return remove.filter((removal) => {
    if (removal.member.state !== 'unlisted') return true;
    run.record(removal, 'unresolved-rows', AFTER_FAILURE, removal.from);
    return false;
  });
}

const AFTER_FAILURE = 'Was kept: an addition or a role change in this group failed or is not confirmed.';

/** People who joined while the run was going on are in no plan: they are told, and stay. */
function reportJoined(now: Group, { group, add, hasRows }: GroupPlan, run: GroupRun): void {
  if (!hasRows) return;
  const known = new Set(
    [...group.users.map(({ name }) => name), ...add.map(({ member }) => member.user)].map(userKey),
  );
  const joined = now.users.filter(({ name }) => !known.has(userKey(name)));
  if (joined.length === 0) return;
  // A row can name them although there was nothing to do: one that says they should not be in the group.
  const named = new Set(
    run.context.outcomes.flatMap((outcome) =>
      outcome?.group === group.id ? [userKey(outcome.user ?? outcome.input)] : [],
    ),
  );
  for (const { name, role } of joined) {
    if (named.has(userKey(name))) continue;
    const member: MemberAssignment = {
      ...{ location: undefined, input: name, user: name, listed: undefined, group: group.id },
      ...{ groupName: group.name, role: null, state: 'unlisted' },
    };
    const message = `Joined the group as ${role} during the run, and no row names this person for this group.`;
    run.context.outcomes.push(outcomeOf(member, 'kept-unlisted', message, role));
  }
}

/**
 * Finds people in later versions of the group by username, or by id: their account can be renamed during the run, and
 * another account can take the username.
 */
function createSearch(planned: Group, removals: readonly Remove[]) {
  const people = new Set(removals.map(({ member }) => userKey(member.user)));
  const ids = new Map(
    planned.users
      .filter(({ name }) => people.has(userKey(name)))
      .map(({ name, _id }) => [userKey(name), _id]),
  );
  return ({ users }: Group, removal: Remove): GroupUser | undefined => {
    const key = userKey(removal.member.user);
    const id = ids.get(key);
    const isOther = ({ _id }: GroupUser) => id !== undefined && _id !== undefined && _id !== id;
    const named = users.find((user) => userKey(user.name) === key && !isOther(user));
    return named ?? users.find(({ _id }) => id !== undefined && _id === id);
  };
}

function createRemoveJob(run: GroupRun, findIn: ReturnType<typeof createSearch>) {
  const { writer, record, context } = run;
  const shows = (group: Group, removal: Remove) => findIn(group, removal) !== undefined;
  const refused = new Map<Remove, HubError>();
  let anyRemoved = false;
  let problem: RunError | undefined;
  let isManagedElsewhere = false;

  async function remove(removal: Remove): Promise<void> {
    if (writer.lostInARow >= LOST_BEFORE_GIVING_UP)
      return record(removal, 'unavailable', NO_ANSWER, removal.from);
    try {
      await send(removal);
    } catch (error) {
      await afterRefusal(removal, refusalIn(error, run));
    }
  }

  async function send(removal: Remove): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const role = findIn(writer.latest, removal)?.role ?? removal.from;
      if (context.isApproved && role !== removal.from)
        return record(removal, 'not-attempted', OTHER_ROLE, role);
      if (run.isLastAdmin(removal)) return record(removal, 'last-admin', LAST_ADMIN, role);
      const answer = await writer.write([removal.member], () =>
        removeFromGroup(context.hub, context.org, run.group.id, removal.member.user),
      );
      const { group, outOfTime } =
        answer === undefined ? await writer.readAfterLoss() : { group: answer, outOfTime: undefined };
      if (!shows(group, removal)) return recordRemoved(removal, role);
      if (answer !== undefined) {
        if (!shows(await writer.read(), removal)) return recordRemoved(removal, role);
        return record(removal, 'unconfirmed', STILL_SHOWN, removal.from);
      }
      if (outOfTime !== undefined) throw outOfTime;
    }
    record(removal, 'unavailable', NO_ANSWER, removal.from);
  }

  /** `role` is the one that the group showed last, which can have changed since the plan. */
  function recordRemoved(removal: Remove, role = removal.from): void {
    anyRemoved = true;
    run.anyAccepted = true;
    writer.progressed();
    record(removal, CODE[removal.member.state], `Removed; the role was ${role}.`, role);
  }

  async function afterRefusal(removal: Remove, error: HubError): Promise<void> {
    refused.set(removal, error);
    if (anyRemoved) return;
    if (refused.size === REFUSED_BEFORE_ASKING) await run.endIfDenied(error);
    if (refused.size < refusedBeforeGivingUp(error)) return;
    isManagedElsewhere = mentionsScim(error);
    problem = run.everyoneRefused(refused.size, error);
  }

  /** A refused person is gone already, or is a member whom the Hub does not let go. */
  async function explainRefused(): Promise<void> {
    const [first] = refused.values();
    if (first === undefined) return;
    const now = await writer.read();
    if (!anyRemoved && problem === undefined) await run.endIfDenied(first);
    for (const [removal, error] of refused) {
      if (!shows(now, removal)) recordGone(removal);
      else if (mentionsScim(error)) record(removal, 'managed-elsewhere', error.message, removal.from);
      else record(removal, 'refused', error.message, removal.from);
    }
  }

  function recordGone(removal: Remove): void {
    if (writer.wasSent(removal.member)) recordRemoved(removal);
    else
      record(
        removal,
        'not-a-member',
        'Left the group during the run. The Hub accepted no removal of this run.',
      );
  }

  function recordLeft(removal: Remove): void {
    const message = problem?.message ?? NO_ANSWER;
    if (isManagedElsewhere) record(removal, 'managed-elsewhere', message, removal.from);
    else record(removal, 'not-attempted', message, removal.from);
  }

  return {
    remove,
    explainRefused,
    recordGone,
    recordLeft,
    problem: () => problem,
    refused: () => refused.size,
  };
}

const NO_ANSWER = 'The Hub did not answer, and the person is still in the group.';
const STILL_SHOWN = 'The Hub accepted the removal, but still shows this person in the group.';
const renamedTo = (name: string) =>
  `Was renamed to ${name} during the run, so that the removal was not sent.`;
const OTHER_ROLE = 'Was not removed: the role is no longer the one that the approved plan names.';
const LAST_ADMIN = 'Was kept: the group would be left with too few admins.';

/**
 * Removes one member from a group. Returns the group as it is then. Throws a HubError; status 404 means that there is no
 * such organization or group, or that the person is not in the group.
 */
export async function removeFromGroup(hub: HubClient, org: string, id: string, user: string): Promise<Group> {
  const segments = [...groupPath(org, id), 'users', user];
  return (await hub.send({ method: 'DELETE', segments, reader: groupBody(id) })).value;
}
