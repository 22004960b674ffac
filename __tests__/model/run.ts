import { type SimulatedHub, startHub } from '../../simulator/index.ts';
import type { Clock } from '../../src/hub/cancellation.ts';
import { fakeClock } from '../support/clock.ts';
import { type Ran, runInProcess } from '../support/run-in-process.ts';
import { GROUPS, STRANGERS } from './people.ts';
import type { Schedule } from './schedule.ts';

/** Role by username by group. */
export type Memberships = Record<string, Record<string, string>>;

export interface Trial extends Ran {
  readonly before: Memberships;
  readonly after: Memberships;
}

/** Real answers come within a few milliseconds; only a Hub that hangs takes longer. */
const TIMEOUT_MS = 400;

export async function withHub<T>(
  { org, wording, maxUsersPerRequest, failFor, refuseFor, loseFor }: Schedule,
  use: (hub: SimulatedHub, clock: Clock) => Promise<T>,
): Promise<T> {
  const clock = fakeClock();
  const hub = await startHub({
    orgs: [org],
    ...{ wording, maxUsersPerRequest, failFor, refuseFor, loseFor },
    now: clock.now,
    strangers: STRANGERS,
  });
  try {
    return await use(hub, clock);
  } finally {
    await hub.close();
  }
}

/** Runs the job once, in this process, over real HTTP. */
export async function runOnce(hub: SimulatedHub, clock: Clock, schedule: Schedule): Promise<Trial> {
  let cancel: (() => void) | undefined;
  const start = hub.requests.length;
  let active = true;
  hub.onRequest(() => {
    if (!active) return;
    const number = hub.requests.length - start;
    if (number === schedule.cancelBefore) cancel?.();
    for (const { before, group, user, role } of schedule.races) {
      if (before !== number) continue;
      if (role === undefined) hub.removeMember(group, user);
      else hub.addMember(group, user, role);
    }
  });
  hub.clearFaults();
  hub.inject(...schedule.faults);
  hub.configure({ quota: schedule.quota });
  const before = memberships(hub);
  const { removal, ...asked } = schedule;
  const result = await runInProcess(hub, {
    ...asked,
    ...(removal === undefined ? {} : { removal }),
    org: 'acme',
    clock,
    timeoutMs: TIMEOUT_MS,
    cancel: (stop) => {
      cancel = stop;
    },
  });
  active = false;
  return { ...result, before, after: memberships(hub) };
}

function memberships(hub: SimulatedHub): Memberships {
  return Object.fromEntries(GROUPS.map((name) => [name, { ...hub.members(name) }]));
}
