import type { Group } from '../../src/hub/schemas.ts';
import type { MemberAssignment } from '../../src/membership/assignment.ts';
import type { Add } from '../../src/membership/change.ts';
import type { Resolution } from '../../src/membership/resolve/identity.ts';
import { ROLES, type Role } from '../../src/roles.ts';
import { addressKey, type RosterEntry } from '../../src/roster/entry.ts';

/*
 * Made-up parts of a run, for tests of the pure parts. What a test is about is written over the rest.
 */

/** A person who should be in the group `Cohort` with the role `read`. */
export function memberOf(user: string, rest: Partial<MemberAssignment> = {}): MemberAssignment {
  return {
    location: { input: 'users' },
    ...{ input: user, user, listed: true, group: '507f1f77bcf86cd799439011', groupName: 'Cohort' },
    ...{ role: 'read', state: 'present' },
    ...rest,
  };
}

/** The addition of such a person. */
export function addOf(user: string, rest: Partial<MemberAssignment> = {}, position = 0): Add {
  const member = memberOf(user, rest);
  const to = ROLES.find((role) => role === member.role) ?? 'read';
  return { action: 'add', position, member, from: null, to };
}

/** So many additions, of `u0` and the following. */
export function addsOf(count: number, rest: Partial<MemberAssignment> = {}): Add[] {
  return Array.from({ length: count }, (_, index) => addOf(`u${index}`, rest, index));
}

/** A group with these users; the same name makes the same id. */
export function groupOf(name: string, users: Readonly<Record<string, string>> = {}): Group {
  const id = Buffer.from(name.slice(0, 12).padEnd(12, '-')).toString('hex');
  const list = Object.entries(users).map(([user, role]) => ({
    ...{ name: user, role, orgRole: undefined, addedBy: undefined, roleSetBy: undefined },
  }));
  return { id, name, description: undefined, autoJoin: undefined, resources: [], repos: [], users: list };
}

/** An entry of a roster: a username, an email address, or a username and an email address with white space between. */
export function entryOf(input: string, rest: Partial<RosterEntry> = {}): RosterEntry {
  const [first = '', second] = input.split(' ');
  const address =
    second !== undefined
      ? ({ kind: 'both', username: first, email: second } as const)
      : first.includes('@')
        ? ({ kind: 'email', email: first } as const)
        : ({ kind: 'username', username: first } as const);
  return {
    location: { file: 'members.csv', line: 2 },
    ...{ input: first, address, key: addressKey(address), role: 'read' satisfies Role, group: undefined },
    state: 'present',
    ...rest,
  };
}

/** A person who was found; in the member listing, unless `rest` says otherwise. */
export function found(
  user: string,
  rest: { readonly listed?: boolean | undefined; readonly note?: string } = {},
): Resolution {
  return { user, listed: true, ...rest };
}

/** What a look-up that found no one says. */
export const NOT_FOUND: Resolution = { code: 'email-not-found', message: 'No member has it.' };
