import type { Group } from '../hub/schemas.ts';
import type { Role } from '../roles.ts';
import type { SourceLocation } from '../roster/entry.ts';
import { foldCase } from '../text/words.ts';

/** What the roster says of a membership; `unlisted`: nothing, although the person is in the group. */
export type AssignmentState = 'present' | 'absent' | 'expired' | 'unlisted';

/** One person and one group, as the roster asks for it and as the Hub spells it. */
export interface Assignment {
  /** Undefined for an unlisted member, who has no row. */
  readonly location: SourceLocation | undefined;
  /** What the roster says, as written: a username or an email address. */
  readonly input: string;
  /** The Hub's spelling if it is known, else as written; null if the person was not found. */
  readonly user: string | null;
  /** Whether the member listing has the person; undefined if it could not be read, or not to its end. */
  readonly listed: boolean | undefined;
  /** The group's id; empty if the group could not be read. */
  readonly group: string;
  readonly groupName: string;
  /** The role asked for; null if the person should not be in the group. */
  readonly role: Role | null;
  readonly state: AssignmentState;
  /** One more sentence about how the person was identified. */
  readonly note?: string;
  /** The username counts, but the email address beside it can be that of another member. */
  readonly isUnproven?: true;
}

/** An assignment of a person whose username is known. */
export type MemberAssignment = Assignment & { readonly user: string };

/** The same for two spellings of one username (hub-api.md, trap 5). */
export function userKey(user: string): string {
  return foldCase(user);
}

/** How a group spells a person, and the role that the person has there. */
export interface GroupMember {
  readonly user: string;
  readonly role: string;
}

/**
 * The members of `group` by {@link userKey}: all of `users` who are in it, and perhaps others. It takes memory for the
 * smaller of the two, since either can be 100,000.
 */
export function membersByKey(group: Group, users: Iterable<string> & { readonly size: number }) {
  const keys = group.users.length > users.size ? new Set(Iterator.from(users).map(userKey)) : undefined;
  const members = new Map<string, GroupMember>();
  for (const { name, role } of group.users) {
    const key = userKey(name);
    if (keys === undefined || keys.has(key)) members.set(key, { user: name, role });
  }
  return members as ReadonlyMap<string, GroupMember>;
}
