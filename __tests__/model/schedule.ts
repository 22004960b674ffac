import fc from 'fast-check';
import type { Wording } from '../../simulator/index.ts';
import type { RemovalPolicy } from '../../src/membership/removal/policy.ts';
import type { RosterEntry } from '../../src/roster/entry.ts';
import { foldCase } from '../../src/text/words.ts';
import { type References, reference, references } from './group-references.ts';
import { type Move, moves } from './moves.ts';
import { MEMBERS, mostly, type Org, orgs } from './people.ts';
import { protectedUsers, rosters } from './roster.ts';
import { type Trouble, troubles } from './trouble.ts';

/** One run to be tried: an organization, a roster, and everything that goes wrong meanwhile. */
export interface Schedule extends Trouble {
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
  /** Whether the first run applies an approved plan: the one of a dry run before it, or a part of that. */
  readonly approval: 'none' | 'whole' | 'part';
  readonly moves: readonly Move[];
  /** How `groups` and `entries` were written. */
  readonly references: References;
  /** HTTP/1.1, or HTTP/2 over TLS. */
  readonly transport: 'http' | 'h2';
  readonly maxWaitMs: number;
  /** For what is random in the action itself. */
  readonly seed: number;
}

const some = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.uniqueArray(fc.constantFrom(...MEMBERS), { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...MEMBERS), { minLength: 3, maxLength: 10 }) },
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
    ...troubles(hasRemoval),
    approval: mostly<Schedule['approval']>('none', 'whole', 'part'),
    moves,
    references,
    transport: fc.constantFrom('http', 'http', 'http', 'h2'),
    maxWaitMs: fc.constantFrom(900_000, 900_000, 5_000),
    seed: fc.nat(),
  });
  return schedule.map(possible);
}

/**
 * Renamed people do not join under the old name. `checkRoster` does not let a pruning run have `*` for its rows. The oracle
 * knows who is hidden by name, or by their place in the listing, so that these do not move.
 */
function possible(schedule: Schedule): Schedule {
  const { org, removal, entries } = schedule;
  const hidden = [...(org.unlistedMembers ?? []), ...(org.unlistedGroupUsers ?? [])];
  const movable = org.members.map(({ user }) => user).filter((user) => !hidden.includes(user));
  const endsEarly = org.listingEndsAfter !== undefined && org.listingEndsAfter < org.members.length;
  const happening = endsEarly ? [] : schedule.moves.filter(({ user }) => movable.includes(user));
  const moving = new Set(happening.map(({ user }) => user));
  const settled = org.members.map(({ user }) => user).filter((user) => !moving.has(user));
  const prunesAll = removal?.onUnlisted === 'remove' && schedule.groups.includes('*');
  const written = (name: string) => reference(org, name, schedule.references);
  return {
    ...schedule,
    moves: happening,
    races: schedule.races.filter(({ user }) => settled.includes(user)),
    groups: (prunesAll ? ['G', 'H'] : schedule.groups).map(written),
    entries: entries.map((entry) => ({ ...entry, group: entry.group && written(entry.group) })),
  };
}
