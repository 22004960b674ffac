import { array, boolean, fallback, type InferOutput, object, optional, string } from 'valibot';
import type { HubClient } from './client.ts';
import { groupShape } from './schemas.ts';

const text = fallback(optional(string()), undefined);

/** A group with what only an export shows. Other actions do not read it: in a large group it takes much memory. */
const groupDetailsShape = object({
  ...groupShape.entries,
  users: array(object({ name: string(), role: string(), orgRole: text, addedBy: text })),
  autoJoin: fallback(optional(object({ enabled: boolean(), role: text, scope: text })), undefined),
});

export type GroupDetails = InferOutput<typeof groupDetailsShape>;

/** Every group of the organization that the token can see, in full. Throws a HubError; status 402 means a plan without groups. */
export async function listGroupDetails(hub: HubClient, org: string): Promise<GroupDetails[]> {
  const segments = ['api', 'organizations', org, 'resource-groups'];
  return (await hub.send({ segments, schema: array(groupDetailsShape) })).value;
}
