import { foldCase } from '../src/text/words.ts';
import { DEFAULT_BEHAVIOUR, DEFAULT_ORG, DEFAULT_SETTINGS } from './defaults.ts';
import type { GroupSpec, HubOptions, MemberSpec, OrgSpec, Role, TokenSpec } from './options.ts';
import {
  ensureAccount,
  findMember,
  type GroupState,
  type HubState,
  nextId,
  type OrgMember,
  type OrgState,
  putInGroup,
  type Repo,
  takeOutOfGroup,
} from './state.ts';

/** A write token of `admin`, who is an admin of every organization. */
export const TEST_TOKEN = 'hf_test';
const ADMIN = 'admin';

/** What is on the Hub at the start. Throws if the options contradict themselves (a group with an unknown user). */
export function createState(options: HubOptions): HubState {
  const { orgs = [DEFAULT_ORG], tokens = [], strangers = [], port: _, tls: __, ...settings } = options;
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
  const known: readonly TokenSpec[] = [{ token: TEST_TOKEN, user: ADMIN, type: 'write' }, ...tokens];
  for (const token of known) {
    const { service } = ensureAccount(state, token.user);
    if (service && token.scoped?.some(({ permissions }) => permissions.some(isForMembersOnly)))
      throw new Error(`The token of the service account ${token.user} cannot carry org.members.*`);
    state.tokens.set(token.token, token);
  }
  return state;
}

function isForMembersOnly(permission: string): boolean {
  return permission.startsWith('org.members.');
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
  state.orgs.set(foldCase(name), org);
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
  const key = foldCase(spec.user);
  if (org.members.has(key)) throw new Error(`${spec.user} is in ${org.name} twice`);
  org.members.set(key, enrolled);
  org.listed.push(enrolled);
  if (spec.email !== undefined) {
    const address = foldCase(spec.email);
    const owners = org.byEmail.get(address);
    if (owners) owners.push(enrolled);
    else org.byEmail.set(address, [enrolled]);
  }
  return enrolled;
}

/** Adds a member as an invitation does: to the auto-join groups too, whose scope is theirs. */
export function addOrgMember(state: HubState, org: OrgState, spec: string | MemberSpec): void {
  const member = enrol(state, org, spec);
  for (const group of org.groups.values()) autoJoin(group, [member]);
}

/** Puts those of the members into the group who are not in it and whom its auto-join, if it is on, is for. */
export function autoJoin(group: GroupState, members: Iterable<OrgMember>): void {
  const rule = group.autoJoin;
  if (!rule.enabled) return;
  for (const member of members) {
    const isMeant = !member.suspended && (rule.scope !== 'read_plus' || member.role !== 'no_access');
    if (isMeant && !member.groups.has(group)) putInGroup(group, member, rule.role);
  }
}

/** Takes a member out of the organization and all its groups. Throws if there is none. */
export function removeOrgMember(org: OrgState, name: string): void {
  const member = org.members.get(foldCase(name));
  if (!member) throw new Error(`${name} is not in ${org.name}`);
  for (const group of [...member.groups]) takeOutOfGroup(group, name);
  org.members.delete(foldCase(name));
  org.listed.splice(org.listed.indexOf(member), 1);
  if (member.email !== undefined) {
    const address = foldCase(member.email);
    const others = org.byEmail.get(address)?.filter((owner) => owner !== member) ?? [];
    org.byEmail.set(address, others);
  }
}

/** Gives a member another username, which their groups show. Throws if there is no such member, or the name is taken. */
export function renameMember(state: HubState, org: OrgState, from: string, to: string): void {
  const [before, after] = [foldCase(from), foldCase(to)];
  const member = org.members.get(before);
  if (!member || state.accounts.has(after)) throw new Error(`${from} cannot become ${to}`);
  state.accounts.set(after, Object.assign(member.account, { name: to, searchable: `${after}\n${after}` }));
  state.accounts.delete(before);
  org.members.set(after, member);
  org.members.delete(before);
  for (const group of member.groups) {
    const membership = group.users.get(before);
    if (membership) group.users.set(after, membership);
    group.users.delete(before);
    group.usersJson = undefined;
  }
}

function namedMember(org: OrgState, user: string): MemberSpec {
  const domain = org.emailDomains[0];
  return domain === undefined ? { user } : { user, email: `${foldCase(user)}@${domain}` };
}

function enrolServiceAccount(
  state: HubState,
  org: OrgState,
  spec: string | { user: string; role?: Role; description?: string },
): void {
  const { user, role = 'read', description } = typeof spec === 'string' ? { user: spec } : spec;
  const account = ensureAccount(state, user, user, true);
  org.serviceAccounts.set(foldCase(user), {
    account,
    role,
    description,
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
    putBack: spec.putBack ?? 'never',
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
  for (const repo of spec.repos ?? []) {
    const {
      type,
      name,
      private: hidden = true,
    } = typeof repo === 'string' ? { type: 'model' as const, name: repo } : repo;
    addRepo(state, {
      name: `${org.name}/${name}`,
      type,
      private: hidden,
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

/** Adds a repository, and to its group if it has one. */
export function addRepo(state: HubState, repo: Omit<Repo, 'id' | 'deletionsIgnored'>): Repo {
  const created = { id: nextId(state, 'repo'), deletionsIgnored: state.settings.deletionLag, ...repo };
  state.repos.set(foldCase(created.name), created);
  created.group?.repos.add(created);
  return created;
}
