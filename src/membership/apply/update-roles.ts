import { mentionsScim } from '../../access/explain-refusal.ts';
import type { HubError } from '../../errors.ts';
import { membersByKey, userKey } from '../assignment.ts';
import type { UpdateRole } from '../change.ts';
import {
  createProgressLog,
  type GroupRun,
  LOST_BEFORE_GIVING_UP,
  REFUSED_BEFORE_ASKING,
  refusalIn,
  refusedBeforeGivingUp,
} from './group-run.ts';

/** Maximum number of times that one change is sent. */
export const ATTEMPTS = 3;

const NO_ANSWER = 'The Hub did not answer, and the role is unchanged.';

/**
 * Changes roles one by one, and records each by what the group shows afterwards. Admins are made before admins are demoted.
 * Throws what ends the work in the group.
 */
export async function updateRoles(run: GroupRun): Promise<void> {
  const { updateRoles: updates, record, writer, context } = run;
  const refused = new Map<UpdateRole, HubError>();
  writer.progressed();
  const ordered = inOrder(updates, context.random);
  const tellProgress = createProgressLog(ordered, 'updated', run);
  for (const [index, update] of ordered.entries()) {
    tellProgress(index, refused.size);
    if (writer.lostInARow >= LOST_BEFORE_GIVING_UP) {
      record(update, 'unavailable', NO_ANSWER, update.from);
      continue;
    }
    try {
      await updateRole(update, run);
    } catch (error) {
      // It was the look at the group that failed: what became of the change is not known.
      if (writer.isInDoubt(update.member)) throw error;
      const refusal = refusalIn(error, run);
      refused.set(update, refusal);
      if (run.anyAccepted) continue;
      if (refused.size === REFUSED_BEFORE_ASKING) await run.endIfDenied(refusal);
      if (refused.size === refusedBeforeGivingUp(refusal) && refused.size < updates.length) {
        throw run.everyoneRefused(refused.size, refusal);
      }
    }
  }
  if (ordered.length > 0) tellProgress(ordered.length, refused.size, true);
  const [first] = refused.values();
  if (first !== undefined && !run.anyAccepted) {
    await run.endIfDenied(first);
    if (mentionsScim(first)) throw run.everyoneRefused(refused.size, first);
  }
  for (const [update, refusal] of refused) record(update, 'refused', refusal.message, update.from);
}

const LAST_ADMIN = 'The role was kept: the group would be left with too few admins.';

function inOrder(updates: readonly UpdateRole[], random: () => number): UpdateRole[] {
  return shuffled(updates, random).sort(
    (one, other) => Number(other.to === 'admin') - Number(one.to === 'admin'),
  );
}

/** In an order left to chance, so that people who are refused and stand together are not all that is tried. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

async function updateRole(update: UpdateRole, run: GroupRun): Promise<void> {
  const { writer, record } = run;
  const { member, from, to } = update;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const seen = run.changedSincePlan(update);
    if (seen !== undefined) {
      run.context.outcomes[update.position] = seen;
      return;
    }
    if (to !== 'admin' && run.isLastAdmin(update)) return record(update, 'last-admin', LAST_ADMIN, from);
    const answer = await writer.changeRole(update);
    const { group, outOfTime } =
      answer === undefined ? await writer.readAfterLoss() : { group: answer, outOfTime: undefined };
    const current = membersByKey(group, new Set([member.user])).get(userKey(member.user));
    if (current?.role === to) {
      run.anyAccepted = true;
      writer.progressed();
      return record(update, 'role-updated', `Changed from ${from} to ${to}.`, from);
    }
    if (answer !== undefined) {
      run.anyAccepted = true;
      return record(update, 'unconfirmed', 'The Hub accepted the change, but does not show it.', from);
    }
    if (outOfTime !== undefined) throw outOfTime;
  }
  record(update, 'unavailable', NO_ANSWER, from);
}
