import { foldCase } from '../src/text/words.ts';
import type { TokenSpec } from './options.ts';
import { restrictionsOn, type Viewer } from './rules/rights.ts';
import {
  type GroupState,
  type HubState,
  type OrgMember,
  type OrgState,
  type Repo,
  usersJson,
} from './state.ts';

/** Text or UTF-8. */
export type JsonPart = string | Buffer;

const CREATED_AT = '2026-01-01T00:00:00.000Z';

/** A group as the OpenAPI describes it: JSON in parts, the users' being bytes that are kept. */
export function groupJson(group: GroupState): JsonPart[] {
  const { id, name, description, autoJoin } = group;
  const repos = Array.from(group.repos, repoShape);
  const head = JSON.stringify({ id, name, description, autoJoin, resources: repos, repos });
  return [`${head.slice(0, -1)},"users":[`, usersJson(group), ']}'];
}

function repoShape({ type, name, createdBy, private: hidden }: Repo): object {
  return { type, name, addedBy: createdBy, private: hidden };
}

/** A member as the listing shows them, as JSON. `withEmail`: to an admin of an organization that shows addresses. */
export function memberJson(org: OrgState, member: OrgMember, withEmail: boolean): string {
  const { account, role } = member;
  return JSON.stringify({
    avatarUrl: `/avatars/${account.id}.svg`,
    fullname: account.fullname,
    isPro: false,
    user: account.name,
    type: 'user',
    _id: account.id,
    role,
    resourceGroups: org.memberGroupsVisible
      ? Array.from(member.groups, (group) => memberGroup(group, account.name))
      : undefined,
    verifiedEmail: withEmail ? (member.verified ? member.email : null) : undefined,
  });
}

function memberGroup(group: GroupState, user: string): object {
  return { name: group.name, id: group.id, numUsers: numUsers(group), role: roleIn(group, user) };
}

function numUsers({ org, users }: GroupState): number | undefined {
  if (org.numUsers === 'absent') return undefined;
  return users.size + (org.numUsers === 'actual' ? 0 : org.numUsers.offBy);
}

function roleIn(group: GroupState, user: string): string | undefined {
  return group.users.get(foldCase(user))?.role;
}

/** What whoami-v2 says of a person, or of a service account (whose `orgs` are empty), and of their token. */
export function whoamiShape(state: HubState, { account, token }: Viewer): object {
  return {
    type: 'user',
    id: account.id,
    name: account.name,
    fullname: account.fullname,
    isPro: false,
    avatarUrl: `/avatars/${account.id}.svg`,
    orgs: Array.from(state.orgs.values()).flatMap((org) => {
      const member = org.members.get(foldCase(account.name));
      if (!member) return [];
      const restrictions = restrictionsOn(org, token);
      return {
        type: 'org',
        id: org.id,
        name: org.name,
        fullname: org.fullname,
        avatarUrl: `/avatars/${org.id}.svg`,
        plan: org.plan === 'free' ? undefined : org.plan,
        roleInOrg: member.role,
        securityRestrictions: restrictions.length > 0 ? restrictions : undefined,
        resourceGroups: Array.from(member.groups, (group) => ({
          id: group.id,
          name: group.name,
          role: roleIn(group, account.name),
        })),
      };
    }),
    auth: { type: 'access_token', accessToken: tokenShape(state, token) },
  };
}

/** What a service account's token is answered: no person, no organizations. Not documented, so a guess. */
export function serviceAccountShape(state: HubState, { account, token }: Viewer): object {
  const org = Array.from(state.orgs.values()).find(({ serviceAccounts }) =>
    serviceAccounts.has(foldCase(account.name)),
  );
  return {
    type: 'service-account',
    id: account.id,
    name: account.name,
    organization: org?.name,
    auth: { type: 'access_token', accessToken: tokenShape(state, token) },
  };
}

function tokenShape(state: HubState, token: TokenSpec): object {
  const { type, scoped = [] } = token;
  const fineGrained = {
    scoped: scoped.map(({ entity, permissions }) => ({
      entity: { _id: entity._id ?? idOf(state, entity), type: entity.type, name: entity.name },
      permissions,
    })),
  };
  return {
    displayName: 'simulated',
    role: type,
    createdAt: CREATED_AT,
    fineGrained: type === 'fineGrained' ? fineGrained : undefined,
  };
}

function idOf(state: HubState, { type, name = '' }: { type: string; name?: string }): string {
  const key = foldCase(name);
  const groups = Array.from(state.orgs.values()).flatMap((org) => [...org.groups.values()]);
  const found =
    type === 'org'
      ? state.orgs.get(key)
      : type === 'user'
        ? state.accounts.get(key)
        : type === 'resource-group'
          ? groups.find((group) => foldCase(group.name) === key)
          : state.repos.get(key);
  return found?.id ?? '0'.repeat(24);
}
