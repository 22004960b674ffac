import { overlappingWrites, type SimulatedHub } from '../../simulator/index.ts';
import { type Outcome, statusOf } from '../../src/membership/outcome.ts';
import { formatLocation } from '../../src/roster/entry.ts';
import { foldCase } from '../../src/text/words.ts';
import { wrongRemovals } from './check-removal.ts';
import { areFindable, groupsToTell } from './group-references.ts';
import { earlierName, isRenamed } from './moves.ts';
import { GROUPS } from './people.ts';
import type { Trial } from './run.ts';
import type { Schedule } from './schedule.ts';
import { groupNamed, mayMean, raced, roleOf, rowsNaming, same } from './truth.ts';

/** Everything that is wrong with a run, in sentences; none if all promises are kept. */
export function broken(schedule: Schedule, trial: Trial, hub: SimulatedHub): string[] {
  return [
    ...trial.outcomes.flatMap((outcome) => lie(schedule, trial, outcome)),
    ...intruders(schedule, trial),
    ...wrongRemovals(schedule, trial),
    ...lost(schedule, trial),
    ...overLimits(schedule, trial),
    ...onTheWire(schedule, trial),
    ...(overlappingWrites(hub.requests).length > 0 ? ['a group was written to twice at once'] : []),
    ...trial.problems.flatMap(({ message }) => (/unforeseen/.test(message) ? [`a bug: ${message}`] : [])),
  ];
}

/** An outcome says something that is not so on the Hub. */
function lie(schedule: Schedule, { before, after }: Trial, outcome: Outcome): string[] {
  const { groupName: group, role, code, previousRole } = outcome;
  const user = outcome.user === null ? null : earlierName(schedule, outcome.user);
  const status = statusOf(outcome);
  if (outcome.group === '' || raced(schedule, group, user)) return [];
  // What is said of a username need not be so of the person who had it.
  const isAboutName = status !== 'added' && status !== 'updated' && status !== 'removed';
  if (isAboutName && user !== null && isRenamed(schedule, user)) return [];
  const is = roleOf(after, group, user);
  const was = roleOf(before, group, user);
  const wrong = (what: string) => [`${JSON.stringify(outcome)}: ${what}; was ${was}, is ${is}`];
  const isSo = (so: boolean) => (so ? [] : wrong('is not so'));
  const comesBack = groupNamed(schedule, group).putBack !== 'never';
  switch (status) {
    case 'added':
      return isSo(is === role && was === undefined && previousRole === null);
    case 'updated':
      return isSo(is === role && was !== role && previousRole === was);
    case 'removed':
      return isSo(was !== undefined && previousRole === was && (is === undefined || comesBack));
    case 'kept':
      return isSo(is !== undefined && is === was && previousRole === was);
    case 'skipped':
      if (code === 'already-member') return isSo(is === role && is === was);
      if (code === 'role-differs') return isSo(is !== undefined && is !== role && is === was);
      if (code === 'not-a-member') return isSo(is === undefined && was === undefined);
      return isSo(is === was);
    default:
      return is === was || code === 'unconfirmed' || (comesBack && role === null)
        ? []
        : wrong('was changed all the same');
  }
}

/** A person is in a group, or has a role there, without having been there before or being asked for. */
function intruders(schedule: Schedule, { before, after }: Trial): string[] {
  return GROUPS.flatMap((group) =>
    Object.entries(after[group] ?? {}).flatMap(([user, role]) => {
      const was = roleOf(before, group, user);
      const comesBack = groupNamed(schedule, group).putBack !== 'never';
      if (was === role || raced(schedule, group, user) || (comesBack && was !== undefined)) return [];
      const rows = rowsNaming(schedule, group, user);
      const asks = rows.some((row) => row.state === 'present' && row.role === role);
      const byUsername = rows.filter(({ address }) => address.kind === 'username');
      const contradicts =
        new Set(byUsername.map((row) => (row.state === 'present' ? row.role : null))).size > 1;
      const mayChange = was === undefined || schedule.onExisting === 'update';
      if (asks && !contradicts && mayChange && !schedule.dryRun) return [];
      return [`${user} is in ${group} as ${role}, was ${was}, which no one asked for`];
    }),
  );
}

