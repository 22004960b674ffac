import type { WhoAmI, WhoAmIOrganization } from '../hub/whoami.ts';
import { ROLES } from '../roles.ts';
import { type AccessPlace, isGroup, type Part, type Question } from './questions.ts';

/** Stands for a role that the Hub does not tell. */
export const UNKNOWN = 'unknown';

/** Roles that answer each question with yes, in the organization or in the group (hub-api.md, "Roles"). */
const ENOUGH: Readonly<
  Record<Question, { readonly org: readonly string[]; readonly group: readonly string[] }>
> = {
  'manage-members': { org: ['admin'], group: ['admin'] },
  'write-repos': { org: ['contributor', 'write', 'admin'], group: ['contributor', 'write', 'admin'] },
  'read-groups': { org: ['no_access', ...ROLES], group: [...ROLES] },
};

/** Roles of which it is certain what they are not enough for; a role never heard of is none of them. */
const KNOWN: ReadonlySet<string> = new Set(['', 'no_access', ...ROLES]);

/** The roles of the person: empty where there is none, `unknown` where the Hub does not tell. */
export interface Roles {
  readonly org: string;
  readonly group: string;
}

/** The organization as the person's own listing has it; null where they are not in it, undefined where nobody can tell. */
export function membershipOf(who: WhoAmI | undefined, org: string): WhoAmIOrganization | null | undefined {
  if (who?.type !== 'user' || who.orgs === undefined) return undefined;
  return who.orgs.find(({ name }) => name.toLowerCase() === org.toLowerCase()) ?? null;
}

/** The person's roles in the organization and in the group; pure. */
export function rolesOf(who: WhoAmI | undefined, place: AccessPlace): Roles {
  const membership = membershipOf(who, place.org);
  if (membership === null) return { org: '', group: '' };
  return { org: membership?.roleInOrg ?? UNKNOWN, group: groupRole(who, membership, place) };
}

function groupRole(
  who: WhoAmI | undefined,
  membership: WhoAmIOrganization | undefined,
  place: AccessPlace,
): string {
  const { group } = place;
  if (group === undefined) return '';
  const listed = membership?.resourceGroups?.find((each) => isGroup(place, each));
  if (listed !== undefined) return listed.role;
  const user = who?.type === 'user' ? who.name?.toLowerCase() : undefined;
  const users = user === undefined ? undefined : group.users;
  const found = users?.find(({ name }) => name.toLowerCase() === user);
  if (found !== undefined) return found.role;
  return membership?.resourceGroups === undefined && users === undefined ? UNKNOWN : '';
}

/** What the person may, whatever the token is. */
export function personPart(question: Question, who: WhoAmI | undefined, place: AccessPlace): Part {
  const { org, group } = place;
  const account = who?.name === undefined ? 'the account' : `the account ${who.name}`;
  if (who?.type !== 'user') {
    const reason =
      who === undefined
        ? 'the Hub did not say whose token this is'
        : `the Hub does not say what ${account} may`;
    return { verdict: 'unknown', reason };
  }
  if (membershipOf(who, org) === null)
    return { verdict: 'denied', reason: `${account} is not a member of ${org}` };
  const roles = rolesOf(who, place);
  const inOrganization = ENOUGH[question].org.includes(roles.org);
  // A group's repositories are for those in the group; only of admins it is known that they need not be in it.
  const reachesGroup = group === undefined || question !== 'write-repos' || roles.org === 'admin';
  if (inOrganization && reachesGroup) {
    return {
      verdict: 'allowed',
      reason: `${account} has the role ${roles.org} in ${org}${within(question, roles.org)}`,
    };
  }
  if (group !== undefined && ENOUGH[question].group.includes(roles.group)) {
    const reason = `${account} has the role ${roles.group} in the group “${group.name}”${within(question, roles.group)}`;
    return { verdict: 'allowed', reason };
  }
  const inGroup = group === undefined ? '' : ` and ${named(roles.group)} in the group “${group.name}”`;
  const have = `${account} has ${named(roles.org)} in ${org}${inGroup}`;
  if (inOrganization) {
    return {
      verdict: 'unknown',
      reason: `${have}, and nobody can tell whether that is enough for the group's repositories`,
    };
  }
  const verdict = KNOWN.has(roles.org) && KNOWN.has(roles.group) ? 'denied' : 'unknown';
  return { verdict, reason: `${have}, and ${needed(question, group !== undefined)}` };
}

/** Whether the person's role is enough in another group than the one in question, or that cannot be told. */
export function mayElsewhere(question: Question, who: WhoAmI | undefined, org: string): boolean {
  const groups = membershipOf(who, org)?.resourceGroups;
  return groups === undefined || groups.some(({ role }) => ENOUGH[question].group.includes(role));
}

function named(role: string): string {
  if (role === '') return 'no role';
  return role === UNKNOWN ? 'a role that the Hub does not tell' : `the role ${role}`;
}

function needed(question: Question, group: boolean): string {
  if (question === 'manage-members') {
    return group
      ? 'only an admin of either manages its members'
      : 'only an admin manages the members of every resource group';
  }
  if (question === 'read-groups') return 'nobody can tell whether that is enough to look at groups';
  return `writing takes the role contributor, write or admin${group ? ' in either' : ''}`;
}

function within(question: Question, role: string): string {
  return question === 'write-repos' && role === 'contributor'
    ? ', which is enough to create repositories and to write to those that it created'
    : '';
}
