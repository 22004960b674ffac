import { boolean, fallback, type InferOutput, object, optional, string, unknown } from 'valibot';
import { HubError } from '../errors.ts';
import type { HubClient, Request } from './client.ts';
import { jsonBody } from './read-response.ts';

/** Larger than any response about one repository. */
const MAX_BYTES = 1024 * 1024;

export interface ModelName {
  readonly org: string;
  readonly name: string;
}

export interface NewModel extends ModelName {
  /** Id of the resource group that it is created in. */
  readonly group: string | undefined;
}

/** What the Hub says about the visibility of a repository; `unsaid` if it says nothing that is known here. */
export type Visibility = 'private' | 'not-private' | 'unsaid';

const visibilityShape = {
  private: fallback(optional(boolean()), undefined),
  visibility: fallback(optional(string()), undefined),
};

/** A success without an address can come from anything between here and the Hub. It counts as lost. */
const createdShape = object({ url: string(), ...visibilityShape });
const modelShape = object(visibilityShape);

/**
 * Creates a model repository that is private, and returns what the Hub says about its visibility. Throws a
 * HubError: status 403 if the token lacks the right, 409 if the name exists or the Hub is busy, kind `lost`
 * if it can exist.
 */
export async function createModel(hub: HubClient, { org, name, group }: NewModel): Promise<Visibility> {
  const body = {
    type: 'model',
    name,
    organization: org,
    visibility: 'private',
    ...(group === undefined ? {} : { resourceGroupId: group }),
  };
  const segments = ['api', 'repos', 'create'];
  return visibilityOf(
    (await hub.send({ method: 'POST', segments, body, reader: jsonBody(createdShape, MAX_BYTES) })).value,
  );
}

/**
 * What the Hub says about the visibility of a model repository, asked once. Throws a HubError; status 404
 * means that it shows none.
 */
export async function getVisibility(
  hub: HubClient,
  { org, name }: ModelName,
  isCanceled: boolean,
): Promise<Visibility> {
  const request = {
    segments: ['api', 'models', org, name],
    reader: jsonBody(modelShape, MAX_BYTES),
    once: true,
  };
  return visibilityOf((await send(hub, request, isCanceled)).value);
}

/** Deletes a model repository. Throws a HubError; status 404 means that the Hub finds none. */
export async function deleteModel(
  hub: HubClient,
  { org, name }: ModelName,
  isCanceled: boolean,
): Promise<void> {
  const body = { type: 'model', name, organization: org };
  const request = {
    method: 'DELETE',
    segments: ['api', 'repos', 'delete'],
    body,
    reader: jsonBody(unknown(), MAX_BYTES),
  } as const;
  try {
    await send(hub, request, isCanceled);
  } catch (error) {
    // The body of the answer is not documented, and need not be JSON: a status of success is enough.
    if (!(error instanceof HubError) || error.status === undefined || error.status > 299) throw error;
  }
}

/** After the run was canceled, a request is sent once and without waiting. */
function send<T>(hub: HubClient, request: Request<T>, isCanceled: boolean) {
  return isCanceled ? hub.readAfterCancel(request) : hub.send(request);
}

function visibilityOf(said: InferOutput<typeof modelShape>): Visibility {
  const isPrivate = [
    ...(said.private === undefined ? [] : [said.private]),
    ...(said.visibility === undefined ? [] : [said.visibility === 'private']),
  ];
  if (isPrivate.length === 0) return 'unsaid';
  return isPrivate.every(Boolean) ? 'private' : 'not-private';
}