const UNPROCESSED = ['not-attempted', 'unavailable', 'rate-limited', 'cancelled'];

/** A person was asked for and is in no outcome, or in two. */
function lost(schedule: Schedule, { outcomes }: Trial): string[] {
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const { group, groupName, user, location, input, code } of outcomes) {
    const isPerson = user !== null && !UNPROCESSED.includes(code);
    const row = location === undefined ? 'no row' : formatLocation(location);
    const key = `${group || groupName} ${isPerson ? foldCase(user) : `${row} ${foldCase(input)} ${user}`}`;
    if (seen.has(key) && (isPerson || (location !== undefined && 'file' in location))) {
      wrong.push(`${key} has two outcomes`);
    }
    seen.add(key);
  }
  for (const entry of schedule.entries) {
    for (const place of groupsToTell(schedule, entry)) {
      const people = mayMean(schedule, entry);
      const isTold = outcomes.some(
        ({ groupName, user, input, location }) =>
          (groupName === place || groupName === '*') &&
          ((same(input, entry.input) && location !== undefined) ||
            people.some((one) => same(one, user === null ? null : earlierName(schedule, user)))),
      );
      if (!isTold) wrong.push(`${entry.input} in ${place} is in no outcome`);
    }
  }
  return wrong;
}

/** Over a limit, nothing at all is written; and what was changed is within the limits. */
function overLimits(schedule: Schedule, { problems, requests, before, after }: Trial): string[] {
  const isOver = problems.some(({ message }) => /over a limit/.test(message));
  const writes = requests.filter(({ method }) => method !== 'GET');
  const isUnfindable = !areFindable(schedule);
  const changed = GROUPS.flatMap((group) =>
    [...new Set([...Object.keys(before[group] ?? {}), ...Object.keys(after[group] ?? {})])].filter(
      (user) => roleOf(before, group, user) !== roleOf(after, group, user) && !raced(schedule, group, user),
    ),
  );
  return [
    ...(isUnfindable && writes.length > 0
      ? [`${writes.length} writes although a group of the roster is not there`]
      : []),
    ...(isOver && writes.length > 0 ? [`${writes.length} writes although the plan is over a limit`] : []),
    ...(changed.length > (schedule.maxChanges ?? Number.POSITIVE_INFINITY)
      ? [`${changed.length} changes; the limit is ${schedule.maxChanges}`]
      : []),
  ];
}

function onTheWire({ dryRun, chunkSize, removal }: Schedule, { requests }: Trial): string[] {
  return requests.flatMap(({ method, path, body, query }) => {
    const users = (body as { users?: unknown[] } | undefined)?.users;
    if (method === 'PUT' || (method === 'DELETE' && removal === undefined))
      return [`${method} ${path} was sent`];
    if (method !== 'GET' && dryRun) return [`a dry run sent ${method} ${path}`];
    if (users !== undefined && users.length > chunkSize) return [`${users.length} in one request`];
    const limit = Number(query['limit'] ?? 500);
    return limit < 10 || limit > 10_000 ? [`limit=${limit} was sent`] : [];
  });
}

/**
 * Maximum number of requests of a run, rate limits apart: the look, the listing's pages, a look-up an address and a probe a
 * domain; for each membership its place in a chunk, halvings, and being alone; for each fault the attempts that it costs.
 */
export function mostRequests(schedule: Schedule, { outcomes }: Trial): number {
  const { entries, faults, races, moves, failFor, refuseFor, loseFor } = schedule;
  const lookUps = entries.filter(({ address }) => address.kind !== 'username').length;
  const ofFaults = faults.reduce((sum, { times = 1 }) => sum + 3 * times, 0);
  const difficult = GROUPS.length * (8 * failFor.length + 4 * refuseFor.length + 4 * loseFor.length);
  return (
    30 +
    3 * lookUps +
    3 * outcomes.length +
    12 * GROUPS.length +
    ofFaults +
    difficult +
    3 * (races.length + moves.length)
  );
}
