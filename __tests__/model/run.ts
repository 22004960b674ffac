import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type SimulatedHub, startHub } from '../../simulator/index.ts';
import type { Clock } from '../../src/hub/cancellation.ts';
import type { PlanFile } from '../../src/membership/plan-file.ts';
import { TEST_CERTIFICATE, TEST_KEY } from '../support/certificate.ts';
import { fakeClock } from '../support/clock.ts';
import { type Ran, runInProcess } from '../support/run-in-process.ts';
import { nameOfGroup } from './group-references.ts';
import { atStart, earlierName, type Move } from './moves.ts';
import { GROUPS, renamed, STRANGERS } from './people.ts';
import type { Schedule } from './schedule.ts';

/** Role by username by group; usernames as they were before the run. */
export type Memberships = Record<string, Record<string, string>>;

/** A run. Its outcomes name groups, also those that were given by id. */
export interface Trial extends Ran {
  readonly before: Memberships;
  readonly after: Memberships;
}

/** Real answers come within a few milliseconds, but not for certain on a busy machine. */
const TIMEOUT_MS = 5_000;
/** If the Hub stalls, this is waited for in earnest, so it is short: if it hits a real answer, it is one more fault. */
const STALL_TIMEOUT_MS = 100;

setDefaultCACertificates([...getCACertificates(), TEST_CERTIFICATE]);

export async function withHub<T>(
  schedule: Schedule,
  use: (hub: SimulatedHub, clock: Clock) => Promise<T>,
): Promise<T> {
  const { wording, maxUsersPerRequest, failFor, refuseFor, loseFor, transport } = schedule;
  const clock = fakeClock();
  const hub = await startHub({
    orgs: [atStart(schedule)],
    ...{ wording, maxUsersPerRequest, failFor, refuseFor, loseFor },
    ...(transport === 'h2' ? { tls: { key: TEST_KEY, cert: TEST_CERTIFICATE } } : {}),
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
export async function runOnce(
  hub: SimulatedHub,
  clock: Clock,
  schedule: Schedule,
  approved?: PlanFile,
): Promise<Trial> {
  const { faults, silentConnections, quota, removal } = schedule;
  let cancel: (() => void) | undefined;
  const start = hub.requests.length;
  let active = true;
  const moves = [...schedule.moves];
  const moveBefore = (number: number) => {
    for (const move of moves.filter(({ before }) => before <= number)) {
      moves.splice(moves.indexOf(move), 1);
      makeMove(hub, schedule, move);
    }
  };
  hub.onRequest(() => {
    if (!active) return;
    const number = hub.requests.length - start;
    if (number === schedule.cancelBefore) cancel?.();
    moveBefore(number);
    for (const { before, group, user, role } of schedule.races) {
      if (before !== number) continue;
      if (role === undefined) hub.removeMember(group, user);
      else hub.addMember(group, user, role);
    }
  });
  hub.clearFaults();
  hub.inject(...faults);
  const opened = hub.connections;
  hub.configure({ quota, silentConnections: silentConnections.map((number) => opened + number) });
  const before = memberships(hub, schedule);
  const stalls =
    silentConnections.length > 0 || faults.some(({ kind }) => kind === 'hang' || kind === 'stall');
  const result = await runInProcess(hub, {
    ...schedule,
    removal,
    approved,
    org: 'acme',
    clock,
    timeoutMs: stalls ? STALL_TIMEOUT_MS : TIMEOUT_MS,
    cancel: (stop) => {
      cancel = stop;
    },
  });
  active = false;
  moveBefore(Number.POSITIVE_INFINITY);
  const outcomes = result.outcomes.map((outcome) => ({
    ...outcome,
    groupName: nameOfGroup(outcome.groupName),
  }));
  return { ...result, outcomes, before, after: memberships(hub, schedule) };
}

function makeMove(hub: SimulatedHub, { org }: Schedule, { kind, user }: Move): void {
  const member = org.members.find((one) => one.user === user);
  if (kind === 'rename') hub.renameMember('acme', user, renamed(user));
  else if (kind === 'leave') hub.removeOrgMember('acme', user);
  else if (member !== undefined) hub.addOrgMember('acme', member);
}

function memberships(hub: SimulatedHub, schedule: Schedule): Memberships {
  const users = (name: string) =>
    Object.entries(hub.members(name)).map(([user, role]) => [earlierName(schedule, user), role]);
  return Object.fromEntries(GROUPS.map((name) => [name, Object.fromEntries(users(name))]));
}
