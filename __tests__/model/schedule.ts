import fc from 'fast-check';
import type { Fault, Quota, Wording } from '../../simulator/index.ts';
import type { RemovalPolicy } from '../../src/membership/removal/policy.ts';
import type { Role } from '../../src/roles.ts';
import type { RosterEntry } from '../../src/roster/entry.ts';
import { foldCase } from '../../src/text/words.ts';
import { GROUPS, MEMBERS, mostly, type Org, orgs, role } from './people.ts';
import { protectedUsers, rosters } from './roster.ts';

/** Another person changes a membership just before the Hub handles the `before`-th request; no role: takes them out. */
export interface Race {
  readonly before: number;
  readonly group: string;
  readonly user: string;
  readonly role: Role | undefined;
}

/** One run to be tried: an organization, a roster, and everything that goes wrong meanwhile. */
export interface Schedule {
  readonly org: Org;
  readonly wording: Wording;
  readonly entries: readonly RosterEntry[];
  readonly groups: readonly string[];
  readonly onExisting: 'keep' | 'update';
  readonly dryRun: boolean;
  readonly chunkSize: number;
  readonly maxUsersPerRequest: number;
  readonly maxChanges: number | undefined;
  /** Undefined for add-members. */
  readonly removal: RemovalPolicy | undefined;
  /** People at whom every write of every run is a 500, is refused, or is applied and its answer lost. */
  readonly failFor: readonly string[];
  readonly refuseFor: readonly string[];
  readonly loseFor: readonly string[];
  readonly faults: readonly Fault[];
  readonly races: readonly Race[];
  readonly quota: Quota | undefined;
  readonly maxWaitMs: number;
  /** The run is canceled just before the Hub handles this request; 0 for never. */
  readonly cancelBefore: number;
  /** For what is random in the action itself. */
  readonly seed: number;
}

function faults(hasRemoval: boolean): fc.Arbitrary<Fault[]> {
  const methods = ['GET', 'POST', 'POST', 'PATCH', ...(hasRemoval ? ['DELETE', 'DELETE'] : [])];
  const fault: fc.Arbitrary<Fault> = fc.record({
    kind: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('reset', 'drop', 'truncate', 'wrong-json', 'html', 'empty') },
      { weight: 12, arbitrary: fc.constant('status' as const) },
      { weight: 1, arbitrary: fc.constant('hang' as const) },
    ),
    when: fc.constantFrom('before', 'after'),
    match: fc.record({ method: fc.constantFrom(...methods) }),
    times: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: fc.integer({ min: 4, max: 40 }) },
    ),
    skip: fc.nat(6),
    status: fc.constantFrom(408, 425, 429, 500, 502, 503, 504),
  });
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant<Fault[]>([]) },
    { weight: 3, arbitrary: fc.array(fault.map(honest), { maxLength: 4 }) },
  );
}

/** By a 429 the Hub says that it did not act: one after the fact would be a lie that nothing can uncover. */
const honest = (one: Fault): Fault => (one.status === 429 ? { ...one, when: 'before' } : one);

const quota: fc.Arbitrary<Quota> = fc.record({
  limit: fc.integer({ min: 3, max: 20 }),
  windowSeconds: fc.constantFrom(30, 300),
  announce: fc.constantFrom('headers', 'none'),
  retryAfter: fc.constantFrom('seconds', 'date', 'none'),
});

const some = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...MEMBERS), { maxLength: 4 }) },
);

const policy: fc.Arbitrary<RemovalPolicy> = fc.record({
  onUnlisted: fc.constantFrom('keep', 'remove', 'remove', 'remove'),
  maxRemovals: fc.oneof(
    { weight: 2, arbitrary: fc.constant({ kind: 'number' as const, value: 50 }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('number' as const), value: fc.nat(3) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('percent' as const), value: fc.constantFrom(0, 20, 60) }),
    },
  ),
  protectedUsers: protectedUsers.map((users) => new Set(users.map(foldCase))),
  minAdmins: fc.constantFrom(0, 1, 1, 2),
});

/** Schedules of add-members, or of sync-members. */
export function schedules(hasRemoval: boolean): fc.Arbitrary<Schedule> {
  const schedule: fc.Arbitrary<Schedule> = fc.record({
    org: orgs(hasRemoval),
    wording: fc.constantFrom('named', 'plain', 'empty', 'html'),
    entries: rosters(hasRemoval),
    groups: fc.constantFrom(['G'], ['G', 'H'], ['G', 'H', 'I'], ['*']),
    onExisting: fc.constantFrom('keep', 'update'),
    dryRun: fc.nat(9).map((n) => n === 9),
    chunkSize: fc.integer({ min: 1, max: 12 }),
    maxUsersPerRequest: fc.constantFrom(1000, 1000, 1000, 3),
    maxChanges: mostly<number | undefined>(undefined, 5, 15),
    removal: hasRemoval ? policy : fc.constant(undefined),
    failFor: some,
    refuseFor: some,
    loseFor: some,
    faults: faults(hasRemoval),
    races: fc.array(
      fc.record({
        before: fc.integer({ min: 1, max: 14 }),
        group: fc.constantFrom(...GROUPS),
        user: fc.constantFrom(...MEMBERS),
        role: hasRemoval ? fc.option(role, { nil: undefined, freq: 2 }) : role,
      }),
      { maxLength: 3 },
    ),
    quota: fc.option(quota, { nil: undefined, freq: 3 }),
    maxWaitMs: fc.constantFrom(900_000, 900_000, 5_000),
    cancelBefore: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
    ),
    seed: fc.nat(),
  });
  return schedule.map(possible);
}

/** Renamed people do not join under the old name, and `checkRoster` does not let a pruning run have `*` for its rows. */
function possible(schedule: Schedule): Schedule {
  const users = new Set(schedule.org.members.map(({ user }) => user));
  const races = schedule.races.filter(({ user }) => users.has(user));
  const prunesAll = schedule.removal?.onUnlisted === 'remove' && schedule.groups.includes('*');
  return { ...schedule, races, groups: prunesAll ? ['G', 'H'] : schedule.groups };
}
