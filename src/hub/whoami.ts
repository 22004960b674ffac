import { array, fallback, type InferOutput, nullish, object, optional, string } from 'valibot';
import type { HubClient } from './client.ts';

/** Stands for a value that could not be read. No rule knows it, so what depends on it is `unknown`. */
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

/**
 * Every part of it can be absent: the shapes for service accounts and other kinds of tokens are not
 * documented.
 */
const whoAmIShape = fallback(
  object({
    type: text,
    name: text,
    auth: fallback(object({ accessToken: fallback(optional(accessTokenShape), undefined) }), {
      accessToken: undefined,
    }),
    orgs: fallback(optional(array(organizationShape)), undefined),
  }),
  { type: undefined, name: undefined, auth: { accessToken: undefined }, orgs: undefined },
);

/**
 * Whose token it is and what it can do, as far as the Hub's answer could be read (hub-api.md, `GET
 * /api/whoami-v2`).
 */
export type WhoAmI = InferOutput<typeof whoAmIShape>;
export type WhoAmIOrganization = InferOutput<typeof organizationShape>;
export type TokenScope = InferOutput<typeof scopeShape>;

/**
 * Asks the Hub who the token is, once: that call is heavily rate-limited, so it is not repeated even if that
 * would be safe. An answer of an unknown shape is no error, but a WhoAmI that knows little. Throws a
 * HubError; status 401 means no such token.
 */
export async function whoAmI(hub: HubClient): Promise<WhoAmI> {
  return (await hub.send({ segments: ['api', 'whoami-v2'], schema: whoAmIShape, once: true })).value;
}
