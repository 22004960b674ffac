import { foldCase } from '../../src/text/words.ts';
import type { Role } from '../options.ts';
import { forbidden, invalid, Refusal } from '../refusal.ts';
import { findMember, type GroupState, type HubState, type OrgMember } from '../state.ts';

/** The roles that the guides know for a group. */
const GROUP_ROLES: readonly unknown[] = ['read', 'contributor', 'write', 'admin'];

export interface Addition {
  readonly member: OrgMember;
  readonly role: Role;
}

/** Throws the 400 of anything that is no role of a group. */
export function groupRole(value: unknown): Role {
  if (!GROUP_ROLES.includes(value))
    throw invalid('Invalid role: expected one of read, contributor, write, admin');
  return value as Role;
}

/**
 * All users that the body of a POST asks for, or the refusal of all of them for the first one who cannot be added
 * (hub-api.md, "Statuses").
 */
export function checkAdditions(state: HubState, group: GroupState, users: unknown): Addition[] {
  if (!Array.isArray(users) || users.length === 0)
    throw invalid('"users" must be an array of at least one user');
  if (users.length > state.settings.maxUsersPerRequest)
    throw new Refusal(413, 'TooLarge', 'Payload too large');
  const seen = new Set<string>();
  const wanted = users.map((entry: { user?: unknown; name?: unknown; role?: unknown } | null) => {
    const user = entry?.user ?? entry?.name;
    if (typeof user !== 'string' || user === '') throw invalid('Each user needs a name');
    const key = foldCase(user);
    if (seen.has(key)) throw invalid(`Duplicate user in the request: ${user}`);
    seen.add(key);
    return { user, role: groupRole(entry?.role) };
  });
  if (group.scim) refuseRegularMembers(state, wanted);
  return wanted.map(({ user, role }) => ({ member: checkPerson(state, group, user), role }));
}

function refuseRegularMembers(state: HubState, wanted: { user: string }[]): void {
  if (wanted.some(({ user }) => state.accounts.get(foldCase(user))?.service !== true)) throw managedByScim();
}

function checkPerson(state: HubState, group: GroupState, user: string): OrgMember {
  const { org } = group;
  const account = state.accounts.get(foldCase(user));
  if (!account || (org.memberCase === 'sensitive' && account.name !== user)) {
    throw invalid(`The user ${user} does not exist`);
  }
  const member = findMember(org, user);
  if (!member)
    throw forbidden('NotInOrganization', `${user} is not a member of the organization ${org.name}`);
  if (group.users.has(foldCase(user))) {
    throw forbidden('AlreadyInGroup', `${user} is already a member of this resource group`);
  }
  if (member.suspended) throw forbidden('Suspended', `${user} cannot be added to this resource group`);
  return member;
}

/** The 403 for a regular member of a group that is managed by SCIM (hub-api.md, "Statuses" (g)). */
export function managedByScim(): Refusal {
  return forbidden(
    'ManagedByScim',
    'This resource group is managed by SCIM: its members cannot be added, removed or changed manually.',
  );
}
