import fc from 'fast-check';
import type { Fault, GroupSpec, MemberSpec, OrgSpec, Quota, Wording } from '../../simulator/index.ts';
import { ROLES, type Role } from '../../src/roles.ts';
import type { Address, RosterEntry } from '../../src/roster/roster.ts';

/** Somebody else changes a membership just before the Hub handles the `before`-th request. */
export interface Race {
  readonly before: number;
  readonly group: string;
  readonly user: string;
  readonly role: Role;
}

/** One run to be tried: an organization, a roster, and everything that goes wrong meanwhile. */
export interface Schedule {
  readonly org: OrgSpec;
  readonly wording: Wording;
  readonly entries: readonly RosterEntry[];
  readonly groups: readonly string[];
  readonly onExisting: 'keep' | 'update';
  readonly dryRun: boolean;
  readonly chunkSize: number;
  readonly maxUsersPerRequest: number;
  readonly faults: readonly Fault[];
  readonly races: readonly Race[];
  readonly quota: Quota | undefined;
  readonly maxWaitMs: number;
  /** The run is cancelled just before the Hub handles this request; 0 for never. */
  readonly cancelBefore: number;
  /** For whatever is random in the action itself. */
  readonly seed: number;
}

export const INSIDE = 'acme.com';
export const OUTSIDE = 'evil.example';
export const GROUPS = ['G', 'H', 'I'];
const MEMBERS = Array.from({ length: 24 }, (_, index) => `User-${index}`);
export const SERVICE_ACCOUNTS = ['bot-0', 'bot-1'];
export const STRANGERS = ['stranger-0', 'stranger-1'];
const NOBODIES = ['nobody-0', 'nobody-1'];

const role = fc.constantFrom(...ROLES);
const emailFilter = fc.constantFrom('filter', 'everyone', 'nobody', 'error', 'one-stranger');

function member(user: string): fc.Arbitrary<MemberSpec> {
  return fc.record({
    user: fc.constant(user),
    email: fc.constantFrom(
      `${user.toLowerCase()}@${INSIDE}`,
      `${user.toLowerCase()}@${INSIDE}`,
      `${user.toLowerCase()}@${OUTSIDE}`,
    ),
    verified: fc.boolean(),
  });
}

const group = (name: string): fc.Arbitrary<GroupSpec> =>
  fc.record({
    name: fc.constant(name),
    users: fc.dictionary(fc.constantFrom(...MEMBERS), role, { maxKeys: 4 }),
    scim: fc.nat(9).map((n) => n === 9),
  });

const org: fc.Arbitrary<OrgSpec> = fc.record({
  name: fc.constant('acme'),
  emailDomains: fc.constant([INSIDE]),
  members: fc
    .tuple(fc.tuple(...MEMBERS.map(member)), fc.array(fc.nat(MEMBERS.length - 1), { maxLength: 2 }))
    .map(([members, suspended]) =>
      members.map((one, index) => ({ ...one, suspended: suspended.includes(index) })),
    ),
  serviceAccounts: fc.constant(SERVICE_ACCOUNTS),
  groups: fc.tuple(...GROUPS.map(group)),
  verifiedEmailsVisible: fc.boolean(),
  listing: fc.nat(7).map((n) => (n === 7 ? 'refused' : 'allowed')),
  emailFilter,
  emailFilterInside: fc.oneof({ weight: 3, arbitrary: fc.constant('filter' as const) }, emailFilter),
  pageSizeCap: fc.constantFrom(10, 1000),
  memberCase: fc.constantFrom('insensitive', 'sensitive'),
});

const username = fc
  .oneof(
    { weight: 12, arbitrary: fc.constantFrom(...MEMBERS) },
    { weight: 1, arbitrary: fc.constantFrom(...SERVICE_ACCOUNTS, ...STRANGERS, ...NOBODIES) },
  )
  .chain((name) => fc.constantFrom(name, name, name, name.toUpperCase()));

const email = fc
  .tuple(
    fc.constantFrom(...MEMBERS, ...NOBODIES),
    fc.constantFrom(INSIDE, INSIDE, INSIDE, OUTSIDE),
    fc.boolean(),
  )
  .map(([name, domain, loud]) => (loud ? `${name}@${domain}` : `${name.toLowerCase()}@${domain}`));

const address: fc.Arbitrary<Address> = fc.oneof(
  username.map((name) => ({ kind: 'username' as const, username: name })),
  email.map((text) => ({ kind: 'email' as const, email: text })),
);

const entries: fc.Arbitrary<RosterEntry[]> = fc
  .array(
    fc.tuple(
      address,
      fc.oneof({ weight: 8, arbitrary: fc.constant('read' as const) }, role),
      fc.option(fc.constantFrom('G', 'H'), { nil: undefined, freq: 3 }),
    ),
    { minLength: 1, maxLength: 30 },
  )
  .map((rows) => {
    const seen = new Map<string, Role>();
    return rows.flatMap(([who, asked, place], index) => {
      const input = who.kind === 'username' ? who.username : who.email;
      const key = `${input.toLowerCase()} ${place ?? ''}`;
      if (seen.has(key)) return [];
      seen.set(key, asked);
      return [{ source: `members.csv:${index + 2}`, input, address: who, role: asked, group: place }];
    });
  });

const fault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('reset', 'truncate', 'wrong-json', 'html', 'empty') },
    { weight: 12, arbitrary: fc.constant('status' as const) },
    { weight: 1, arbitrary: fc.constant('hang' as const) },
  ),
  when: fc.constantFrom('before', 'after'),
  match: fc.record({ method: fc.constantFrom('GET', 'POST', 'POST', 'PATCH') }),
  times: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 1, arbitrary: fc.integer({ min: 4, max: 40 }) },
  ),
  skip: fc.nat(6),
  status: fc.constantFrom(408, 425, 429, 500, 502, 503, 504),
});

/** By a 429 the Hub says that it did not act: one after the fact would be a lie that nothing can uncover. */
const honest = (one: Fault): Fault => (one.status === 429 ? { ...one, when: 'before' } : one);

const quota: fc.Arbitrary<Quota> = fc.record({
  limit: fc.integer({ min: 3, max: 20 }),
  windowSeconds: fc.constantFrom(30, 300),
  announce: fc.constantFrom('headers', 'none'),
  retryAfter: fc.constantFrom('seconds', 'date', 'none'),
});

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  org,
  wording: fc.constantFrom('named', 'plain', 'empty', 'html'),
  entries,
  groups: fc.constantFrom(['G'], ['G', 'H'], ['G', 'H', 'I'], ['*']),
  onExisting: fc.constantFrom('keep', 'update'),
  dryRun: fc.nat(9).map((n) => n === 9),
  chunkSize: fc.integer({ min: 1, max: 12 }),
  maxUsersPerRequest: fc.constantFrom(1000, 1000, 1000, 3),
  faults: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(fault.map(honest), { maxLength: 4 }) },
  ),
  races: fc.array(
    fc.record({
      before: fc.integer({ min: 1, max: 14 }),
      group: fc.constantFrom(...GROUPS),
      user: fc.constantFrom(...MEMBERS),
      role,
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
