import { foldCase } from '../src/text/words.ts';
import { createFaultRules } from './faults.ts';
import { handle } from './handle.ts';
import type {
  Fault,
  HubOptions,
  HubSettings,
  MemberSpec,
  RecordedRequest,
  Role,
  TokenSpec,
} from './options.ts';
import { createQuotaCounter } from './quota.ts';
import { routeOf } from './routes/index.ts';
import { addOrgMember, createState, removeOrgMember, renameMember } from './seed.ts';
import { serve } from './server.ts';
import {
  findMember,
  type GroupState,
  type OrgState,
  putInGroup,
  type Repo,
  takeOutOfGroup,
} from './state.ts';

export { people } from './builders.ts';
export { startProxy, startSilentPort } from './network.ts';
export type * from './options.ts';
export { countByRoute, overlappingWrites } from './record.ts';
export { DEFAULT_RIGHTS, PERMISSIONS } from './rules/permissions.ts';
export { TEST_TOKEN } from './seed.ts';
export type { GroupState, Membership, OrgMember, OrgState, Repo } from './state.ts';

/** A Hub that runs, seen from the side of the test. Changes made here need no right and are in no record. */
export interface SimulatedHub {
  /** `http://127.0.0.1:<port>`, or `https:` with `tls` */
  readonly url: string;
  /** Every request received, in order of arrival. */
  readonly requests: RecordedRequest[];
  /** TCP connections accepted so far. */
  readonly connections: number;
  /** By token. Take one out, or put another in, as a person in the settings would. */
  readonly tokens: Map<string, TokenSpec>;
  /** Full names of the repositories there are. */
  readonly repos: readonly string[];
  /** Throws if there is none of that name. Its {@link OrgBehaviour} may be changed. */
  org(name: string): OrgState;
  /** By id or exact name. Throws if there is none. */
  group(idOrName: string): GroupState;
  /** Who is in the group now, with which role: a copy. */
  members(idOrName: string): Record<string, Role>;
  /** Orders faults; the first one that is due for a request strikes. */
  inject(...faults: Fault[]): void;
  clearFaults(): void;
  /** Puts a member of the organization into a group, or changes their role, as if another person did. */
  addMember(idOrName: string, username: string, role: Role): void;
  /** Takes a user out of a group, as if another person did. */
  removeMember(idOrName: string, username: string): void;
  /** Adds a member to an organization, and to its auto-join groups. */
  addOrgMember(org: string, member: string | MemberSpec): void;
  /** Takes a member out of an organization and all its groups. */
  removeOrgMember(org: string, username: string): void;
  /** Gives a member another username, as their owner would: ids and memberships stay. */
  renameMember(org: string, username: string, to: string): void;
  /** Changes how the Hub behaves. A new quota starts new windows. */
  configure(settings: Partial<HubSettings>): void;
  /** Called, and awaited, before each request is handled: for scripted races. */
  onRequest(listener: (request: RecordedRequest) => void | Promise<void>): void;
  /** Breaks every connection and frees the port. */
  close(): Promise<void>;
}

/** Starts a Hub on a loopback port. Rejects if the port is taken or the options contradict themselves. */
export async function startHub(options: HubOptions = {}): Promise<SimulatedHub> {
  const state = createState(options);
  const faults = createFaultRules();
  const quota = createQuotaCounter(state.settings);
  const requests: RecordedRequest[] = [];
  const listeners: ((request: RecordedRequest) => void | Promise<void>)[] = [];
  const server = await serve(
    {
      settings: state.settings,
      faults,
      requests,
      listeners,
      routeOf,
      answer: (request, body, origin) => handle(state, quota, origin, request, body),
    },
    options,
  );

  function org(name: string): OrgState {
    const found = state.orgs.get(foldCase(name));
    if (!found) throw new Error(`The simulated Hub has no organization ${name}`);
    return found;
  }

  function group(idOrName: string): GroupState {
    const groups = Array.from(state.orgs.values()).flatMap((each) => [...each.groups.values()]);
    const found = groups.find(({ id }) => id === idOrName) ?? groups.find(({ name }) => name === idOrName);
    if (!found) throw new Error(`The simulated Hub has no group ${idOrName}`);
    return found;
  }

  return {
    url: server.url,
    requests,
    tokens: state.tokens,
    org,
    group,
    get connections() {
      return server.connections();
    },
    get repos() {
      return Array.from(state.repos.values(), ({ name }: Repo) => name);
    },
    members: (idOrName) =>
      Object.fromEntries(
        Array.from(group(idOrName).users.values(), ({ member, role }) => [member.account.name, role]),
      ),
    inject: (...ordered) => faults.add(ordered),
    clearFaults: faults.clear,
    addMember: (idOrName, username, role) => {
      const target = group(idOrName);
      const member = findMember(target.org, username);
      if (!member) throw new Error(`${username} is not in ${target.org.name}`);
      putInGroup(target, member, role);
    },
    removeMember: (idOrName, username) => {
      takeOutOfGroup(group(idOrName), username);
    },
    addOrgMember: (name, member) => addOrgMember(state, org(name), member),
    removeOrgMember: (name, username) => removeOrgMember(org(name), username),
    renameMember: (name, username, to) => renameMember(state, org(name), username, to),
    configure: (settings) => {
      Object.assign(state.settings, settings);
      if ('quota' in settings) quota.reset();
    },
    onRequest: (listener) => listeners.push(listener),
    close: server.close,
  };
}
