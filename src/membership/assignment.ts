import type { Group } from '../hub/schemas.ts';
import type { Role } from '../roles.ts';
import type { Code, Outcome } from './outcome.ts';

/** A person wanted in a group with a role, as the roster says and the Hub spells it. */
export interface Wanted {
  readonly source: string;
  readonly input: string;
  /** The Hub's spelling where it is known, else as written; null where nobody was found. */
  readonly user: string | null;
  /** Whether the member listing has the person; undefined where it could not be read, or not to its end. */
  readonly listed: boolean | undefined;
  readonly groupId: string;
  readonly groupName: string;
  readonly role: Role;
}

/** A wanted membership of somebody whose username is known. */
export type WantedMember = Wanted & { readonly user: string };

/** What became of `wanted`. */
export function outcomeOf(wanted: Wanted, code: Code, message: string, existingRole?: string): Outcome {
  return {
    source: wanted.source,
    input: wanted.input,
    user: wanted.user,
    group: wanted.groupId,
    groupName: wanted.groupName,
    role: wanted.role,
    ...(existingRole === undefined ? {} : { existingRole }),
    code,
    message,
  };
}

/** Usernames that differ in case only are one person (hub-api.md, trap 5). */
export function sameName(name: string): string {
  return name.toLowerCase();
}

/**
 * How a group spells people, and the role that they have there, by {@link sameName}: all of `people` who are in it, and
 * perhaps others. Takes memory for the fewer of the two, since either may be 100,000.
 */
export function shownIn(
  group: Group,
  people: readonly WantedMember[],
): Map<string, { readonly user: string; readonly role: string }> {
  const names =
    group.users.length > people.length ? new Set(people.map(({ user }) => sameName(user))) : undefined;
  const shown = new Map<string, { user: string; role: string }>();
  for (const { name, role } of group.users) {
    const key = sameName(name);
    if (names === undefined || names.has(key)) shown.set(key, { user: name, role });
  }
  return shown;
}
