import type { Restriction, TokenSpec } from '../options.ts';
import { forbidden, notFound, Refusal } from '../refusal.ts';
import type { Account, GroupState, HubState, OrgMember, OrgState } from '../state.ts';
import { findMember } from '../state.ts';

/** Who is asking, and with which token. */
export interface Viewer {
  readonly account: Account;
  readonly token: TokenSpec;
}

/** A viewer inside one organization. */
export interface Visit extends Viewer {
  readonly org: OrgState;
  readonly member: OrgMember;
}

const MANAGES_ORG = ['org.write', 'org.members.write', 'resourceGroup.write'];
const READS_MEMBERS = ['org.write', 'org.members.write', 'org.read', 'org.members.read'];
const READS_GROUPS = [...READS_MEMBERS, 'resourceGroup.read', 'resourceGroup.write'];

const RESTRICTION_TEXTS: Record<Restriction, string> = {
  mfa: 'This organization requires two-factor authentication.',
  'token-policy':
    'Due to the organization token policy, your token needs to be approved by an administrator before it can be used.',
  'token-revoked': 'This token has been revoked by the organization.',
  sso: 'This organization requires you to authenticate through its single sign-on.',
  ip: 'Your IP address is not allowed by this organization.',
};

/** The owner of the token in an `Authorization` header. Throws the 401 where there is none. */
export function authenticate(state: HubState, authorization: string): Viewer {
  const token = state.tokens.get(/^bearer (.+)$/i.exec(authorization)?.[1] ?? '');
  const account = token && state.accounts.get(token.user.toLowerCase());
  if (!account) throw new Refusal(401, 'InvalidCredentials', 'Invalid credentials in Authorization header');
  return { account, token };
}

/** Lets a viewer into an organization. Throws the 404 of an unknown one and the 403s that refuse everything. */
export function enterOrg(state: HubState, viewer: Viewer, name: string): Visit {
  const org = state.orgs.get(name.toLowerCase());
  if (!org) throw notFound('Organization');
  const restriction = viewer.token.restrictions?.[0];
  if (restriction) throw forbidden('Restricted', RESTRICTION_TEXTS[restriction]);
  const barred = policyText(org, viewer.token);
  if (barred !== undefined) throw forbidden('TokenPolicy', barred);
  const member = findMember(org, viewer.account.name);
  if (!member) throw forbidden('NotAMember', `You are not a member of the organization ${org.name}.`);
  return { ...viewer, org, member };
}

/** Why the organization's token policy bars the token (hub-api.md, "Statuses" (d) and (f)); undefined where it does not. */
function policyText({ tokenPolicy }: OrgState, { type }: TokenSpec): string | undefined {
  const start = 'Due to the organization token policy,';
  if (tokenPolicy === 'approval') return RESTRICTION_TEXTS['token-policy'];
  if (tokenPolicy === 'denied') return `${start} your token has been denied by an administrator.`;
  if (tokenPolicy === 'any' || type === 'fineGrained') return undefined;
  return `${start} only fine-grained tokens are accepted.`;
}

/** What stands between the token and that organization, as whoami-v2 puts it. */
export function restrictionsOn(org: OrgState, token: TokenSpec): Restriction[] {
  const restrictions = new Set(token.restrictions);
  if (policyText(org, token) !== undefined) restrictions.add('token-policy');
  return [...restrictions];
}

/** Throws the 402 of a plan without resource groups. */
export function requirePaidPlan(org: OrgState): void {
  if (org.plan === 'free') {
    throw new Refusal(
      402,
      'PlanRequired',
      'Resource groups require the Team plan or higher. Please upgrade your organization.',
    );
  }
}

/** The permissions that a fine-grained token has on one thing, by its id or its name. */
export function permissionsOn(token: TokenSpec, type: string, thing: { id: string; name: string }): string[] {
  const name = thing.name.toLowerCase();
  return (token.scoped ?? [])
    .filter(
      ({ entity }) =>
        entity.type === type && (entity._id === thing.id || entity.name?.toLowerCase() === name),
    )
    .flatMap(({ permissions }) => permissions);
}

