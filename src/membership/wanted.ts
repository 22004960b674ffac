import type { Group } from '../hub/shapes.ts';
import type { Code, Outcome } from '../report/outcome.ts';
import type { Role } from '../roles.ts';

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

/** The roles that some people have in a group, by {@link sameName}; whoever is not in it is not in the map. */
export function rolesIn(group: Group, people: readonly WantedMember[]): Map<string, string> {
  const names = new Set(people.map(({ user }) => sameName(user)));
  const roles = new Map<string, string>();
  for (const { name, role } of group.users) {
    const key = sameName(name);
    if (names.has(key)) roles.set(key, role);
  }
  return roles;
}
