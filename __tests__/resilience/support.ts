import { readFileSync } from 'node:fs';
import { afterEach, expect } from '@jest/globals';
import { Agent } from 'undici';
import { type RunOptions, type RunOutcome, runBundle } from '../../scripts/runner.ts';
import type { HubOptions, RecordedRequest, SimulatedHub } from '../../simulator/index.ts';
import { overlappingWrites, startHub, TEST_TOKEN } from '../../simulator/index.ts';
import { openSession } from '../../src/hub/session.ts';
import { cancellable } from '../../src/hub/cancellation.ts';
import type { AddMembersRequest, AddMembersResult } from '../../src/membership/add-members.ts';
import { addMembers } from '../../src/membership/add-members.ts';
import { type Outcome, STATUS_OF } from '../../src/membership/outcome.ts';
import type { Role } from '../../src/roles.ts';
import { parseRoster } from '../../src/roster/roster.ts';
import { type FakeClock, fakeClock, randomFrom } from '../support/fakes.ts';

export { fakeClock, randomFrom };

export const GROUP = 'Cohort 2024';

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
export interface Wanted extends Partial<Omit<AddMembersRequest, 'entries'>> {
  readonly users?: readonly string[];
  readonly csv?: string;
  readonly role?: Role;
  readonly token?: string;
  readonly maxWaitMs?: number;
  readonly timeoutMs?: number;
  readonly clock?: FakeClock;
  readonly seed?: number;
  /** Called with what cancels the run, before it begins. */
  readonly cancel?: (cancel: () => void) => void;
}

export interface Ran extends AddMembersResult {
  /** What this run sent. */
  readonly requests: RecordedRequest[];
  readonly counts: {
    readonly total: number;
    readonly retries: number;
    readonly rateLimitWaitSeconds: number;
  };
  readonly lines: readonly string[];
  readonly waitedMs: number;
  /** Who has which code, by username or else by what was asked for. */
  readonly codes: Record<string, string>;
}

/** Runs the main job once in this process, over real HTTP; no back-off and no rate limit takes any time. */
export async function run(hub: SimulatedHub, wanted: Wanted): Promise<Ran> {
  const { users = [], csv, role = 'read', token = TEST_TOKEN, clock = fakeClock() } = wanted;
  const { cancellation, cancel } = cancellable();
  const bytes = Buffer.from(csv ?? '');
  const { entries, problems } = parseRoster({
    users: users.join('\n'),
    ...(csv === undefined ? {} : { csv: { path: 'members.csv', bytes } }),
    role,
    hasDefaultGroup: true,
  });
  expect(problems).toEqual([]);
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const log = { info: say, warning: say, debug: say };
  const random = randomFrom(wanted.seed ?? 1);
  const session = openSession({
    hubUrl: hub.url,
    token,
    timeoutMs: wanted.timeoutMs ?? 30_000,
    maxWaitMs: wanted.maxWaitMs ?? 900_000,
    cancellation,
    log,
    clock,
    random,
    dispatcher: new Agent({ connections: 16 }),
  });
  const first = hub.requests.length;
  const startedAt = clock.waitedMs;
  wanted.cancel?.(cancel);
  const request = {
    org: 'acme',
    groups: [GROUP],
    onExisting: 'keep',
    dryRun: false,
    chunkSize: 50,
    ...wanted,
    entries,
  } as const;
  const result = await addMembers(session, request, log, random);
  await session.close();
  return {
    ...result,
    requests: hub.requests.slice(first),
    counts: { ...session.hub.counts, rateLimitWaitSeconds: session.rateLimiter.rateLimitWaitSeconds() },
    lines,
    waitedMs: clock.waitedMs - startedAt,
    codes: codesOf(result.outcomes),
  };
}

export function codesOf(
  outcomes: readonly Pick<Outcome, 'user' | 'input' | 'code'>[],
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

type Told = Pick<Outcome, 'user' | 'input' | 'group' | 'groupName' | 'role' | 'code'>;

/**
 * Holds what a run said of each person against what is on the Hub, both ways: nobody is in a group of whom it was not said,
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
    const isIn = ['added', 'updated', 'skipped'].includes(STATUS_OF[code]);
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

export interface Step extends RunOutcome {
  /** What the step left as JSON; undefined where it left none. */
  readonly report: { readonly counts: Record<string, number>; readonly results: Told[] } | undefined;
}

/** Runs the bundle as a runner does, for one group of `acme` unless the inputs say otherwise. */
export async function runStep(hub: SimulatedHub, options: RunOptions): Promise<Step> {
  const inputs = {
    'hf-token': TEST_TOKEN,
    org: 'acme',
    'resource-group': GROUP,
    'hub-url': hub.url,
    ...options.inputs,
  };
  const outcome = await runBundle('add-members', { ...options, inputs });
  const path = outcome.outputs['report'];
  return { ...outcome, report: path === undefined ? undefined : JSON.parse(readFileSync(path, 'utf8')) };
}
