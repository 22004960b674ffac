import { foldCase } from '../src/text/words.ts';
import { type ByteList, createByteList } from './byte-list.ts';
import type { AutoJoin, HubSettings, OrgBehaviour, PutBack, RepoKind, Role, TokenSpec } from './options.ts';

/** An account that exists on the Hub, in an organization or not. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly fullname: string;
  readonly service: boolean;
  /** Both names in lower case, for `?search=`. */
  readonly searchable: string;
}

/** An account in an organization. A service account is one too, but in no listing. */
export interface OrgMember {
  readonly account: Account;
  /** Its role in the organization. {@link setOrgRole} changes it. */
  readonly role: Role;
  readonly email: string | undefined;
  readonly verified: boolean;
  readonly suspended: boolean;
  /** Of a service account. */
  readonly description?: string | undefined;
  readonly groups: Set<GroupState>;
}

export interface Membership {
  readonly member: OrgMember;
  readonly role: Role;
  readonly addedBy: string | undefined;
  /** Who gave the role by hand, if that was after the person was added. */
  readonly roleSetBy?: string | undefined;
  /** The role that SCIM would give, if another one was given by hand. */
  readonly scimRole?: Role | undefined;
}

export interface Repo {
  readonly id: string;
  /** With its owner: `acme/model`. */
  readonly name: string;
  readonly type: RepoKind;
  /** Undefined: the Hub does not say. */
  readonly private: boolean | undefined;
  /** Deletions that are still answered with a 404. */
  deletionsIgnored: number;
  readonly createdBy: string;
  readonly org: OrgState | undefined;
  group: GroupState | undefined;
}

export interface GroupState {
  readonly id: string;
  readonly org: OrgState;
  name: string;
  description: string | undefined;
  autoJoin: AutoJoin;
  scim: boolean;
  putBack: PutBack;
  /** By username in lower case. Changed by the functions below only, which know of the caches. */
  readonly users: Map<string, Membership>;
  readonly repos: Set<Repo>;
  /** The users as JSON, without the brackets; undefined until needed, and after a user left or changed. */
  usersJson: { bytes: ByteList; detailed: boolean } | undefined;
}

export interface OrgState extends OrgBehaviour {
  readonly id: string;
  readonly name: string;
  readonly fullname: string;
  /** By username in lower case. */
  readonly members: Map<string, OrgMember>;
  readonly serviceAccounts: Map<string, OrgMember>;
  /** The members in the order of the listing. */
  readonly listed: OrgMember[];
  /** By address in lower case. */
  readonly byEmail: Map<string, OrgMember[]>;
  /** By id. */
  readonly groups: Map<string, GroupState>;
}

export interface HubState {
  readonly settings: HubSettings;
  /** By username in lower case. */
  readonly accounts: Map<string, Account>;
  /** By name in lower case. */
  readonly orgs: Map<string, OrgState>;
  /** By token. */
  readonly tokens: Map<string, TokenSpec>;
  /** By full name in lower case. */
  readonly repos: Map<string, Repo>;
  /** Where to count on, so that two Hubs started alike have the same ids. */
  readonly counts: Record<IdKind, number>;
}

export type IdKind = 'account' | 'org' | 'group' | 'repo';

const ID_PREFIXES: Record<IdKind, string> = {
  account: '64a1f0c2b3d4e5f6',
  org: '5e67bd5b1009063f',
  group: '507f1f77bcf86cd7',
  repo: '621ffdc036468d70',
};

/** The next id of that kind: 24 hex digits, the same in every Hub that was started alike. */
export function nextId(state: HubState, kind: IdKind): string {
  state.counts[kind] += 1;
  return ID_PREFIXES[kind] + state.counts[kind].toString(16).padStart(8, '0');
}

/** The account of that name, whatever its case; created if there is none. */
export function ensureAccount(state: HubState, name: string, fullname = name, service = false): Account {
  const key = foldCase(name);
  const known = state.accounts.get(key);
  if (known) return known;
  const searchable = `${key}\n${foldCase(fullname)}`;
  const account = { id: nextId(state, 'account'), name, fullname, service, searchable };
  state.accounts.set(key, account);
  return account;
}

/** That person's or service account's place in the organization, whatever the case of the name. */
export function findMember(org: OrgState, name: string): OrgMember | undefined {
  const key = foldCase(name);
  return org.members.get(key) ?? org.serviceAccounts.get(key);
}

/** Puts a member into a group, or gives them another role there. */
export function putInGroup(group: GroupState, member: OrgMember, role: Role, addedBy?: string): Membership {
  const before = group.users.get(foldCase(member.account.name));
  return setMembership(group, { ...before, member, role, addedBy: before?.addedBy ?? addedBy });
}

/** Replaces what the group knows of a member, or adds them with it. */
export function setMembership(group: GroupState, membership: Membership): Membership {
  const key = foldCase(membership.member.account.name);
  const isNew = !group.users.has(key);
  group.users.set(key, membership);
  membership.member.groups.add(group);
  const json = group.usersJson;
  if (isNew) json?.bytes.append(membershipJson(membership, json.detailed));
  else group.usersJson = undefined;
  return membership;
}

/** Gives a member another role in the organization, which their groups show. */
export function setOrgRole(member: OrgMember, role: Role): void {
  Object.assign(member, { role });
  for (const group of member.groups) group.usersJson = undefined;
}

/** Takes a user out of a group. Returns whether they were in it. */
export function takeOutOfGroup(group: GroupState, name: string): boolean {
  const key = foldCase(name);
  const membership = group.users.get(key);
  if (!membership) return false;
  group.users.delete(key);
  membership.member.groups.delete(group);
  group.usersJson = undefined;
  return true;
}

/** The users that the group shows as JSON, without the brackets. The bytes are kept: see `byte-list.ts`. */
export function usersJson(group: GroupState): Buffer {
  const { groupUserDetails: detailed, unlistedGroupUsers } = group.org;
  const json = (users: Iterable<Membership>) =>
    createByteList(Iterator.from(users).map((user) => membershipJson(user, detailed)));
  if (unlistedGroupUsers.length > 0) {
    const unlisted = new Set(unlistedGroupUsers.map(foldCase));
    return json(Array.from(group.users).flatMap(([key, user]) => (unlisted.has(key) ? [] : user))).bytes();
  }
  if (group.usersJson?.detailed !== detailed)
    group.usersJson = { bytes: json(group.users.values()), detailed };
  return group.usersJson.bytes.bytes();
}

function membershipJson({ member, role, addedBy, roleSetBy }: Membership, detailed: boolean): string {
  const { account, role: orgRole } = member;
  return JSON.stringify({
    type: 'user',
    _id: account.id,
    fullname: account.fullname,
    name: account.name,
    avatarUrl: `/avatars/${account.id}.svg`,
    role,
    addedBy,
    ...(detailed && { orgRole, roleSetBy }),
  });
}
