import type { RecordedRequest, SimulatedHub } from '../../simulator/index.ts';
import { type Outcome, STATUS_OF } from '../../src/membership/outcome.ts';
import { type Memberships, type Trial, writtenTwiceAtOnce } from './run.ts';
import { GROUPS, INSIDE, OUTSIDE, type Schedule, SERVICE_ACCOUNTS } from './schedule.ts';

const lower = (text: string) => text.toLowerCase();

/** Who an address is in truth, whatever the Hub would say: the Hub's spelling of a username, or undefined for nobody. */
export function truth(schedule: Schedule, input: string): string | undefined {
  const members = schedule.org.members as readonly { user: string; email?: string }[];
  if (input.includes('@')) return members.find(({ email }) => lower(email ?? '') === lower(input))?.user;
  return [...members.map(({ user }) => user), ...SERVICE_ACCOUNTS].find(
    (user) => lower(user) === lower(input),
  );
}

function roleOf(state: Memberships, group: string, user: string | null): string | undefined {
  const found = Object.entries(state[group] ?? {}).find(([name]) => lower(name) === lower(user ?? ''));
  return found?.[1];
}

/** Whether somebody else changed this membership during the run, so that what is there now need not be what was seen. */
function raced(schedule: Schedule, group: string, user: string | null): boolean {
  return schedule.races.some((race) => race.group === group && lower(race.user) === lower(user ?? ''));
}

/** Everything that is wrong with a run, in sentences; none where all promises are kept. */
export function broken(schedule: Schedule, trial: Trial, hub: SimulatedHub): string[] {
  return [
    ...trial.outcomes.flatMap((outcome) => lie(schedule, trial, outcome)),
    ...intruders(schedule, trial),
    ...lost(schedule, trial),
    ...onTheWire(schedule, hub.requests),
    ...(writtenTwiceAtOnce(hub) ? ['a group was written to twice at once'] : []),
    ...trial.problems.flatMap(({ error }) =>
      /unforeseen/.test(error.message) ? [`a bug: ${error.message}`] : [],
    ),
  ];
}

/** An outcome says something that is not so on the Hub. */
function lie(schedule: Schedule, { before, after }: Trial, outcome: Outcome): string[] {
  const { groupName: group, user, role, code } = outcome;
  if (outcome.group === '' || raced(schedule, group, user)) return [];
  const is = roleOf(after, group, user);
  const was = roleOf(before, group, user);
  const wrong = (what: string) => [`${JSON.stringify(outcome)}: ${what}; was ${was}, is ${is}`];
  if (code === 'added' || code === 'role-updated' || code === 'already-member') {
    return is === role ? [] : wrong('is not so');
  }
  if (code === 'role-differs') return is !== undefined && is !== role && is === was ? [] : wrong('is not so');
  if (code === 'unconfirmed') return [];
  return is === was ? [] : wrong('was changed all the same');
}

/** Somebody is in a group, or has a role, who was neither there before nor asked for; or somebody is gone. */
function intruders(schedule: Schedule, { before, after }: Trial): string[] {
  return GROUPS.flatMap((group) => {
    const asked = schedule.entries
      .filter((entry) => (entry.group === undefined ? isDefault(schedule, group) : entry.group === group))
      .map(({ input, role }) => `${lower(truth(schedule, input) ?? '')} ${role}`);
    const gone = Object.keys(before[group] ?? {}).filter((user) => roleOf(after, group, user) === undefined);
    const strange = Object.entries(after[group] ?? {}).filter(
      ([user, role]) =>
        roleOf(before, group, user) !== role &&
        !raced(schedule, group, user) &&
        (schedule.dryRun || !asked.includes(`${lower(user)} ${role}`)),
    );
    return [
      ...gone.map((user) => `${user} is not in ${group} any more`),
      ...strange.map(([user, role]) => `${user} is in ${group} as ${role}, which nobody asked for`),
    ];
  });
}

function isDefault({ groups }: Schedule, group: string): boolean {
  return groups.includes('*') || groups.includes(group);
}

