import type { Group } from '../hub/schemas.ts';
import { isRole } from '../roles.ts';
import { parseAddress } from '../roster/address.ts';
import { csvText } from '../text/csv.ts';

/** A job's outputs may take 1 MB, counted as UTF-16 (GitHub, "Workflow syntax", `jobs.<job_id>.outputs`); some room is left for what else the job puts out. */
const MAX_OUTPUT_CHARACTERS = 500_000;

/** Lengths to which every description is shortened, in characters, until the output is small enough. */
const DESCRIPTION_LENGTHS = [Number.POSITIVE_INFINITY, 200, 50, 0];

/** Kinds of resources that are repositories (hub-openapi.json); others are collections, jobs and the like. */
const REPOSITORIES = new Set<unknown>(['model', 'dataset', 'space', 'bucket', 'kernel']);

/** A group as the output `groups` tells it. */
export interface ListedGroup {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly members: number;
  readonly repos: number;
  readonly autoJoin: boolean;
}

export function listed({ id, name, description, users, resources, repos, autoJoin }: Group): ListedGroup {
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
  return (
    typeof resource === 'object' && resource !== null && 'type' in resource && REPOSITORIES.has(resource.type)
  );
}

/**
 * The outputs `groups` and `ids` as JSON, which together fit into what a job may put out. Gives back undefined where they do not,
 * even with descriptions shortened to nothing; `shortenedTo` says to how many characters that was necessary.
 */
export function groupOutputs(
  groups: readonly ListedGroup[],
  maxCharacters: number = MAX_OUTPUT_CHARACTERS,
): { readonly groups: string; readonly ids: string; readonly shortenedTo: number } | undefined {
  const ids = JSON.stringify(groups.map(({ id }) => id));
  for (const length of DESCRIPTION_LENGTHS) {
    const json = JSON.stringify(
      groups.map((group) => ({ ...group, description: shortened(group.description, length) })),
    );
    if (json.length + ids.length <= maxCharacters) return { groups: json, ids, shortenedTo: length };
  }
  return undefined;
}

function shortened(text: string | null, length: number): string | null {
  return text === null || text.length <= length ? text : text.slice(0, length).toWellFormed();
}

/**
 * Every membership as a CSV, in pieces, that add-members reads and that changes nothing there. Groups are given by their ids,
 * which no comma, quote or line break can be in; the last column, their names, is for people and passed over when read.
 * `leftOut` counts those with a role that no group knows (`no_access`), or a name that the reader would not take.
 */
export function membershipCsv(groups: readonly Group[]): {
  readonly text: Generator<string, void, undefined>;
  readonly leftOut: number;
} {
  const columns = ['user', 'role', 'resource-group', 'group-name'];
  const leftOut = groups.reduce(
    (sum, { users }) => sum + users.filter((user) => !isReadable(user)).length,
    0,
  );
  return { text: csvText(columns, { [Symbol.iterator]: () => memberships(groups) }), leftOut };
}

function* memberships(groups: readonly Group[]): Generator<string[]> {
  for (const { id, name: group, users } of groups) {
    for (const user of users) if (isReadable(user)) yield [user.name, user.role, id, group];
  }
}

function isReadable({ name, role }: Group['users'][number]): boolean {
  return isRole(role) && parseAddress(name)?.kind === 'username';
}
