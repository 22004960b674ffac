import type { Role } from '../roles.ts';
import type { HubClient, Request } from './client.ts';
import { headerValue } from './error-message.ts';
import { type Group, groupOfId, groupsShape, membersShape, type OrganizationMember } from './schemas.ts';

/** Fewest and most members that one request may ask for (hub-api.md, "Endpoints" and trap 3). */
const FEWEST = 10;
const MOST = 10_000;

/** Every group of the organization that the token can see. Throws a HubError; status 402 means a plan without groups. */
export async function listGroups(hub: HubClient, org: string): Promise<Group[]> {
  return (await hub.send({ segments: groupPath(org), schema: groupsShape })).value;
}

/** One group. Throws a HubError; status 404 means no such organization or no such group. */
export async function getGroup(hub: HubClient, org: string, id: string): Promise<Group> {
  return (await hub.send(groupRequest(org, id))).value;
}

/** One group, asked once and without waiting, after the run was cancelled. Throws a HubError. */
export async function getGroupAfterCancel(hub: HubClient, org: string, id: string): Promise<Group> {
  return (await hub.readAfterCancel(groupRequest(org, id))).value;
}

/** Adds people to a group, all or nobody; gives back the group as it is then. Throws a HubError. */
export async function addToGroup(
  hub: HubClient,
  org: string,
  id: string,
  users: readonly { readonly user: string; readonly role: Role }[],
): Promise<Group> {
  const segments = [...groupPath(org, id), 'users'];
  return (await hub.send({ method: 'POST', segments, body: { users }, schema: groupOfId(id) })).value;
}

/** Changes the role of one member of a group; gives back the group as it is then. Throws a HubError. */
export async function changeRole(
  hub: HubClient,
  org: string,
  id: string,
  user: string,
  role: Role,
): Promise<Group> {
  const segments = [...groupPath(org, id), 'users', user];
  return (await hub.send({ method: 'PATCH', segments, body: { role }, schema: groupOfId(id) })).value;
}

/** A page of the member listing. */
export interface MemberPage {
  readonly members: OrganizationMember[];
  /** What to ask the next page with; undefined on the last page. */
  readonly cursor: string | undefined;
  /** Whether there are more pages. More pages without a cursor means that the rest cannot be read. */
  readonly more: boolean;
}

/** The organization's members, at most 10,000 from `cursor` on. Throws a HubError; service accounts are in no listing (hub-api.md, trap 7). */
export async function listMembers(hub: HubClient, org: string, cursor?: string): Promise<MemberPage> {
  return memberPage(hub, org, { limit: String(MOST), ...(cursor === undefined ? {} : { cursor }) });
}

/** Members that the Hub finds for an e-mail. Beware: the answer may be unfiltered (hub-api.md, trap 1). Throws a HubError. */
export async function findByEmail(hub: HubClient, org: string, email: string): Promise<MemberPage> {
  return memberPage(hub, org, { limit: String(FEWEST), email });
}

/** Members whose name contains `search`, at most 10,000. Throws a HubError. */
export async function searchMembers(hub: HubClient, org: string, search: string): Promise<MemberPage> {
  return memberPage(hub, org, { limit: String(MOST), search });
}

async function memberPage(hub: HubClient, org: string, query: Record<string, string>): Promise<MemberPage> {
  const segments = ['api', 'organizations', org, 'members'];
  const { value, headers } = await hub.send({ segments, query, schema: membersShape });
  const next = nextLink(headerValue(headers['link']));
  return {
    members: value,
    cursor: next === undefined ? undefined : cursorOf(next, hub.origin, segments),
    more: next !== undefined,
  };
}

/** The target of `rel="next"` in a Link header (RFC 8288). */
function nextLink(header: string | undefined): string | undefined {
  return header?.match(/<([^>]*)>\s*;[^,]*\brel="?next"?/)?.[1];
}

/** Only the cursor is taken from a link, and only from one to the same place: where requests go is never the answer's choice. */
function cursorOf(link: string, origin: string, segments: readonly string[]): string | undefined {
  const path = `/${segments.map(encodeURIComponent).join('/')}`;
  const url = URL.parse(link, `${origin}${path}`);
  // The Hub may spell the organization in its own way.
  const isSamePlace = url?.origin === origin && url.pathname.toLowerCase() === path.toLowerCase();
  return isSamePlace ? (url.searchParams.get('cursor') ?? undefined) : undefined;
}

function groupRequest(org: string, id: string): Request<Group> {
  return { segments: groupPath(org, id), schema: groupOfId(id) };
}

function groupPath(org: string, id?: string): string[] {
  return ['api', 'organizations', org, 'resource-groups', ...(id === undefined ? [] : [id])];
}
