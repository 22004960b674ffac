import { foldCase } from '../../src/text/words.ts';
import type { Role } from '../options.ts';
import { invalid, notFound } from '../refusal.ts';
import { groupRole } from '../rules/adding.ts';
import { requireManagement, requireMemberListing, type Visit } from '../rules/rights.ts';
import { memberJson } from '../shapes.ts';
import {
  type GroupState,
  type OrgMember,
  type OrgState,
  putInGroup,
  setOrgRole,
  takeOutOfGroup,
} from '../state.ts';
import { type Answer, bodyObject, type Call, okJson, param, visit, visitGroups } from './call.ts';
import { linkTo } from './link.ts';

const DEFAULT_LIMIT = 500;
const MIN_LIMIT = 10;
const MAX_LIMIT = 10_000;
/** The OpenAPI's pattern of an address. */
const EMAIL =
  /^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;

/** `GET …/members` */
export function listMembers(call: Call): Answer {
  const visitor = visit(call);
  const { org } = visitor;
  requireMemberListing(visitor);
  const limit = Math.min(limitOf(call, org), org.pageSizeCap);
  const start = cursorOf(call);
  const found = shown(org, search(filterByEmail(org, call.query.get('email')), call.query.get('search')));
  const page = found.slice(start, start + limit);
  const withEmail = seesEmails(visitor);
  const answer = okJson([`[${page.map((member) => memberJson(org, member, withEmail)).join(',')}]`]);
  if (start + limit >= found.length) return answer;
  const url = nextPage(call, org, org.linkLoop ? start : start + limit);
  return { ...answer, headers: { ...answer.headers, Link: linkTo(url, org.linkForm) } };
}

/** Trap 2 of hub-api.md, and trap 7: a service account's token carries no permission on members. */
function seesEmails({ org, member, account }: Visit): boolean {
  if (member.role !== 'admin' || org.plan === 'free') return false;
  return org.verifiedEmailsVisible && (!account.service || org.serviceAccountsSeeEmails);
}

/** Trap 10 of hub-api.md: a listing may leave members out. */
function shown(org: OrgState, members: readonly OrgMember[]): readonly OrgMember[] {
  const { unlistedMembers, listingEndsAfter } = org;
  const unlisted = new Set(unlistedMembers.map(foldCase));
  const listed =
    unlisted.size === 0 ? members : members.filter(({ account }) => !unlisted.has(foldCase(account.name)));
  return listed.length > listingEndsAfter ? listed.slice(0, listingEndsAfter) : listed;
}

function limitOf({ query }: Call, org: OrgState): number {
  const text = query.get('limit');
  if (text === null) return DEFAULT_LIMIT;
  const limit = Number(text);
  const fits = Number.isInteger(limit) && limit >= MIN_LIMIT && limit <= MAX_LIMIT;
  if (fits) return limit;
  if (org.strictLimit || !Number.isFinite(limit)) {
    throw invalid(`"limit" must be an integer from ${MIN_LIMIT} to ${MAX_LIMIT}`);
  }
  return Math.min(Math.max(Math.trunc(limit), MIN_LIMIT), MAX_LIMIT);
}

function cursorOf({ query }: Call): number {
  const cursor = query.get('cursor');
  if (cursor === null) return 0;
  const start = Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isInteger(start) || start < 0) throw invalid('Invalid cursor');
  return start;
}

function nextPage(call: Call, org: OrgState, start: number): string {
  const query = new URLSearchParams(call.query);
  query.set('cursor', Buffer.from(String(start)).toString('base64url'));
  return `${org.linkOrigin ?? call.origin}${call.path}?${query}`;
}

/** Trap 1 of hub-api.md: outside the organization's own domains, the filter may do anything. */
function filterByEmail(org: OrgState, email: string | null): readonly OrgMember[] {
  if (email === null) return org.listed;
  if (!EMAIL.test(email)) throw invalid('Invalid email');
  const address = foldCase(email);
  const owners = org.byEmail.get(address) ?? [];
  const inside = org.emailDomains.includes(address.slice(address.lastIndexOf('@') + 1));
  switch (inside ? org.emailFilterInside : org.emailFilter) {
    case 'filter':
      return owners;
    case 'everyone':
      return org.listed;
    case 'nobody':
      return [];
    case 'one-stranger':
      return org.listed.filter((member) => !owners.includes(member)).slice(0, 1);
    case 'error':
      throw invalid("The email's domain does not belong to the organization");
  }
}

function search(members: readonly OrgMember[], text: string | null): readonly OrgMember[] {
  if (text === null || text === '') return members;
  const wanted = foldCase(text);
  return members.filter(({ account }) => account.searchable.includes(wanted));
}

/** `PUT …/members/{username}/role`: sets the role and replaces all group memberships, as documented. */
export function changeMember(call: Call): Answer {
  const visitor = visitGroups(call);
  requireManagement(visitor);
  const member = visitor.org.members.get(foldCase(param(call, 'user')));
  if (!member) throw notFound('User');
  const { role, resourceGroups = [] } = bodyObject(call);
  if (!Array.isArray(resourceGroups)) throw invalid('"resourceGroups" must be an array');
  const orgRole: Role = role === 'no_access' ? role : groupRole(role);
  const wanted = new Map(resourceGroups.map((entry) => groupRoleOf(visitor.org, entry)));
  setOrgRole(member, orgRole);
  for (const group of [...member.groups]) if (!wanted.has(group)) takeOutOfGroup(group, member.account.name);
  for (const [group, groupRole] of wanted) putInGroup(group, member, groupRole, call.viewer.account.name);
  return okJson([memberJson(visitor.org, member, false)], true);
}

function groupRoleOf(org: OrgState, entry: unknown): [GroupState, Role] {
  const { id, role } = Object(entry) as Record<string, unknown>;
  const group = org.groups.get(foldCase(String(id)));
  if (!group) throw notFound('Resource group');
  return [group, groupRole(role)];
}
