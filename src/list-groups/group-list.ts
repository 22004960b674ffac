import { type Group, REPOSITORY_KINDS } from '../hub/schemas.ts';
import { isRole } from '../roles.ts';
import { parseAddress } from '../roster/address.ts';
import { csvText } from '../text/csv.ts';

/**
 * The outputs of a job can take 1 MB, counted as UTF-16 (GitHub, "Workflow syntax", `jobs.<job_id>.outputs`).
 * Some room is left for other outputs of the job.
 */
const MAX_OUTPUT_CHARACTERS = 500_000;

/** Lengths to which every description is cut, in characters, until the output is small enough. */
const DESCRIPTION_LENGTHS = [Number.POSITIVE_INFINITY, 200, 50, 0];

/** A group in the output `groups` (interface.md, section 6). */
export interface ListedGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly members: number;
  readonly repos: number;
  readonly autoJoin: boolean;
}

export function listed(group: Group): ListedGroup {
  const { id, name, description, users, resources, repos, autoJoin } = group;
  return {
    id,
    name,
    description: description ?? null,
    members: users.length,
    repos: Math.max(repos?.length ?? 0, resources?.filter(isRepository).length ?? 0),
    autoJoin: autoJoin?.enabled === true,
  };
}

function isRepository(resource: unknown): boolean {
  if (typeof resource !== 'object' || resource === null || !('type' in resource)) return false;
  return typeof resource.type === 'string' && REPOSITORY_KINDS.has(resource.type);
}

/**
 * The outputs `groups` and `ids` as JSON, which together fit into the outputs of a job. Returns undefined if
 * they do not fit even without descriptions; `cutTo` is the length in characters that descriptions were cut
 * to.
 */
export function groupOutputs(
  groups: readonly ListedGroup[],
  maxCharacters: number = MAX_OUTPUT_CHARACTERS,
): { readonly groups: string; readonly ids: string; readonly cutTo: number } | undefined {
  const ids = JSON.stringify(groups.map(({ id }) => id));
  for (const length of DESCRIPTION_LENGTHS) {
    const json = JSON.stringify(
      groups.map((group) => ({ ...group, description: cut(group.description, length) })),
    );
    if (json.length + ids.length <= maxCharacters) return { groups: json, ids, cutTo: length };
  }
  return undefined;
}

function cut(text: string | null, length: number): string | null {
  return text === null || text.length <= length ? text : text.slice(0, length).toWellFormed();
}

/**
 * The columns of the CSV. The last three are for people, and no roster reads them. For that, the last word
 * of their headings must not be a name of a roster's column: `organization-role` would be an error
 * (interface.md, section 1).
 */
const COLUMNS = ['user', 'role', 'resource-group', 'group-name', 'organization-standing', 'added-by'];

/**
 * Every membership as a CSV, in pieces, that add-members and sync-members read and that changes nothing
 * there. Groups are given by their ids, which have no comma, quote or line end. `leftOut` are the
 * memberships that a roster cannot hold: their role is none of the four (`no_access`), or their name is not
 * a username.
 */
export function membershipCsv(groups: readonly Group[]): {
  readonly text: Generator<string, void, undefined>;
  readonly leftOut: readonly { readonly user: string; readonly role: string; readonly group: string }[];
} {
  const leftOut = groups.flatMap(({ name: group, users }) =>
    users.filter((user) => !isReadable(user)).map(({ name, role }) => ({ user: name, role, group })),
  );
  return { text: csvText(COLUMNS, { [Symbol.iterator]: () => memberships(groups) }), leftOut };
}

function* memberships(groups: readonly Group[]): Generator<string[]> {
  for (const { id, name: group, users } of groups) {
    for (const user of users) {
      if (isReadable(user)) {
        yield [user.name, user.role, id, group, user.orgRole ?? '', user.addedBy ?? ''];
      }
    }
  }
}

function isReadable({ name, role }: Group['users'][number]): boolean {
  return isRole(role) && parseAddress(name)?.kind === 'username';
}
