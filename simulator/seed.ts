import type {
  GroupSpec,
  HubOptions,
  HubSettings,
  MemberSpec,
  OrgBehaviour,
  OrgSpec,
  Role,
} from './options.ts';
import type { GroupState, HubState, OrgMember, OrgState, Repo } from './state.ts';
import { ensureAccount, findMember, nextId, putInGroup, takeOutOfGroup } from './state.ts';

/** A write token of `admin`, who is an admin of every organization. */
export const TEST_TOKEN = 'hf_test';
const ADMIN = 'admin';

const DEFAULT_SETTINGS: HubSettings = {
  wording: 'named',
  errorKey: 'error',
  quota: undefined,
  latencyMs: 0,
  warning: undefined,
  maxUsersPerRequest: Number.POSITIVE_INFINITY,
  userScope: 'everywhere',
  now: Date.now,
};

const DEFAULT_BEHAVIOUR: OrgBehaviour = {
  plan: 'team',
  emailDomains: [],
  tokenPolicy: 'any',
  verifiedEmailsVisible: true,
  memberGroupsVisible: true,
  listing: 'allowed',
  emailFilter: 'everyone',
  emailFilterInside: 'filter',
  pageSizeCap: Number.POSITIVE_INFINITY,
  strictLimit: true,
  linkOrigin: undefined,
  linkLoop: false,
  memberCase: 'insensitive',
};

const DEFAULT_ORG: OrgSpec = {
  name: 'acme',
  emailDomains: ['acme.com'],
  members: ['ada', 'bob', 'carol'],
  groups: ['Cohort 2024'],
};

/** What is on the Hub at the start. Throws where the options contradict themselves (a group with an unknown user). */
export function createState(options: HubOptions): HubState {
  const { orgs = [DEFAULT_ORG], tokens = [], strangers = [], port: _, ...settings } = options;
  const state: HubState = {
    settings: { ...DEFAULT_SETTINGS, ...settings },
    accounts: new Map(),
    orgs: new Map(),
    tokens: new Map(),
    repos: new Map(),
    counts: { account: 0, org: 0, group: 0x99439010, repo: 0 },
  };
  for (const spec of orgs) addOrg(state, spec);
  for (const name of strangers) ensureAccount(state, name);
  for (const token of [{ token: TEST_TOKEN, user: ADMIN, type: 'write' } as const, ...tokens]) {
    ensureAccount(state, token.user);
    state.tokens.set(token.token, token);
  }
  return state;
}

function addOrg(state: HubState, spec: OrgSpec): void {
  const { name, fullname = name, members = [], serviceAccounts = [], groups = [], ...behaviour } = spec;
  const org: OrgState = {
    ...DEFAULT_BEHAVIOUR,
    ...behaviour,
    id: nextId(state, 'org'),
    name,
    fullname,
    members: new Map(),
    serviceAccounts: new Map(),
    listed: [],
    byEmail: new Map(),
    groups: new Map(),
  };
  state.orgs.set(name.toLowerCase(), org);
  for (const member of members) enrol(state, org, member);
  if (!org.members.has(ADMIN)) enrol(state, org, { user: ADMIN, fullname: 'Admin', role: 'admin' });
  for (const account of serviceAccounts) enrolServiceAccount(state, org, account);
  for (const group of groups) addGroup(state, org, group);
}

/** Adds a member to the organization, at the end of its listing, without what auto-join does. */
export function enrol(state: HubState, org: OrgState, member: string | MemberSpec): OrgMember {
  const spec = typeof member === 'string' ? namedMember(org, member) : member;
  const enrolled: OrgMember = {
    account: ensureAccount(state, spec.user, spec.fullname),
    role: spec.role ?? 'read',
    email: spec.email,
    verified: spec.email !== undefined && spec.verified !== false,
    suspended: spec.suspended ?? false,
    groups: new Set(),
  };
  const key = spec.user.toLowerCase();
  if (org.members.has(key)) throw new Error(`${spec.user} is in ${org.name} twice`);
  org.members.set(key, enrolled);
  org.listed.push(enrolled);
  if (spec.email !== undefined) {
    const address = spec.email.toLowerCase();
    const owners = org.byEmail.get(address);
    if (owners) owners.push(enrolled);
    else org.byEmail.set(address, [enrolled]);
  }
  return enrolled;
}

