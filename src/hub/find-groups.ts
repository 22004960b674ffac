import { HubError, InputError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import type { HubClient } from './client.ts';
import { getGroup, listGroups } from './endpoints.ts';
import { GROUP_ID } from './group-id.ts';
import type { Group } from './schemas.ts';

/** What the `resource-group` input says for every group that the token can see. */
export const EVERY_GROUP = '*';

/** Most groups that an error message lists. */
const LISTED = 30;

/**
 * Looks at the groups that `references` mean, ids or exact names, in one request where possible.
 * Gives back the groups of each reference. Throws an InputError that names every reference without a group
 * and lists the groups that there are, or a HubError.
 */
export async function lookAtGroups(
  hub: HubClient,
  org: string,
  references: ReadonlySet<string>,
): Promise<Map<string, readonly Group[]>> {
  const [only] = references;
  if (only !== undefined && references.size === 1 && GROUP_ID.test(only)) {
    try {
      return new Map([[only, [await getGroup(hub, org, only.toLowerCase())]]]);
    } catch (error) {
      if (!(error instanceof HubError) || error.status !== 404) throw error;
    }
  }
  return match(references, (await listGroups(hub, org)).items, org);
}

function match(references: ReadonlySet<string>, groups: readonly Group[], org: string): Map<string, Group[]> {
  const byId = new Map(groups.map((group) => [group.id, group]));
  const byName = Map.groupBy(groups, ({ name }) => name);
  const problems: string[] = [];
  const found = new Map<string, Group[]>();
  for (const reference of references) {
    if (reference === EVERY_GROUP) {
      if (groups.length === 0) problems.push(`The token can see no resource group in ${org}.`);
      found.set(reference, [...groups]);
      continue;
    }
    const group = byId.get(reference.toLowerCase());
    const named = group === undefined ? (byName.get(reference) ?? []) : [group];
    if (named.length === 1) {
      found.set(reference, named);
    } else if (named.length > 1) {
      const ids = named.map(({ id }) => id).join(', ');
      problems.push(
        `${named.length} resource groups are named "${reference}": write the id of one (${ids}).`,
      );
    } else {
      const near = nearest(reference, [...byName.keys()]);
      const hint = near === undefined ? '' : ` Did you mean "${near}"?`;
      problems.push(`There is no resource group "${reference}" in ${org} that the token can see.${hint}`);
    }
  }
  if (problems.length > 0) throw new InputError([...problems, listing(groups)].join('\n'));
  return found;
}

function listing(groups: readonly Group[]): string {
  if (groups.length === 0)
    return 'The token sees none: is it allowed to read them, and has the organization any?';
  const names = groups.slice(0, LISTED).map(({ id, name }) => `"${name}" (${id})`);
  const more = groups.length > LISTED ? `, and ${groups.length - LISTED} more` : '';
  return `The groups are: ${names.join(', ')}${more}.`;
}
