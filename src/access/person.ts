import type { TokenScope, WhoAmI, WhoAmIOrganization } from '../hub/whoami.ts';
import { ROLES } from '../roles.ts';
import { foldCase } from '../text/words.ts';
import { type AccessLocation, isGroup, type Question, type Side } from './questions.ts';

/** Stands for a role that the Hub does not show. */
export const UNKNOWN = 'unknown';

/** Roles that are enough for each question, in the organization or in the group (hub-api.md, "Roles"). */
const ENOUGH: Readonly<
  Record<Question, { readonly org: readonly string[]; readonly group: readonly string[] }>
> = {
  'manage-members': { org: ['admin'], group: ['admin'] },
  'write-repos': { org: ['contributor', 'write', 'admin'], group: ['contributor', 'write', 'admin'] },
  'read-groups': { org: ['no_access', ...ROLES], group: [...ROLES] },
};

/**
 * Roles that are known not to be enough unless they are listed above; no conclusion is drawn from any other
 * role.
 */
const KNOWN: ReadonlySet<string> = new Set(['', 'no_access', ...ROLES]);

/** The roles of the account: empty if it has none, `unknown` if the Hub does not show it. */
export interface Roles {
  readonly org: string;
  readonly group: string;
}

/**
 * The organization as whoami lists it for the account; null if the account is not in it, undefined if that
 * is not known. Service accounts can have an empty list, so a token that has a permission on the
 * organization counts for more than the organization's absence (hub-api.md, `GET /api/whoami-v2`).
 */
export function membershipOf(
  who: WhoAmI | undefined,
  location: AccessLocation,
): WhoAmIOrganization | null | undefined {
  if (who?.type !== 'user' || who.orgs === undefined) return undefined;
  const listed = who.orgs.find(({ name }) => foldCase(name) === foldCase(location.org));
  if (listed !== undefined) return listed;
  const scoped = who.auth.accessToken?.fineGrained?.scoped ?? [];
  return scoped.some((scope) => isWithin(scope, who, location)) ? undefined : null;
}

/** Whether a permission of the token is, or can be, on the organization or on something in it. */
function isWithin({ entity }: TokenScope, who: WhoAmI, location: AccessLocation): boolean {
  const { type, _id: id, name } = entity;
  if (type === 'resource-group') return isGroup(location, { id, name });
  if (type !== 'org') return name !== undefined && isOwnedBy(location.org, name);
  if (name !== undefined) return foldCase(name) === foldCase(location.org);
  return id !== undefined && !who.orgs?.some((org) => org.id === id);
}

/** Whether `name` is the full name of a repository or collection of the organization. */
export function isOwnedBy(org: string, name: string): boolean {
  return foldCase(name).startsWith(`${foldCase(org)}/`);
}

/** The roles of the account in the organization and in the group; pure. */
export function rolesOf(who: WhoAmI | undefined, location: AccessLocation): Roles {
  const membership = membershipOf(who, location);
  if (membership === null) return { org: '', group: '' };
  return { org: membership?.roleInOrg ?? UNKNOWN, group: groupRole(who, membership, location) };
}

function groupRole(
  who: WhoAmI | undefined,
  membership: WhoAmIOrganization | undefined,
  location: AccessLocation,
): string {
  const { group } = location;
  if (group === undefined) return '';
  const listed = membership?.resourceGroups?.find((each) => isGroup(location, each));
  if (listed !== undefined) return listed.role;
  const user = who?.type === 'user' && who.name !== undefined ? foldCase(who.name) : undefined;
  const users = user === undefined ? undefined : group.users;
  const found = users?.find(({ name }) => foldCase(name) === user);
  if (found !== undefined) return found.role;
  return membership?.resourceGroups === undefined && users === undefined ? UNKNOWN : '';
}

/** What the account can do, regardless of the token. */
export function personSide(question: Question, who: WhoAmI | undefined, location: AccessLocation): Side {
  const { org, group } = location;
  const account = who?.name === undefined ? 'the account' : `the account ${who.name}`;
  if (who === undefined) return { verdict: 'unknown', reason: 'the Hub did not say whose token this is' };
  if (who.type !== 'user') {
    return { verdict: 'unknown', reason: `the Hub does not show the role of ${account} in ${org}` };
  }
  if (membershipOf(who, location) === null) {
    return { verdict: 'denied', reason: `${account} is not a member of ${org}` };
  }
  const roles = rolesOf(who, location);
  const inOrganization = ENOUGH[question].org.includes(roles.org);
  // A group's repositories are for the members of the group; only for admins it is known that they need not
  // be in it.
  const reachesGroup = group === undefined || question !== 'write-repos' || roles.org === 'admin';
  if (inOrganization && reachesGroup) {
    const reason = `${account} has the role ${roles.org} in ${org}${limits(question, roles.org)}`;
    return { verdict: 'allowed', reason };
  }
  if (group !== undefined && ENOUGH[question].group.includes(roles.group)) {
    const reason = `${account} has the role ${roles.group} in the group “${group.name}”${limits(question, roles.group)}`;
    return { verdict: 'allowed', reason };
  }
  const inGroup = group === undefined ? '' : ` and ${named(roles.group)} in the group “${group.name}”`;
  const has = `${account} has ${named(roles.org)} in ${org}${inGroup}`;
  if (inOrganization) {
    const reason = `${has}, and it is not documented whether that is enough for the group's repositories`;
    return { verdict: 'unknown', reason };
  }
  const verdict = KNOWN.has(roles.org) && KNOWN.has(roles.group) ? 'denied' : 'unknown';
  return { verdict, reason: `${has}, and ${needed(question, group !== undefined)}` };
}

/** Whether the account's role is enough in a group other than the one in question, or that is not known. */
export function isAllowedElsewhere(
  question: Question,
  who: WhoAmI | undefined,
  location: AccessLocation,
): boolean {
  const groups = membershipOf(who, location)?.resourceGroups;
  return groups === undefined || groups.some(({ role }) => ENOUGH[question].group.includes(role));
}

function named(role: string): string {
  if (role === '') return 'no role';
  return role === UNKNOWN ? 'a role that the Hub does not show' : `the role ${role}`;
}

function needed(question: Question, hasGroup: boolean): string {
  if (question === 'manage-members') {
    return hasGroup
      ? 'only an admin of either can manage its members'
      : 'only an admin can manage the members of every resource group';
  }
  if (question === 'read-groups') return 'it is not documented whether that is enough to read groups';
  return `writing requires the role contributor, write or admin${hasGroup ? ' in either' : ''}`;
}

function limits(question: Question, role: string): string {
  return question === 'write-repos' && role === 'contributor'
    ? ', which is enough to create repositories and to write to the ones it created'
    : '';
}