/** Somebody was asked for and is in no outcome, or in two. */
function lost(schedule: Schedule, { outcomes, groups }: Trial): string[] {
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const { group, groupName, user, input } of outcomes) {
    const key = `${group || groupName} ${lower(user ?? input)}`;
    if (seen.has(key)) wrong.push(`${key} has two outcomes`);
    seen.add(key);
  }
  for (const entry of schedule.entries) {
    const places = entry.group === undefined ? schedule.groups : [entry.group];
    for (const place of places.includes('*') && groups.length > 0 ? GROUPS : places) {
      const told = outcomes.some(
        ({ groupName, user, input }) =>
          groupName === place &&
          (lower(input) === lower(entry.input) ||
            lower(user ?? '') === lower(truth(schedule, entry.input) ?? '?')),
      );
      if (!told) wrong.push(`${entry.input} in ${place} is in no outcome`);
    }
  }
  return wrong;
}

function onTheWire(schedule: Schedule, requests: readonly RecordedRequest[]): string[] {
  return requests.flatMap(({ method, path, body, query }) => {
    const users = (body as { users?: unknown[] } | undefined)?.users;
    if (method === 'PUT' || method === 'DELETE') return [`${method} ${path} was sent`];
    if (method !== 'GET' && schedule.dryRun) return [`a dry run sent ${method} ${path}`];
    if (users !== undefined && users.length > schedule.chunkSize) return [`${users.length} in one request`];
    const limit = Number(query['limit'] ?? 500);
    return limit < 10 || limit > 10_000 ? [`limit=${limit} was sent`] : [];
  });
}

/**
 * Requests that a run may send at most, rate limits apart: the look, the listing's pages, a look-up an address and a probe
 * a domain; for each membership its place in a chunk, halvings and being alone; for each fault the attempts that it costs.
 */
export function mostRequests(schedule: Schedule, { outcomes }: Trial): number {
  const emails = schedule.entries.filter(({ input }) => input.includes('@')).length;
  const faults = schedule.faults.reduce((sum, { times = 1 }) => sum + 3 * times, 0);
  return 30 + 2 * emails + 3 * outcomes.length + 12 * GROUPS.length + faults + 3 * schedule.races.length;
}

/** After a run without trouble: whoever can be in is in, and the report says the same as the Hub. */
export function unfinished(schedule: Schedule, trial: Trial): string[] {
  const { org } = schedule;
  const members = org.members as readonly {
    user: string;
    email: string;
    suspended: boolean;
    verified: boolean;
  }[];
  const open = trial.outcomes.filter(({ code }) =>
    ['unconfirmed', 'rate-limited', 'unavailable', 'cancelled'].includes(code),
  );
  const wrong = open.map(({ input, code }) => `${input} is ${code} after a run without trouble`);
  for (const outcome of trial.outcomes) {
    const { input, groupName, code } = outcome;
    const user = truth(schedule, input);
    const spec = members.find((member) => member.user === user);
    const scim = (org.groups as readonly { name: string; scim: boolean }[]).find(
      ({ name }) => name === groupName,
    )?.scim;
    if (user === undefined || code === 'conflicting-roles' || schedule.dryRun) continue;
    if (spec !== undefined && (spec.suspended || scim)) continue;
    if (input.includes('@')) {
      const searchable =
        org.listing === 'allowed' &&
        org.emailFilterInside === 'filter' &&
        input.toLowerCase().endsWith(INSIDE);
      if (!searchable || input.toLowerCase().endsWith(OUTSIDE)) continue;
    }
    if (STATUS_OF[code] === 'missing' || STATUS_OF[code] === 'failed') {
      if (org.listing === 'refused' && org.memberCase === 'sensitive' && outcome.user !== user) continue;
      if (org.memberCase === 'sensitive' && spec === undefined && outcome.user !== user) continue;
      wrong.push(`${JSON.stringify(outcome)} should be in the group`);
    }
  }
  return wrong;
}
