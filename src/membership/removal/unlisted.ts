import { isRole } from '../../roles.ts';
import { parseAddress } from '../../roster/address.ts';
import { formatLocation } from '../../roster/entry.ts';
import { foldCase } from '../../text/fold-case.ts';
import { nearest } from '../../text/nearest.ts';
import { many } from '../../text/words.ts';
import { type Assignment, type MemberAssignment, userKey } from '../assignment.ts';
import { needsAttention, type Outcome, outcomeOf } from '../outcome.ts';
import type { GroupPlan, Plan } from '../plan.ts';
import type { MemberListing } from '../resolve/member-listing.ts';
import type { RemovalPolicy } from './policy.ts';

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
  return [...failed.flatMap((outcome) => outcome ?? []), ...unknown];
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
  const [members, them] = [many(count, 'other member', 'other members'), count === 1 ? 'it' : 'them'];
  return `Was kept: ${members} of the group without a row ${count === 1 ? 'is' : 'are'} in no member listing, so it can lack others. If these are service accounts, name ${them} in a row or in \`protected-users\`.`;
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
