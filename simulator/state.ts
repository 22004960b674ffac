import type { ByteList } from './byte-list.ts';
import { createByteList } from './byte-list.ts';
import type { AutoJoin, HubSettings, OrgBehaviour, Role, TokenSpec } from './options.ts';

/** Somebody who exists on the Hub, in an organization or not. */
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
  role: Role;
  readonly email: string | undefined;
  readonly verified: boolean;
  readonly suspended: boolean;
  readonly groups: Set<GroupState>;
}

export interface Membership {
  readonly member: OrgMember;
  readonly role: Role;
  readonly addedBy: string | undefined;
}

export interface Repo {
  readonly id: string;
  /** With its owner: `acme/model`. */
  readonly name: string;
  readonly type: string;
  readonly private: boolean;
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
  /** By username in lower case. Changed by the functions below only, which know of the caches. */
  readonly users: Map<string, Membership>;
  readonly repos: Set<Repo>;
  /** The users as JSON, without the brackets; undefined until needed, and after somebody left or changed. */
  usersJson: ByteList | undefined;
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

/** The account of that name, whatever its case; created where there is none. */
export function ensureAccount(state: HubState, name: string, fullname = name, service = false): Account {
  const key = name.toLowerCase();
  const known = state.accounts.get(key);
  if (known) return known;
  const searchable = `${key}\n${fullname.toLowerCase()}`;
  const account = { id: nextId(state, 'account'), name, fullname, service, searchable };
  state.accounts.set(key, account);
  return account;
}

/** That person's or service account's place in the organization, whatever the case of the name. */
export function findMember(org: OrgState, name: string): OrgMember | undefined {
  const key = name.toLowerCase();
  return org.members.get(key) ?? org.serviceAccounts.get(key);
}

/** Puts somebody into a group, or gives them another role there. */
export function putInGroup(group: GroupState, member: OrgMember, role: Role, addedBy?: string): Membership {
  const key = member.account.name.toLowerCase();
  const before = group.users.get(key);
  const membership = { member, role, addedBy: before?.addedBy ?? addedBy };
  group.users.set(key, membership);
  member.groups.add(group);
  if (before) group.usersJson = undefined;
  else group.usersJson?.append(membershipJson(membership));
  return membership;
}

/** Takes somebody out of a group, and says whether they were in it. */
export function takeOutOfGroup(group: GroupState, name: string): boolean {
  const key = name.toLowerCase();
  const membership = group.users.get(key);
  if (!membership) return false;
  group.users.delete(key);
  membership.member.groups.delete(group);
  group.usersJson = undefined;
  return true;
}

/** Everybody in the group as JSON, without the brackets. */
export function usersJson(group: GroupState): Buffer {
  group.usersJson ??= createByteList(group.users.values().map(membershipJson));
  return group.usersJson.bytes();
}

function membershipJson({ member: { account }, role, addedBy }: Membership): string {
  return JSON.stringify({
    type: 'user',
    _id: account.id,
    fullname: account.fullname,
    name: account.name,
    avatarUrl: `/avatars/${account.id}.svg`,
    role,
    addedBy,
  });
}
