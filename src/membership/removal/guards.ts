import { rankOf } from '../../roles.ts';
import { many } from '../../text/words.ts';
import { userKey } from '../assignment.ts';
import type { Change, Remove, UpdateRole } from '../change.ts';
import { type OutcomeCode, outcomeOf } from '../outcome.ts';
import type { GroupPlan, Plan } from '../plan.ts';
import { mostRemovals, type RemovalPolicy } from './policy.ts';

/** Whether a change takes something away: a membership, or a part of a role. */
export function isLoss(change: Change): change is Remove | UpdateRole {
  if (change.action === 'add') return false;
  return change.action === 'remove' || rankOf(change.to) < rankOf(change.from);
}

/**
 * Takes out of the plan what a guard forbids, and records why: a protected user, the token's own account, or the last admins
 * of a group loses nothing (interface.md, "Removal"). `ownAccount` is undefined if the Hub did not say whose token it is:
 * then no one loses anything. Pure but for `plan`.
 */
export function guardLosses(plan: Plan, policy: RemovalPolicy, ownAccount: string | undefined): void {
  for (const groupPlan of plan.groups) {
    let adminsLeft = adminsAfterGains(groupPlan);
    const reasonToKeep = (change: Remove | UpdateRole): [OutcomeCode, string] | undefined => {
      const key = userKey(change.member.user);
      if (policy.protectedUsers.has(key)) return ['protected', 'Was kept: is one of `protected-users`.'];
      if (ownAccount === undefined) {
        return ['own-account', 'Was kept: the Hub did not say whose token this is, and it could be theirs.'];
      }
      if (key === userKey(ownAccount)) return ['own-account', 'Was kept: the token belongs to this account.'];
      if (change.from !== 'admin') return undefined;
      if (adminsLeft - 1 < policy.minAdmins) {
        return [
          'last-admin',
          `Was kept: the group must have at least ${many(policy.minAdmins, 'admin', 'admins')} (\`min-admins\`).`,
        ];
      }
      adminsLeft -= 1;
      return undefined;
    };
    const allowed = <T extends Change>(changes: T[]) =>
      changes.filter((change) => {
        const reason = isLoss(change) ? reasonToKeep(change) : undefined;
        if (reason !== undefined)
          plan.decided[change.position] = outcomeOf(change.member, ...reason, change.from);
        return reason === undefined;
      });
    replace(groupPlan.updateRoles, allowed(groupPlan.updateRoles));
    replace(groupPlan.remove, allowed(groupPlan.remove));
  }
}

function adminsAfterGains({ group, add, updateRoles }: GroupPlan): number {
  const now = group.users.filter(({ role }) => role === 'admin').length;
  const gains = [...add, ...updateRoles].filter(({ from, to }) => to === 'admin' && from !== 'admin');
  return now + gains.length;
}

function replace<T>(array: T[], items: readonly T[]): void {
  array.splice(0, array.length, ...items);
}

/**
 * Why the plan removes too many unlisted members, with both figures and the value that would let all groups pass; undefined
 * if it does not.
 */
export function tooManyRemovals({ groups }: Plan, { maxRemovals }: RemovalPolicy): string | undefined {
  const figures = groups.map(({ group: { name, users }, remove }) => ({
    name,
    members: users.length,
    count: remove.filter(({ member }) => member.state === 'unlisted').length,
    most: mostRemovals(maxRemovals, users.length),
  }));
  const over = figures.filter(({ count, most }) => count > most);
  if (over.length === 0) return undefined;
  const told = over.map(({ name, members, count, most }) => {
    const limit = maxRemovals.kind === 'percent' ? `${maxRemovals.value} %, ${most}` : `${most}`;
    const share = Math.round((100 * count) / members);
    return `${count} of ${members} members of "${name}" would be removed (${share} %; the limit is ${limit}).`;
  });
  const needed = Math.max(...figures.map(({ count }) => count));
  return `${told.join(' ')} If that is meant, set \`max-removals: ${needed}\`.`;
}
