import { expect } from '@jest/globals';
import {
  type HubOptions,
  type OrgSpec,
  overlappingWrites,
  people,
  type RecordedRequest,
  type SimulatedHub,
} from '../../simulator/index.ts';
import { userKey } from '../../src/membership/assignment.ts';
import { statusOf } from '../../src/membership/outcome.ts';
import type { Role } from '../../src/roles.ts';
import { parseRoster } from '../../src/roster/roster.ts';
import { start } from '../simulator/client.ts';
import { type InProcess, type Ran, runInProcess } from '../support/run-in-process.ts';

export const GROUP = 'Cohort 2024';

/** A Hub with the organization `acme`, its domain `acme.com` and the group `Cohort 2024`, closed after the test. */
export function startAcme(org: Partial<OrgSpec> = {}, options: HubOptions = {}): Promise<SimulatedHub> {
  const acme = { name: 'acme', emailDomains: ['acme.com'], groups: [GROUP], ...org };
  return start({ ...options, orgs: [acme, ...(options.orgs ?? [])] });
}

/** A Hub with `count` members, `person-1` to `person-<count>`. */
export function startCohort(
  count: number,
  org: Partial<OrgSpec> = {},
  options: HubOptions = {},
): Promise<SimulatedHub> {
  return startAcme({ members: people(count), ...org }, options);
}

/** What is asked of a run, its roster as texts. */
export interface Asked extends Omit<InProcess, 'entries'> {
  readonly users?: readonly string[];
  readonly removeUsers?: readonly string[];
  /** Rows of `members.csv`, its header first. */
  readonly csv?: readonly string[];
  readonly role?: Role;
}

export interface Told extends Ran {
  /** The code of each result by username, or else by what was asked for; ` in <group>` follows if there are several. */
  readonly codes: Readonly<Record<string, string>>;
  readonly messages: Readonly<Record<string, string>>;
  readonly writes: readonly RecordedRequest[];
}

/** Runs the job in this process. Holds what goes for every run: one result per person and group, one write at a time. */
export async function run(hub: SimulatedHub, asked: Asked): Promise<Told> {
  const { users = [], removeUsers = [], csv, role = 'read', groups = [GROUP], ...rest } = asked;
  const files = csv === undefined ? [] : [{ path: 'members.csv', bytes: Buffer.from(`${csv.join('\n')}\n`) }];
  const { entries, problems } = parseRoster({
    ...{ users: users.join('\n'), removeUsers: removeUsers.join('\n'), files, role },
    hasDefaultGroup: groups.length > 0,
  });
  expect(problems).toEqual([]);
  const ran = await runInProcess(hub, { ...rest, groups, entries });
  expect(overlappingWrites(ran.requests)).toEqual([]);
  const keys = ran.outcomes.map(
    ({ group, groupName, user, input }) => `${group || groupName} ${userKey(user ?? input)}`,
  );
  expect(new Set(keys).size).toBe(keys.length);
  const several = ran.groups.length > 1;
  const named = ran.outcomes.map(
    (outcome) =>
      [
        several
          ? `${outcome.user ?? outcome.input} in ${outcome.groupName}`
          : (outcome.user ?? outcome.input),
        outcome,
      ] as const,
  );
  return {
    ...ran,
    codes: Object.fromEntries(named.map(([name, { code }]) => [name, code])),
    messages: Object.fromEntries(named.map(([name, { message }]) => [name, message])),
    writes: ran.requests.filter(({ method }) => method !== 'GET'),
  };
}

/** How many there are of each code. */
export function tally(codes: Readonly<Record<string, string>>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of Object.values(codes)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** `person-<from>` to `person-<to>`, as the simulated Hub names people. */
export function persons(to: number, from = 1): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `person-${from + index}`);
}

/**
 * Holds what a run said of each person against what is on the Hub: in the group with the role asked for, or not in it.
 * Not for `unconfirmed`, which says that it is not known.
 */
export function expectTruth(hub: SimulatedHub, { outcomes }: Pick<Told, 'outcomes'>): void {
  for (const outcome of outcomes) {
    const { user, group, groupName, role, code, previousRole } = outcome;
    if (user === null || code === 'unconfirmed') continue;
    const members = Object.entries(hub.members(group || groupName));
    const actual = members.find(([name]) => userKey(name) === userKey(user))?.[1] ?? null;
    const told: Partial<Record<ReturnType<typeof statusOf>, string | null>> = {
      added: role,
      updated: role,
      removed: null,
      kept: previousRole,
      missing: null,
      failed: previousRole,
    };
    const status = statusOf(outcome);
    const expected = code === 'already-member' ? role : status === 'skipped' ? previousRole : told[status];
    expect({ user, code, actual }).toEqual({ user, code, actual: expected });
  }
}

/** The users that a POST names. */
export function usersOf({ body }: Pick<RecordedRequest, 'body'>): string[] {
  return ((body as { users?: { user: string }[] } | undefined)?.users ?? []).map(({ user }) => user);
}

/** `method path` of each request, without the organization's part of the path. */
export function trace(requests: readonly RecordedRequest[]): string[] {
  return requests.map(({ method, path }) => `${method} ${path.replace('/api/organizations/acme/', '')}`);
}
