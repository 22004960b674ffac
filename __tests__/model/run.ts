import { overlappingWrites, type SimulatedHub, startHub } from '../../simulator/index.ts';
import type { Clock } from '../../src/hub/clock.ts';
import type { AddMembersResult } from '../../src/membership/add-members.ts';
import { fakeClock } from '../support/clock.ts';
import { runInProcess } from '../support/run-in-process.ts';
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
  let cancel: (() => void) | undefined;
  const start = hub.requests.length;
  let active = true;
  hub.onRequest(() => {
    if (!active) return;
    const number = hub.requests.length - start;
    if (number === schedule.cancelBefore) cancel?.();
    for (const race of schedule.races) {
      if (race.before === number) hub.addMember(race.group, race.user, race.role);
    }
  });
  hub.clearFaults();
  hub.inject(...schedule.faults);
  hub.configure({ quota: schedule.quota });
  const before = memberships(hub);
  const result = await runInProcess(hub, {
    ...schedule,
    org: 'acme',
    clock,
    timeoutMs: TIMEOUT_MS,
    cancel: (stop) => {
      cancel = stop;
    },
  });
  active = false;
  return { ...result, requests: result.requests.length, before, after: memberships(hub) };
}

export function memberships(hub: SimulatedHub): Memberships {
  return Object.fromEntries(['G', 'H', 'I'].map((name) => [name, { ...hub.members(name) }]));
}

export function writtenTwiceAtOnce(hub: SimulatedHub): boolean {
  return overlappingWrites(hub.requests).length > 0;
}