/** Adds a member as an invitation does: to the auto-join groups too, whose scope is theirs. */
export function addOrgMember(state: HubState, org: OrgState, spec: string | MemberSpec): void {
  const member = enrol(state, org, spec);
  for (const group of org.groups.values()) {
    const { autoJoin } = group;
    if (autoJoin.enabled && (autoJoin.scope !== 'read_plus' || member.role !== 'no_access')) {
      putInGroup(group, member, autoJoin.role);
    }
  }
}

/** Takes a member out of the organization and all its groups. Throws where there is none. */
export function removeOrgMember(org: OrgState, name: string): void {
  const member = org.members.get(name.toLowerCase());
  if (!member) throw new Error(`${name} is not in ${org.name}`);
  for (const group of [...member.groups]) takeOutOfGroup(group, name);
  org.members.delete(name.toLowerCase());
  org.listed.splice(org.listed.indexOf(member), 1);
  if (member.email !== undefined) {
    const address = member.email.toLowerCase();
    const others = org.byEmail.get(address)?.filter((owner) => owner !== member) ?? [];
    org.byEmail.set(address, others);
  }
}

function namedMember(org: OrgState, user: string): MemberSpec {
  const domain = org.emailDomains[0];
  return domain === undefined ? { user } : { user, email: `${user.toLowerCase()}@${domain}` };
}

function enrolServiceAccount(
  state: HubState,
  org: OrgState,
  spec: string | { user: string; role?: Role },
): void {
  const { user, role = 'read' } = typeof spec === 'string' ? { user: spec } : spec;
  const account = ensureAccount(state, user, user, true);
  org.serviceAccounts.set(user.toLowerCase(), {
    account,
    role,
    email: undefined,
    verified: false,
    suspended: false,
    groups: new Set(),
  });
}

/** Adds a group with its users and repositories. Throws where a user is not in the organization. */
export function addGroup(
  state: HubState,
  org: OrgState,
  group: string | GroupSpec,
  addedBy?: string,
): GroupState {
  const spec = typeof group === 'string' ? { name: group } : group;
  const created: GroupState = {
    id: spec.id ?? nextId(state, 'group'),
    org,
    name: spec.name,
    description: spec.description,
    autoJoin: spec.autoJoin ?? { enabled: false },
    scim: spec.scim ?? false,
    users: new Map(),
    repos: new Set(),
    usersJson: undefined,
  };
  org.groups.set(created.id, created);
  for (const { user, role } of userList(spec.users)) {
    const member = findMember(org, user);
    if (!member) throw new Error(`${user} is not in ${org.name}, so cannot be in its group ${spec.name}`);
    putInGroup(created, member, role, addedBy);
  }
  for (const name of spec.repos ?? []) {
    addRepo(state, {
      name: `${org.name}/${name}`,
      type: 'model',
      private: true,
      createdBy: ADMIN,
      org,
      group: created,
    });
  }
  return created;
}

function userList(users: GroupSpec['users'] = []): readonly { user: string; role: Role }[] {
  return isList(users) ? users : Object.entries(users).map(([user, role]) => ({ user, role }));
}

function isList(users: object): users is readonly { user: string; role: Role }[] {
  return Array.isArray(users);
}

/** Adds a repository, to its group too where it has one. */
export function addRepo(state: HubState, repo: Omit<Repo, 'id'>): Repo {
  const created = { id: nextId(state, 'repo'), ...repo };
  state.repos.set(created.name.toLowerCase(), created);
  created.group?.repos.add(created);
  return created;
}
