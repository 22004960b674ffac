import { foldCase } from '../../src/text/words.ts';
import type { Restriction, Right, TokenSpec } from '../options.ts';
import { forbidden, notFound, Refusal } from '../refusal.ts';
import {
  type Account,
  findMember,
  type GroupState,
  type HubState,
  type OrgMember,
  type OrgState,
} from '../state.ts';
import { DEFAULT_RIGHTS } from './permissions.ts';

/** Who is asking, and with which token. */
export interface Viewer {
  readonly account: Account;
  readonly token: TokenSpec;
  /** Which permissions of a fine-grained token allow what, on this Hub. */
  readonly rights: Readonly<Record<Right, readonly string[]>>;
}

/** A viewer inside one organization. */
export interface Visit extends Viewer {
  readonly org: OrgState;
  readonly member: OrgMember;
}

const RESTRICTION_TEXTS: Record<Restriction, string> = {
  mfa: 'This organization requires two-factor authentication.',
  'token-policy':
    'Due to the organization token policy, your token needs to be approved by an administrator before it can be used.',
  'token-revoked': 'This token has been revoked by the organization.',
  sso: 'This organization requires you to authenticate through its single sign-on.',
  ip: 'Your IP address is not allowed by this organization.',
};

/** The owner of the token in an `Authorization` header. Throws the 401 if there is none. */
export function authenticate(state: HubState, authorization: string): Viewer {
  const token = state.tokens.get(/^bearer (.+)$/i.exec(authorization)?.[1] ?? '');
  const account = token && state.accounts.get(foldCase(token.user));
  if (!account) throw new Refusal(401, 'InvalidCredentials', 'Invalid credentials in Authorization header');
  return { account, token, rights: { ...DEFAULT_RIGHTS, ...state.settings.permissions } };
}

/** Lets a viewer into an organization. Throws the 404 of an unknown one and the 403s that refuse everything. */
export function enterOrg(state: HubState, viewer: Viewer, name: string): Visit {
  const org = state.orgs.get(foldCase(name));
  if (!org || (org.nameCase === 'sensitive' && org.name !== name)) throw notFound('Organization');
  const restriction = viewer.token.restrictions?.[0];
  if (restriction) throw forbidden('Restricted', RESTRICTION_TEXTS[restriction]);
  const barred = policyText(org, viewer.token);
  if (barred !== undefined) throw forbidden('TokenPolicy', barred);
  const member = findMember(org, viewer.account.name);
  if (!member) throw forbidden('NotAMember', `You are not a member of the organization ${org.name}.`);
  return { ...viewer, org, member };
}

/** Why the organization's token policy bars the token (hub-api.md, "Statuses" (d) and (f)); undefined if it does not. */
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
  const name = foldCase(thing.name);
  return (token.scoped ?? [])
    .filter(
      ({ entity }) =>
        entity.type === type && (entity._id === thing.id || foldCase(entity.name ?? '') === name),
    )
    .flatMap(({ permissions }) => permissions);
}

function allows({ token, rights }: Viewer, permissions: string[], right: Right): boolean {
  return token.type !== 'fineGrained' || permissions.some((permission) => rights[right].includes(permission));
}

/** Throws unless the token may read the organization's members. */
export function requireMemberListing(visit: Visit): void {
  const { org, token } = visit;
  if (org.listing === 'refused') throw forbidden('Forbidden', 'You are not allowed to list the members.');
  if (!allows(visit, permissionsOn(token, 'org', org), 'readMembers')) throw lacksRight('org.members.read');
}

/** Throws unless the token may list the organization's service accounts. */
export function requireServiceAccountListing(visit: Visit): void {
  const { org, token, member } = visit;
  const { serviceAccountListing: rule, plan } = org;
  const isOffered = rule === 'allowed' || plan === 'enterprise' || plan === 'plus';
  if (typeof rule === 'number') throw new Refusal(rule, 'NoServiceAccounts', 'Not available');
  if (!isOffered)
    throw new Refusal(402, 'PlanRequired', 'Service accounts require the Enterprise plan. Please upgrade.');
  const allowed =
    member.role === 'admin' && allows(visit, permissionsOn(token, 'org', org), 'readServiceAccounts');
  if (!allowed) throw lacksRight('org.serviceAccounts.read');
}

/** The groups that the viewer may see: all of them for an admin of the organization, else their own; narrowed by the token. */
export function visibleGroups(visit: Visit): GroupState[] {
  const groups = visit.member.role === 'admin' ? [...visit.org.groups.values()] : [...visit.member.groups];
  const visible = groups.filter((group) => tokenSees(visit, group));
  const onOrg = permissionsOn(visit.token, 'org', visit.org);
  if (visible.length === 0 && !allows(visit, onOrg, 'readGroups')) throw lacksRight('org.read');
  return visible;
}

/** Throws unless the viewer may see the group. */
export function requireVisible(visit: Visit, group: GroupState): void {
  if (visit.member.role !== 'admin' && !visit.member.groups.has(group)) {
    throw forbidden('Forbidden', 'You do not have access to this resource group.');
  }
  if (!tokenSees(visit, group)) throw lacksRight('org.read');
}

function tokenSees(visit: Visit, group: GroupState): boolean {
  const { token, org } = visit;
  const permissions = [...permissionsOn(token, 'org', org), ...permissionsOn(token, 'resource-group', group)];
  return allows(visit, permissions, 'readGroups');
}

/**
 * Throws unless the person (an admin of the organization, or of the group) and the token may manage the
 * members of the group, or of the organization where no group is given (hub-api.md, "Roles" and "Statuses" (c)).
 */
export function requireManagement(visit: Visit, group?: GroupState): void {
  const { org, member, token, account } = visit;
  const inGroup = group?.users.get(foldCase(account.name))?.role;
  if (member.role !== 'admin' && inGroup !== 'admin') {
    throw forbidden('Forbidden', 'You need to be an admin of the organization or of the resource group.');
  }
  const onGroup = group ? permissionsOn(token, 'resource-group', group) : [];
  const permissions = [...permissionsOn(token, 'org', org), ...onGroup];
  if (token.type === 'read' || !allows(visit, permissions, 'manageMembers')) throw lacksRight('org.write');
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
  const inGroup = group?.users.get(foldCase(account.name))?.role;
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
  if (token.type === 'read' || !allows(viewer, [...ofUser, ...ofOrg, ...ofGroup], 'writeRepos')) {
    throw lacksRight('repo.write');
  }
}

function lacksRight(permission: string): Refusal {
  return forbidden('InsufficientPermissions', `Your token lacks the necessary permission: ${permission}.`);
}
