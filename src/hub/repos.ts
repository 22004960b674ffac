import { object, string, unknown } from 'valibot';
import { HubError } from '../errors.ts';
import type { HubClient } from './client.ts';
import { jsonBody } from './read-json.ts';

/** Larger than any response to these calls. */
const MAX_BYTES = 1024 * 1024;

export interface NewModel {
  readonly org: string;
  readonly name: string;
  /** Id of the resource group that it is created in. */
  readonly group: string | undefined;
}

/** A 2xx without this may not come from the Hub, and counts as lost. */
const createdShape = object({ url: string() });

/**
 * Creates a private model repository. Throws a HubError: status 403 if the token has no right to, 409 if the name exists,
 * kind `lost` if the repository may exist now.
 */
export async function createModel(hub: HubClient, { org, name, group }: NewModel): Promise<void> {
  const body = {
    type: 'model',
    name,
    organization: org,
    private: true,
    ...(group === undefined ? {} : { resourceGroupId: group }),
  };
  await hub.send({
    method: 'POST',
    segments: ['api', 'repos', 'create'],
    body,
    reader: jsonBody(createdShape, MAX_BYTES),
  });
}

/**
 * Deletes a model repository; `afterCancel`: once, without waiting, after the run was canceled.
 * Throws a HubError; status 404 means that there is none.
 */
export async function deleteModel(
  hub: HubClient,
  { org, name }: { readonly org: string; readonly name: string },
  afterCancel: boolean,
): Promise<void> {
  const body = { type: 'model', name, organization: org };
  const request = {
    method: 'DELETE',
    segments: ['api', 'repos', 'delete'],
    body,
    reader: jsonBody(unknown(), MAX_BYTES),
  } as const;
  try {
    await (afterCancel ? hub.readAfterCancel(request) : hub.send(request));
  } catch (error) {
    // The response's body is not documented and may not be JSON: a 2xx is enough.
    if (!(error instanceof HubError) || error.status === undefined || error.status > 299) throw error;
  }
}