function hasAny(token: TokenSpec, permissions: string[], wanted: readonly string[]): boolean {
  return token.type !== 'fineGrained' || permissions.some((permission) => wanted.includes(permission));
}

/** Throws unless the token may read the organization's members. */
export function requireMemberListing({ org, token }: Visit): void {
  if (org.listing === 'refused') throw forbidden('Forbidden', 'You are not allowed to list the members.');
  if (!hasAny(token, permissionsOn(token, 'org', org), READS_MEMBERS)) throw lacksRight('org.members.read');
}

/** The groups that the viewer may see: all of them for an admin of the organization, else their own; narrowed by the token. */
export function visibleGroups(visit: Visit): GroupState[] {
  const groups = visit.member.role === 'admin' ? [...visit.org.groups.values()] : [...visit.member.groups];
  const visible = groups.filter((group) => tokenSees(visit, group));
  if (
    visible.length === 0 &&
    !hasAny(visit.token, permissionsOn(visit.token, 'org', visit.org), READS_GROUPS)
  ) {
    throw lacksRight('org.read');
  }
  return visible;
}

/** Throws unless the viewer may see the group. */
export function requireVisible(visit: Visit, group: GroupState): void {
  if (visit.member.role !== 'admin' && !visit.member.groups.has(group)) {
    throw forbidden('Forbidden', 'You do not have access to this resource group.');
  }
  if (!tokenSees(visit, group)) throw lacksRight('org.read');
}

function tokenSees({ token, org }: Visit, group: GroupState): boolean {
  const permissions = [...permissionsOn(token, 'org', org), ...permissionsOn(token, 'resource-group', group)];
  return hasAny(token, permissions, READS_GROUPS);
}

/**
 * Throws unless the person (an admin of the organization, or of the group) and the token may manage the
 * members of the group, or of the organization where no group is given (hub-api.md, "Roles" and "Statuses" (c)).
 */
export function requireManagement({ org, member, token, account }: Visit, group?: GroupState): void {
  const inGroup = group?.users.get(account.name.toLowerCase())?.role;
  if (member.role !== 'admin' && inGroup !== 'admin') {
    throw forbidden('Forbidden', 'You need to be an admin of the organization or of the resource group.');
  }
  const onGroup = group ? permissionsOn(token, 'resource-group', group) : [];
  const allowed =
    token.type !== 'read' &&
    (hasAny(token, permissionsOn(token, 'org', org), MANAGES_ORG) ||
      hasAny(token, onGroup, ['resourceGroup.write']));
  if (!allowed) throw lacksRight('org.write');
}

/** Throws unless the person and the token may write repositories of that owner; `group` is the one a repository lies in. */
export function requireRepoWrite(
  state: HubState,
  viewer: Viewer,
  visit: Visit | undefined,
  group?: GroupState,
): void {
  const { token, account } = viewer;
  const writers = ['contributor', 'write', 'admin'];
  const inGroup = group?.users.get(account.name.toLowerCase())?.role;
  if (visit && !writers.includes(visit.member.role) && !(inGroup && writers.includes(inGroup))) {
    throw forbidden(
      'Forbidden',
      `You don't have the rights to create a model under the namespace "${visit.org.name}".`,
    );
  }
  const ofUser =
    !visit || state.settings.userScope === 'everywhere' ? permissionsOn(token, 'user', account) : [];
  const ofOrg = visit ? permissionsOn(token, 'org', visit.org) : [];
  const ofGroup = group ? permissionsOn(token, 'resource-group', group) : [];
  if (token.type === 'read' || !hasAny(token, [...ofUser, ...ofOrg, ...ofGroup], ['repo.write'])) {
    throw lacksRight('repo.write');
  }
}

function lacksRight(permission: string): Refusal {
  return forbidden('InsufficientPermissions', `Your token lacks the necessary permission: ${permission}.`);
}
