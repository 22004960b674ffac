import type { HubError } from '../../errors.ts';
import type { Group } from '../../hub/schemas.ts';
import { sameName, shownIn, type WantedMember } from '../assignment.ts';
import { type GroupRun, REFUSED_BEFORE_GIVING_UP, refusalIn } from './group-run.ts';

/** Most times that one change is sent. */
const ATTEMPTS = 3;

const NO_ANSWER = 'The Hub did not answer, and the role is as it was.';

/**
 * Changes the roles of people who are in the group, one by one, and settles each by what the group shows afterwards.
 * `accepted`: whether the Hub accepted a write to the group before. Throws what ends the work in the group.
 */
export async function updateRoles(run: GroupRun, accepted: boolean): Promise<void> {
  let somebody = accepted;
  let refused = 0;
  for (const person of run.updates) {
    if (run.writer.isDeaf()) {
      run.settle(person, 'unavailable', NO_ANSWER);
      continue;
    }
    try {
      somebody = (await updateRole(person, run)) || somebody;
    } catch (error) {
      const refusal: HubError = refusalIn(error, run);
      refused += 1;
      if (!somebody) await run.endIfDenied();
      if (!somebody && refused === REFUSED_BEFORE_GIVING_UP) throw run.everybodyRefused(refused, refusal);
      run.settle(person, 'refused', refusal.message);
    }
  }
}

/** Gives back whether the change was made. */
async function updateRole(person: WantedMember, { writer, settle }: GroupRun): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answered: Group | undefined = await writer.changeRole(person);
    const { group, outOfTime } =
      answered === undefined ? await writer.lookAfterLoss() : { group: answered, outOfTime: undefined };
    const role = shownIn(group, [person]).get(sameName(person.user))?.role;
    if (role === person.role) {
      settle(person, 'role-updated', `Changed to ${role}.`);
      return true;
    }
    if (answered !== undefined) {
      settle(person, 'unconfirmed', 'The Hub accepted the change, but does not show it.');
      return true;
    }
    if (outOfTime !== undefined) throw outOfTime;
  }
  settle(person, 'unavailable', NO_ANSWER);
  return false;
}
