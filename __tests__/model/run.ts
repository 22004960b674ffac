import { Agent } from 'undici';
import { overlappingWrites, type SimulatedHub, startHub, TEST_TOKEN } from '../../simulator/index.ts';
import type { Clock } from '../../src/hub/clock.ts';
import { openSession } from '../../src/hub/session.ts';
import { cancellable } from '../../src/hub/cancellation.ts';
import { type AddMembersResult, addMembers } from '../../src/membership/add-members.ts';
import { fakeClock, randomFrom } from '../support/fakes.ts';
import type { Schedule } from './schedule.ts';

export type Memberships = Record<string, Record<string, string>>;

export interface Trial extends AddMembersResult {
  readonly requests: number;
  readonly before: Memberships;
  readonly after: Memberships;
}

/** Real answers come within a few milliseconds; only a Hub that hangs takes longer. */
const TIMEOUT_MS = 400;

export async function withHub<T>(
  schedule: Schedule,
  use: (hub: SimulatedHub, clock: Clock) => Promise<T>,
): Promise<T> {
  const clock = fakeClock();
  const { org, wording, maxUsersPerRequest } = schedule;
  const hub = await startHub({
    orgs: [org],
    wording,
    maxUsersPerRequest,
    now: clock.now,
    strangers: ['stranger-0', 'stranger-1'],
  });
  try {
    return await use(hub, clock);
  } finally {
    await hub.close();
  }
}

/** Runs the main job once, in this process, over real HTTP. */
export async function runOnce(hub: SimulatedHub, clock: Clock, schedule: Schedule): Promise<Trial> {
  const { cancellation, cancel } = cancellable();
  const start = hub.requests.length;
  let active = true;
  hub.onRequest(() => {
    if (!active) return;
    const number = hub.requests.length - start;
    if (number === schedule.cancelBefore) cancel();
    for (const race of schedule.races) {
      if (race.before === number) hub.addMember(race.group, race.user, race.role);
    }
  });
  hub.clearFaults();
  hub.inject(...schedule.faults);
  hub.configure({ quota: schedule.quota });
  const dispatcher = new Agent({ connections: 16 });
  const quiet = () => undefined;
  const log = { info: quiet, warning: quiet, debug: quiet };
  const random = randomFrom(schedule.seed);
  const { maxWaitMs } = schedule;
  const session = openSession({
    hubUrl: hub.url,
    token: TEST_TOKEN,
    timeoutMs: TIMEOUT_MS,
    maxWaitMs,
    cancellation,
    log,
    clock,
    random,
    dispatcher,
  });
  const before = memberships(hub);
  const result = await addMembers(session, { ...schedule, org: 'acme' }, log, random);
  active = false;
  await session.close();
  return { ...result, requests: hub.requests.length - start, before, after: memberships(hub) };
}

export function memberships(hub: SimulatedHub): Memberships {
  return Object.fromEntries(['G', 'H', 'I'].map((name) => [name, { ...hub.members(name) }]));
}

export function writtenTwiceAtOnce(hub: SimulatedHub): boolean {
  return overlappingWrites(hub.requests).length > 0;
}
