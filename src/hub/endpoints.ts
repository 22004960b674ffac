import type { Role } from '../roles.ts';
import { foldCase } from '../text/words.ts';
import type { HubClient, Request } from './client.ts';
import type { HttpResponse } from './http.ts';
import { type BodyReader, jsonBody, jsonListBody, type Listing } from './read-response.ts';
import {
  type Group,
  groupOfId,
  groupShape,
  memberShape,
  type OrganizationMember,
  type ServiceAccount,
  serviceAccountShape,
} from './schemas.ts';

/** Minimum and maximum number of members that one request can ask for (hub-api.md, "Endpoints" and trap 3). */
const MIN_LIMIT = 10;
export const MAX_LIMIT = 10_000;

/** Sizes that no response of a kind reaches: a user of a group takes about 300 bytes, a member with groups 1 kB. */
const MIB = 1024 * 1024;
const MAX_GROUP_BYTES = 128 * MIB;
const MAX_PAGE_BYTES = 64 * MIB;
const MAX_GROUPS_BYTES = 1024 * MIB;

/** The groups of the organization that the token can see. Throws a HubError; status 402 means a plan without groups. */
export async function listGroups(hub: HubClient, org: string): Promise<Listing<Group>> {
  return (
    await hub.send({ segments: groupPath(org), reader: jsonListBody<Group>(groupShape, MAX_GROUPS_BYTES) })
  ).value;
}

/** One group. Throws a HubError; status 404 means no such organization or no such group. */
export async function getGroup(hub: HubClient, org: string, id: string): Promise<Group> {
  return (await hub.send(groupRequest(org, id))).value;
}

/** One group, requested once and without waiting, after the run was canceled. Throws a HubError. */
export async function getGroupAfterCancel(hub: HubClient, org: string, id: string): Promise<Group> {
  return (await hub.readAfterCancel(groupRequest(org, id))).value;
}

/** Adds people to a group, all or none. Returns the group as it is then. Throws a HubError. */
export async function addToGroup(
  hub: HubClient,
  org: string,
  id: string,
  users: readonly { readonly user: string; readonly role: Role }[],
): Promise<Group> {
  const segments = [...groupPath(org, id), 'users'];
  return (await hub.send({ method: 'POST', segments, body: { users }, reader: groupBody(id) })).value;
}

/** Changes the role of one member of a group. Returns the group as it is then. Throws a HubError. */
export async function changeRole(
  hub: HubClient,
  org: string,
  id: string,
  user: string,
  role: Role,
): Promise<Group> {
  const segments = [...groupPath(org, id), 'users', user];
  return (await hub.send({ method: 'PATCH', segments, body: { role }, reader: groupBody(id) })).value;
}

/** A page of the member listing. */
export interface MemberPage {
  readonly members: OrganizationMember[];
  /** What to request the next page with; undefined if there is none, or if it cannot be requested. */
  readonly cursor: string | undefined;
  /** Whether the organization can have members that are neither in this page nor in those before it. */
  readonly more: boolean;
  /** Members of this page that could not be read. A listing with any of them is not complete. */
  readonly dropped: number;
}

/** Which page of the member listing is requested. */
export interface PageRequest {
  /** Where it begins; absent for the first page. */
  readonly cursor?: string | undefined;
  /** Maximum number of members, from 10 to 10,000. */
  readonly limit?: number;
  /** Whether it is not requested again if it does not come within the time for a request. */
  readonly isImpatient?: boolean;
}

/** A page of the organization's members. Throws a HubError. Service accounts are not listed (hub-api.md, trap 7). */
export async function listMembers(
  hub: HubClient,
  org: string,
  { cursor, limit = MAX_LIMIT, isImpatient = false }: PageRequest = {},
): Promise<MemberPage> {
  const query = { limit: String(limit), ...(cursor === undefined ? {} : { cursor }) };
  return memberPage(hub, org, query, isImpatient);
}

/** Members that the Hub finds for an email address. The response can be unfiltered (hub-api.md, trap 1). Throws a HubError. */
export async function findByEmail(hub: HubClient, org: string, email: string): Promise<MemberPage> {
  return memberPage(hub, org, { limit: String(MIN_LIMIT), email });
}

/** Members whose name contains `search`, at most 10,000. Throws a HubError. */
export async function searchMembers(hub: HubClient, org: string, search: string): Promise<MemberPage> {
  return memberPage(hub, org, { limit: String(MAX_LIMIT), search });
}

