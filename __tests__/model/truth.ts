import type { Role } from '../../src/roles.ts';
import type { RosterEntry } from '../../src/roster/entry.ts';
import { foldCase } from '../../src/text/words.ts';
import { groupsMeant } from './group-references.ts';
import { INSIDE, SERVICE_ACCOUNTS } from './people.ts';
import type { Memberships } from './run.ts';
import type { Schedule } from './schedule.ts';

/*
 * Whom the rows mean in truth, in an organization of which the oracle knows everything: also what the Hub does not say.
 */

export const same = (one: string | null, other: string | null) =>
  one !== null && other !== null && foldCase(one) === foldCase(other);

export function memberNamed({ org }: Schedule, username: string) {
  return org.members.find(({ user }) => same(user, username));
}

/** The Hub's spelling of a username that belongs to the organization, service accounts included. */
export function accountNamed(schedule: Schedule, username: string): string | undefined {
  return memberNamed(schedule, username)?.user ?? SERVICE_ACCOUNTS.find((name) => same(name, username));
}

export function holderOf({ org }: Schedule, email: string) {
  return org.members.find((member) => same(member.email, email));
}

/** Whether the member listing, read to its end, shows the member. */
export function isListed({ org }: Schedule, username: string): boolean {
  const listed = org.members.filter(({ user }) => !org.unlistedMembers?.includes(user));
  const at = listed.findIndex(({ user }) => same(user, username));
  return at >= 0 && at < (org.listingEndsAfter ?? Number.POSITIVE_INFINITY);
}

/** Whether the Hub finds members by this address. */
export function isSearched({ org }: Schedule, email: string): boolean {
  const filter = foldCase(email).endsWith(`@${INSIDE}`) ? org.emailFilterInside : org.emailFilter;
  return org.listing === 'allowed' && filter === 'filter';
}

function showsAddress(schedule: Schedule, username: string): boolean {
  const { org } = schedule;
  if (org.listing !== 'allowed' || org.verifiedEmailsVisible !== true) return false;
  return memberNamed(schedule, username)?.verified === true && isListed(schedule, username);
}

/** The people whom a row may be taken for: none if the Hub proves that its two parts contradict each other. */
export function mayMean(schedule: Schedule, { address }: RosterEntry): string[] {
  if (address.kind === 'username') return [accountNamed(schedule, address.username) ?? []].flat();
  const holder = holderOf(schedule, address.email)?.user;
  if (address.kind === 'email') return holder === undefined ? [] : [holder];
  const claimant = accountNamed(schedule, address.username);
  if (claimant === undefined) return holder === undefined ? [] : [holder];
  if (holder !== undefined && same(claimant, holder)) return [holder];
  // The Hub does not list the one who has the username, so that it seems to be no member's.
  // A member who leaves while the pages are read makes the listing skip another one.
  const isMoving = schedule.moves.some(({ user, kind }) => kind !== 'rename' || same(user, claimant));
  const isHidden = isMoving || !isListed(schedule, claimant);
  if (isProvenWrong(schedule, address.email, claimant))
    return isHidden && holder !== undefined ? [holder] : [];
  return isHidden && holder !== undefined ? [claimant, holder] : [claimant];
}

/** Whether a Hub without trouble shows that `claimant` does not have the address. */
export function isProvenWrong(schedule: Schedule, email: string, claimant: string): boolean {
  const faults = schedule.faults.filter(({ match }) => match?.method === 'GET');
  // A Hub that refuses to search proves nothing, so that the username counts.
  if (faults.some(({ status = 500 }) => status < 408)) return false;
  // A member who leaves while the pages are read can make the listing skip the holder.
  const isUncertain = schedule.moves.some(({ kind }) => kind === 'leave');
  if (faults.length > 0 || schedule.silentConnections.length > 0 || isUncertain)
    return isSearched(schedule, email);
  const holder = holderOf(schedule, email)?.user;
  const isShown =
    showsAddress(schedule, claimant) || (holder !== undefined && showsAddress(schedule, holder));
  return isSearched(schedule, email) || isShown;
}

export function groupsOfEntry(schedule: Schedule, { group }: RosterEntry): readonly string[] {
  const { groups } = schedule;
  return (group === undefined ? groups : [group]).flatMap((written) => groupsMeant(schedule, written));
}

/** The rows for a group. */
export function rowsFor(schedule: Schedule, group: string): RosterEntry[] {
  return schedule.entries.filter((entry) => groupsOfEntry(schedule, entry).includes(group));
}

/** The rows for a group that may mean a person. */
export function rowsNaming(schedule: Schedule, group: string, user: string): RosterEntry[] {
  return rowsFor(schedule, group).filter((entry) =>
    mayMean(schedule, entry).some((person) => same(person, user)),
  );
}

export function groupNamed({ org }: Schedule, name: string) {
  const group = org.groups.find((one) => one.name === name);
  if (group === undefined) throw new Error(`the schedule has no group ${name}`);
  return group;
}

export function roleOf(state: Memberships, group: string, user: string | null): string | undefined {
  return Object.entries(state[group] ?? {}).find(([name]) => same(name, user))?.[1];
}

/**
 * Whether what is there now need not be what the run saw: another person changed this membership during the run, the member
 * joined or left the organization, or the group does not show it.
 */
export function raced({ org, races, moves }: Schedule, group: string, user: string | null): boolean {
  if (moves.some((move) => move.kind !== 'rename' && same(move.user, user))) return true;
  if (org.unlistedGroupUsers?.some((hidden) => same(hidden, user)) === true) return true;
  return races.some((race) => race.group === group && same(race.user, user));
}

const RANK: Readonly<Record<Role, number>> = { read: 0, contributor: 1, write: 2, admin: 3 };

export function isLower(role: string, than: string): boolean {
  return RANK[role as Role] < RANK[than as Role];
}
