import { HubError } from '../errors.ts';
import type { HubClient } from '../hub/client.ts';
import { listGroups } from '../hub/endpoints.ts';
import type { Group } from '../hub/schemas.ts';
import { createRefusalExplainer } from '../access/explain-refusal.ts';

/** Every group that the token can see. Throws a RunError that says why the Hub refuses, or a HubError where it does not answer. */
export async function readGroups(hub: HubClient, org: string): Promise<Group[]> {
  try {
    return (await listGroups(hub, org)).items;
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
    throw await createRefusalExplainer(hub, org).ofOrganization(error, 'read-groups');
  }
}
