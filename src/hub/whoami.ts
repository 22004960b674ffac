import {
  array,
  fallback,
  type InferOutput,
  nonEmpty,
  nullish,
  object,
  optional,
  pipe,
  string,
} from 'valibot';
import type { HubClient } from './client.ts';
import { jsonBody } from './read-response.ts';

/** Larger than any response to this call: a token has some hundred scopes at most. */
const MAX_BYTES = 8 * 1024 * 1024;

/** Stands for a value that could not be read. No rule knows it, so what depends on it ends as "cannot tell". */
const UNREADABLE = 'unreadable';

const text = fallback(optional(string()), undefined);

const scopeShape = fallback(
  object({
    entity: object({ type: string(), _id: text, name: text }),
    permissions: array(string()),
  }),
  { entity: { type: UNREADABLE, _id: undefined, name: undefined }, permissions: [UNREADABLE] },
);

const accessTokenShape = object({
  role: text,
  fineGrained: fallback(optional(object({ scoped: array(scopeShape) })), undefined),
});

const organizationShape = object({
  name: string(),
  id: text,
  roleInOrg: text,
  securityRestrictions: nullish(fallback(array(string()), [UNREADABLE])),
  resourceGroups: fallback(
    optional(array(object({ id: string(), name: string(), role: string() }))),
    undefined,
  ),
});

/** Every part can be absent: the responses to service accounts and some kinds of tokens are not documented. */
const whoAmIShape = fallback(
  object({
    type: text,
    /** An empty name is no account's: whose token it is would not be known. */
    name: fallback(optional(pipe(string(), nonEmpty())), undefined),
    auth: fallback(object({ accessToken: fallback(optional(accessTokenShape), undefined) }), {
      accessToken: undefined,
    }),
    orgs: fallback(optional(array(organizationShape)), undefined),
  }),
  { type: undefined, name: undefined, auth: { accessToken: undefined }, orgs: undefined },
);

/** Who a token belongs to and what it may, as far as the Hub's answer could be read (hub-api.md, `GET /api/whoami-v2`). */
export type WhoAmI = InferOutput<typeof whoAmIShape>;
export type WhoAmIOrganization = InferOutput<typeof organizationShape>;
export type TokenScope = InferOutput<typeof scopeShape>;

/**
 * Asks the Hub who the token is, once: the call is heavily rate-limited, so it is not repeated even if that were safe.
 * An answer of an unknown shape is no error, but a WhoAmI that knows little. Throws a HubError; status 401 means no such token.
 */
export async function whoAmI(hub: HubClient): Promise<WhoAmI> {
  return (
    await hub.send({ segments: ['api', 'whoami-v2'], reader: jsonBody(whoAmIShape, MAX_BYTES), once: true })
  ).value;
}
