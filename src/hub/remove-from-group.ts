import type { HubClient } from './client.ts';
import { groupBody, groupPath } from './endpoints.ts';
import type { Group } from './schemas.ts';

/*
 * In a file of its own: what is bundled for add-members holds no code that removes anyone.
 */

/**
 * Removes one member from a group. Returns the group as it is then. Throws a HubError; status 404 means that there is no
 * such organization or group, or that the person is not in the group.
 */
export async function removeFromGroup(hub: HubClient, org: string, id: string, user: string): Promise<Group> {
  const segments = [...groupPath(org, id), 'users', user];
  return (await hub.send({ method: 'DELETE', segments, reader: groupBody(id) })).value;
}
