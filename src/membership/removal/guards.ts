import { isRole, rankOf } from '../../roles.ts';
import { parseAddress } from '../../roster/address.ts';
import { formatLocation } from '../../roster/entry.ts';
import { foldCase, many, nearest } from '../../text/words.ts';
import { type Assignment, type MemberAssignment, userKey } from '../assignment.ts';
import type { Change, Remove, UpdateRole } from '../change.ts';
import { needsAttention, type Outcome, type OutcomeCode, outcomeOf } from '../outcome.ts';
import type { GroupPlan, Plan } from '../plan.ts';
import type { MemberListing } from '../resolve/member-listing.ts';
import { mostRemovals, type RemovalPolicy } from './policy.ts';

/** Whether a change takes something away: a membership, or a part of a role. */
export function isLoss(change: Change): change is Remove | UpdateRole {
  if (change.action === 'add') return false;
  return change.action === 'remove' || rankOf(change.to) < rankOf(change.from);
}

/**
 * Takes out of the plan what a guard forbids, and records why: a protected user, the token's own account, or the last admins
 * of a group loses nothing (interface.md, "Removal"). `ownAccount` is undefined if the Hub did not say whose token it is:
 * then no one loses anything, and each loss that was asked for fails, because it is still to be done. Pure but for `plan`.
 */
export function guardLosses(plan: Plan, policy: RemovalPolicy, ownAccount: string | undefined): void {
  for (const groupPlan of plan.groups) {
    let adminsLeft = adminsAfterGains(groupPlan);
    const reasonToKeep = (change: Remove | UpdateRole): [OutcomeCode, string] | undefined => {
      const key = userKey(change.member.user);
      if (policy.protectedUsers.has(key)) return ['protected', 'Was kept: is one of `protected-users`.'];
      if (ownAccount === undefined) {
        return ['unavailable', NOT_SAID_WHOSE];
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

const NOT_SAID_WHOSE =
  'Was not changed: the Hub did not say whose token this is, and it could belong to this account.';

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

/**
 * Appends the members of each group whom no row names, group by group: to be removed, or kept with the reason
 * (interface.md, "Removal"). Only groups that a row of a file is for are looked at.
 */
export function addUnlisted(plan: Plan, policy: RemovalPolicy, listing: MemberListing | undefined): void {
  const named = namedUsers(plan);
  for (const groupPlan of plan.groups) {
    if (!groupPlan.hasRows) continue;
    const { group } = groupPlan;
    const unlisted = group.users.filter(({ name }) => named.get(group.id)?.has(userKey(name)) !== true);
    const doubts = {
      openRows: openRows(plan, groupPlan),
      inNoListing: unlisted.filter(({ name }) => isInNoListing(name, policy, listing)).length,
    };
    for (const { name, role } of unlisted) {
      const member: MemberAssignment = {
        ...{ location: undefined, input: name, user: name, group: group.id, groupName: group.name },
        ...{ listed: listing?.members.has(userKey(name)), role: null, state: 'unlisted' },
      };
      const position = plan.assignments.push(member) - 1;
      const kept = reasonToKeep(member, role, groupPlan, doubts, policy, listing);
      plan.decided[position] = kept;
      if (kept === undefined)
        groupPlan.remove.push({ action: 'remove', position, member, from: role, to: null });
    }
  }
}

/** The usernames that rows name, by group. */
function namedUsers({ assignments }: Plan): ReadonlyMap<string, ReadonlySet<string>> {
  const named = new Map<string, Set<string>>();
  for (const { group, user } of assignments) {
    if (user === null) continue;
    const users = named.get(group) ?? new Set<string>();
    named.set(group, users.add(userKey(user)));
  }
  return named;
}

/** Rows for the group of which it is not known whom they mean. */
function openRows({ assignments, decided }: Plan, { group, everyRowResolved, add }: GroupPlan): Assignment[] {
  if (everyRowResolved) return [];
  const failed = decided.filter(
    (outcome) => outcome !== undefined && outcome.group === group.id && needsAttention(outcome),
  );
  const unknown = add
    .filter(({ member }) => member.listed === false)
    .flatMap(({ position }) => assignments[position] ?? []);
  const unproven = assignments.filter((one) => one.group === group.id && one.isUnproven);
  return [...new Set([...failed.flatMap((outcome) => outcome ?? []), ...unknown, ...unproven])];
}

/** What keeps every unlisted member of a group. */
interface Doubts {
  readonly openRows: readonly Assignment[];
  /** How many of them are in no member listing: it can be partial without saying so (hub-api.md, trap 10). */
  readonly inNoListing: number;
}

function isInNoListing(user: string, { protectedUsers }: RemovalPolicy, listing: MemberListing | undefined) {
  return listing?.members.has(userKey(user)) === false && !protectedUsers.has(userKey(user));
}

function reasonToKeep(
  member: MemberAssignment,
  role: string,
  { group }: GroupPlan,
  { openRows: open, inNoListing }: Doubts,
  { onUnlisted, protectedUsers }: RemovalPolicy,
  listing: MemberListing | undefined,
): Outcome | undefined {
  const key = userKey(member.user);
  const kept = (code: Outcome['code'], message: string) => outcomeOf(member, code, message, role);
  if (onUnlisted === 'keep') {
    return kept('kept-unlisted', `Is in the group as ${role}, and no row names this person for this group.`);
  }
  if (protectedUsers.has(key)) return kept('protected', 'Was kept: is one of `protected-users`.');
  if (group.autoJoin?.enabled === true) {
    return kept('auto-join', 'Was kept: the Hub fills this group by itself (auto-join).');
  }
  if (
    group.unreadableUsers !== undefined ||
    !isRole(role) ||
    parseAddress(member.user)?.kind !== 'username'
  ) {
    return kept('not-listed', 'Was kept: the group shows a member or a role that cannot be read.');
  }
  if (open.length > 0) return kept('unresolved-rows', couldBeMeant(member.user, open));
  if (listing?.complete !== true) {
    return kept('not-listed', 'Was kept: the member listing could not be read to its end.');
  }
  if (!listing.members.has(key)) {
    return kept('not-listed', 'Was kept: is in the group and in no member listing, like a service account.');
  }
  if (inNoListing > 0) return kept('not-listed', notListedBeside(inNoListing));
  const size = listing.groupSizes.get(group.id);
  if (size === group.users.length) return undefined;
  const told = size === undefined ? 'does not say how many members the group has' : `counts ${size} members`;
  return kept(
    'not-listed',
    `Was kept: the group shows ${group.users.length} members, and the member listing ${told}.`,
  );
}

function notListedBeside(count: number): string {
  const [members, are] = [many(count, 'other member', 'other members'), count === 1 ? 'is' : 'are'];
  return `Was kept: ${members} of the group without a row ${are} in no member listing, so it can lack others.`;
}

/** For reading only: nothing is derived from a likeness. */
function couldBeMeant(user: string, open: readonly Assignment[]): string {
  const likely = open.find(({ input }) => isLike(user, input));
  const where = likely?.location === undefined ? '' : ` (${formatLocation(likely.location)})`;
  return likely === undefined
    ? `Was kept: ${many(open.length, 'row', 'rows')} for this group could not be resolved, and could mean any member.`
    : `Was kept: the row "${likely.input}"${where} could not be resolved, and could mean this member.`;
}

function isLike(user: string, input: string): boolean {
  const plain = (text: string) => foldCase(text).replace(/[^\p{L}\p{N}]/gu, '');
  const [local = ''] = input.split('@');
  return plain(local) === plain(user) || nearest(plain(local), [plain(user)]) !== undefined;
}