/** The organization's service accounts. Throws a HubError: many tokens and plans have no right to it, so carry on then. */
export async function listServiceAccounts(hub: HubClient, org: string): Promise<Listing<ServiceAccount>> {
  const segments = ['api', 'organizations', org, 'service-accounts'];
  return (await hub.send({ segments, reader: jsonListBody(serviceAccountShape, MAX_PAGE_BYTES) })).value;
}

async function memberPage(
  hub: HubClient,
  org: string,
  query: Record<string, string>,
  isImpatient = false,
): Promise<MemberPage> {
  const segments = ['api', 'organizations', org, 'members'];
  const reader = jsonListBody(memberShape, MAX_PAGE_BYTES);
  const { value, headers } = await hub.send({ segments, query, reader, isImpatient });
  const next = nextLinks(headers['link']);
  const cursor = next?.length === 1 ? cursorOf(next[0] ?? '', hub.origin, segments) : undefined;
  const { items: members, dropped } = value;
  return { members, cursor, more: next === undefined || next.length > 0 || dropped > 0, dropped };
}

/** The different targets of `rel="next"`; undefined if the header cannot be read, so that there can be more pages. */
function nextLinks(header: HttpResponse['headers'][string]): string[] | undefined {
  const next = parseLinks(header)?.filter(({ relations }) => relations.includes('next'));
  return next && [...new Set(next.map(({ target }) => target))];
}

/** Only the cursor of a link is used, and only of a link to the same place: a response never decides where requests go. */
function cursorOf(link: string, origin: string, segments: readonly string[]): string | undefined {
  const path = `/${segments.map(encodeURIComponent).join('/')}`;
  const url = URL.parse(link, `${origin}${path}`);
  // The Hub can spell the organization in its own way.
  const isSamePlace = url?.origin === origin && foldCase(url.pathname) === foldCase(path);
  return isSamePlace ? (url.searchParams.get('cursor') ?? undefined) : undefined;
}

function groupRequest(org: string, id: string): Request<Group> {
  return { segments: groupPath(org, id), reader: groupBody(id) };
}

/** How a response that is this group is read. */
export function groupBody(id: string): BodyReader<Group> {
  return jsonBody(groupOfId(id), MAX_GROUP_BYTES);
}

export function groupPath(org: string, id?: string): string[] {
  return ['api', 'organizations', org, 'resource-groups', ...(id === undefined ? [] : [id])];
}

/** A link of a `Link` header (RFC 8288). */
export interface Link {
  readonly target: string;
  /** The relation types of its `rel`, in lower case. */
  readonly relations: readonly string[];
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
const PARAMETER = new RegExp(`[ \\t]*;[ \\t]*(?:(${TOKEN})[ \\t]*(?:=[ \\t]*(${TOKEN}|${QUOTED}))?)?`, 'y');
const TARGET = /[ \t]*<([^>]*)>/y;
/** What may stand between two links: empty elements of the list, too. */
const SEPARATOR = /[ \t]*(?:,[ \t]*)+|[ \t]*$/y;

/** All links of one or several `Link` headers; undefined if any of them cannot be read. */
export function parseLinks(header: string | string[] | undefined): Link[] | undefined {
  const links: Link[] = [];
  for (const text of [header ?? []].flat()) {
    let at = match(SEPARATOR, text, 0)?.end ?? 0;
    while (at < text.length) {
      const target = match(TARGET, text, at);
      if (target === undefined) return undefined;
      const { relations, end } = parametersFrom(text, target.end);
      const separator = match(SEPARATOR, text, end);
      if (separator === undefined) return undefined;
      links.push({ target: target.groups[0] ?? '', relations });
      at = separator.end;
    }
  }
  return links;
}

/** The first `rel` among the parameters from `start` on, and where they end. */
function parametersFrom(text: string, start: number): { relations: string[]; end: number } {
  let relations: string[] | undefined;
  let end = start;
  for (let next = match(PARAMETER, text, end); next !== undefined; next = match(PARAMETER, text, end)) {
    const [name = '', value = ''] = next.groups;
    if (foldCase(name) === 'rel') relations ??= foldCase(unquoted(value)).split(/\s+/);
    end = next.end;
  }
  return { relations: relations ?? [], end };
}

function match(
  pattern: RegExp,
  text: string,
  at: number,
): { groups: (string | undefined)[]; end: number } | undefined {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? undefined : { groups: found.slice(1), end: pattern.lastIndex };
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
