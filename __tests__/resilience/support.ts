import { afterEach, expect } from '@jest/globals';
import type { HubOptions, RecordedRequest, SimulatedHub } from '../../simulator/index.ts';
import { overlappingWrites, startHub } from '../../simulator/index.ts';
import { type Outcome, type OutcomeCode, statusOf } from '../../src/membership/outcome.ts';
import type { Role } from '../../src/roles.ts';
import { parseRoster } from '../../src/roster/roster.ts';
import { type InProcess, type Ran, runInProcess } from '../support/run-in-process.ts';

const running: SimulatedHub[] = [];

afterEach(async () => {
  const hubs = running.splice(0);
  for (const { requests } of hubs) expect(overlappingWrites(requests)).toEqual([]);
  await Promise.all(hubs.map((hub) => hub.close()));
});

/** A Hub that is closed after the test, which fails where a group was written twice at once. */
export async function start(options: HubOptions = {}): Promise<SimulatedHub> {
  const hub = await startHub(options);
  running.push(hub);
  return hub;
}

/** What is asked of one run in this process. */
export interface Wanted extends Omit<InProcess, 'entries'> {
  readonly users?: readonly string[];
  readonly csv?: string;
  readonly role?: Role;
}

export interface Coded extends Ran {
  /** Who has which code, by username or else by what was asked for. */
  readonly codes: Record<string, string>;
}

/** Runs the main job once in this process, with the roster of `wanted`. */
export async function run(
  hub: SimulatedHub,
  { users = [], csv, role = 'read', ...wanted }: Wanted,
): Promise<Coded> {
  const { entries, problems } = parseRoster({
    users: users.join('\n'),
    ...(csv === undefined ? {} : { files: [{ path: 'members.csv', bytes: Buffer.from(csv) }] }),
    role,
    hasDefaultGroup: true,
  });
  expect(problems).toEqual([]);
  const ran = await runInProcess(hub, { ...wanted, entries });
  return { ...ran, codes: codesOf(ran.outcomes) };
}

/** Who has which code, by username or else by what was asked for. */
export function codesOf(
  outcomes: readonly (Pick<Outcome, 'user' | 'input'> & { readonly code: string })[],
): Record<string, string> {
  return Object.fromEntries(outcomes.map(({ user, input, code }) => [user ?? input, code]));
}

/** How many there are of each value. */
export function tally(codes: Record<string, string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of Object.values(codes)) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

/** `prefix-1` to `prefix-<count>`. */
export function names(count: number, prefix = 'person'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}

type Told = Pick<Outcome, 'user' | 'input' | 'group' | 'groupName'> & {
  readonly role: string | null;
  readonly code: string;
};

/**
 * Holds what a run said of each person against what is on the Hub, both ways: no one is in a group of whom it was not said,
 * apart from `others`, who were there before or came otherwise.
 */
export function expectTruth(
  hub: SimulatedHub,
  outcomes: readonly Told[],
  others: readonly string[] = [],
): void {
  const said = new Map<string, Set<string>>();
  for (const { user, input, group, groupName, role, code } of outcomes) {
    if (code === 'unconfirmed' || groupName === '*') continue;
    const is = user === null ? undefined : roleIn(hub, group || groupName, user);
    const isIn = ['added', 'updated', 'skipped'].includes(statusOf({ code: code as OutcomeCode }));
    const told = said.get(groupName) ?? new Set<string>();
    said.set(groupName, told);
    if (user !== null && isIn) told.add(user.toLowerCase());
    if (others.includes(user ?? '') && !isIn) continue;
    const [expected, actual] =
      code === 'role-differs' ? [true, is !== undefined && is !== role] : [isIn ? role : undefined, is];
    expect({ input, code, actual }).toEqual({ input, code, actual: expected });
  }
  const doubtful = outcomes.filter(({ code }) => code === 'unconfirmed').map(({ user }) => user ?? '');
  const expected = new Set([...others, ...doubtful].map((name) => name.toLowerCase()));
  for (const [group, told] of said) {
    const strangers = Object.keys(membersIfAny(hub, group)).filter(
      (name) => !told.has(name.toLowerCase()) && !expected.has(name.toLowerCase()),
    );
    expect({ group, strangers }).toEqual({ group, strangers: [] });
  }
}

function roleIn(hub: SimulatedHub, group: string, user: string): string | undefined {
  const members = Object.entries(membersIfAny(hub, group));
  return members.find(([name]) => name.toLowerCase() === user.toLowerCase())?.[1];
}

function membersIfAny(hub: SimulatedHub, group: string): Record<string, string> {
  try {
    return hub.members(group);
  } catch {
    return {};
  }
}

/** The writes among the requests. */
export function writes(requests: readonly RecordedRequest[]): RecordedRequest[] {
  return requests.filter(({ method }) => method !== 'GET');
}

/** How often the Hub was asked who the token is. */
export function whoamis(requests: readonly RecordedRequest[]): number {
  return requests.filter(({ path }) => path === '/api/whoami-v2').length;
}

/** Whom the body of a POST names. */
export function usersOf({ body }: RecordedRequest): string[] {
  return ((body as { users?: { user: string }[] } | undefined)?.users ?? []).map(({ user }) => user);
}
