import fc from 'fast-check';
import type { Fault, Quota } from '../../simulator/index.ts';
import type { Role } from '../../src/roles.ts';
import { GROUPS, MEMBERS, role } from './people.ts';

/** Another person changes a membership just before the Hub handles the `before`-th request; no role: takes them out. */
export interface Race {
  readonly before: number;
  readonly group: string;
  readonly user: string;
  readonly role: Role | undefined;
}

/** What goes wrong, or is changed by others, while a run is going on. */
export interface Trouble {
  readonly faults: readonly Fault[];
  /** Connections of the run that are accepted and never spoken to, counted from 1. */
  readonly silentConnections: readonly number[];
  readonly races: readonly Race[];
  readonly quota: Quota | undefined;
  /** The run is canceled just before the Hub handles this request; 0 for never. */
  readonly cancelBefore: number;
}

/** An answer to a request, or its absence, that says nothing about what the Hub did. */
const LOST: readonly Fault['kind'][] = [
  'reset',
  'drop',
  'goaway',
  'truncate',
  'broken-gzip',
  'wrong-json',
  'html',
  'empty',
];
const STALLED: readonly Fault['kind'][] = ['hang', 'stall'];
/** Statuses about the moment, and those by which the Hub says that it did not act. */
const PASSING = [408, 425, 500, 502, 503, 504];
const REFUSED = [401, 403, 404, 429, 429, 429];

function fault(hasRemoval: boolean): fc.Arbitrary<Fault> {
  const method = fc.constantFrom('GET', 'POST', 'POST', 'PATCH', ...(hasRemoval ? ['DELETE', 'DELETE'] : []));
  const path = fc.constantFrom('', '', '/members', '/resource-groups/', '/resource-groups', '/whoami');
  const match = fc
    .record({ method, path })
    .map((one) => (one.method === 'GET' ? one : { method: one.method }));
  const frequency = {
    times: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) },
      { weight: 1, arbitrary: fc.integer({ min: 4, max: 40 }) },
    ),
    skip: fc.nat(6),
  };
  const when = fc.constantFrom('before' as const, 'after' as const);
  const status = fc.constant('status' as const);
  return fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: fc.constantFrom(...LOST), when, match, ...frequency }) },
    {
      weight: 9,
      arbitrary: fc.record({
        ...{ kind: status, when, status: fc.constantFrom(...PASSING), match },
        ...frequency,
      }),
    },
    // After the fact this would be a lie that nothing can uncover.
    {
      weight: 4,
      arbitrary: fc.record({ kind: status, status: fc.constantFrom(...REFUSED), match, ...frequency }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        ...{ kind: fc.constantFrom(...STALLED), when, match },
        ...{ times: fc.integer({ min: 1, max: 3 }), skip: fc.nat(6) },
      }),
    },
  );
}

const quota: fc.Arbitrary<Quota> = fc.record({
  limit: fc.integer({ min: 3, max: 20 }),
  windowSeconds: fc.constantFrom(30, 300),
  announce: fc.constantFrom('headers', 'none'),
  retryAfter: fc.constantFrom('seconds', 'date', 'none'),
});

export function troubles(hasRemoval: boolean): { [K in keyof Trouble]: fc.Arbitrary<Trouble[K]> } {
  return {
    faults: fc.oneof(
      { weight: 2, arbitrary: fc.constant<Fault[]>([]) },
      { weight: 3, arbitrary: fc.array(fault(hasRemoval), { maxLength: 4 }) },
    ),
    silentConnections: fc.oneof(
      { weight: 9, arbitrary: fc.constant<number[]>([]) },
      {
        weight: 1,
        arbitrary: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
      },
    ),
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
    cancelBefore: fc.oneof(
      { weight: 4, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 12 }) },
    ),
  };
}

/** No trouble at all. */
export const CALM: Trouble = {
  faults: [],
  silentConnections: [],
  races: [],
  quota: undefined,
  cancelBefore: 0,
};
