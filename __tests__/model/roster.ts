import fc from 'fast-check';
import type { Role } from '../../src/roles.ts';
import { type Address, addressKey, type RosterEntry } from '../../src/roster/entry.ts';
import { INSIDE, MEMBERS, mostly, NOBODIES, OUTSIDE, SERVICE_ACCOUNTS, STRANGERS } from './people.ts';

const username = fc
  .oneof(
    { weight: 16, arbitrary: fc.constantFrom(...MEMBERS) },
    { weight: 1, arbitrary: fc.constantFrom(...SERVICE_ACCOUNTS, ...STRANGERS, ...NOBODIES) },
  )
  .chain((name) => fc.constantFrom(name, name, name, name.toUpperCase()));

const emailOf = (name: fc.Arbitrary<string>) =>
  fc
    .tuple(name, fc.constantFrom(INSIDE, INSIDE, INSIDE, OUTSIDE), fc.boolean())
    .map(([local, domain, loud]) => `${loud ? local : local.toLowerCase()}@${domain}`);

/** Beside a username: their own address most of the time, or another member's, or no one's. */
const both: fc.Arbitrary<Address> = username.chain((name) =>
  fc.record({
    kind: fc.constant('both' as const),
    username: fc.constant(name),
    email: emailOf(
      fc.oneof(
        { weight: 5, arbitrary: fc.constant(name) },
        { weight: 2, arbitrary: fc.constantFrom(...MEMBERS, ...NOBODIES) },
      ),
    ),
  }),
);

const address: fc.Arbitrary<Address> = fc.oneof(
  { weight: 3, arbitrary: username.map((name) => ({ kind: 'username' as const, username: name })) },
  {
    weight: 2,
    arbitrary: emailOf(fc.constantFrom(...MEMBERS, ...MEMBERS, ...NOBODIES)).map((email) => ({
      kind: 'email' as const,
      email,
    })),
  },
  { weight: 2, arbitrary: both },
);

interface Row {
  readonly who: Address;
  readonly asked: Role;
  readonly place: string | undefined;
  readonly state: RosterEntry['state'];
  readonly isInline: boolean;
}

/** Rosters as they are after parsing: one entry for each person as written and group. */
export function rosters(hasRemoval: boolean): fc.Arbitrary<RosterEntry[]> {
  const state = hasRemoval
    ? fc.constantFrom('present', 'present', 'present', 'present', 'absent', 'expired')
    : mostly('present', 'present', 'absent', 'expired');
  const asked = mostly<Role>('read', 'contributor', 'write', 'admin');
  const row = fc.record({
    who: address,
    asked,
    place: fc.option(fc.constantFrom('G', 'H'), { nil: undefined, freq: 3 }),
    state,
    isInline: fc.nat(5).map((n) => n === 5),
  }) as fc.Arbitrary<Row>;
  const mixed = fc.array(row, { minLength: 1, maxLength: 30 });
  if (!hasRemoval) return mixed.map(entriesOf);
  // One row that means no member keeps every unlisted member of its groups, so that most mixed rosters remove none.
  const tidyRow = fc.record({
    who: fc.constantFrom(...MEMBERS).map((name) => ({ kind: 'username' as const, username: name })),
    asked,
    place: fc.constant(undefined),
    state: mostly<RosterEntry['state']>('present', 'absent'),
    isInline: fc.constant(false),
  });
  const tidy = fc.array(tidyRow, { minLength: 1, maxLength: 12 });
  return fc.oneof({ weight: 2, arbitrary: mixed }, { weight: 1, arbitrary: tidy }).map(entriesOf);
}

function entriesOf(rows: readonly Row[]): RosterEntry[] {
  const seen = new Set<string>();
  return rows.flatMap(({ who, asked, place, state, isInline }, index): RosterEntry[] => {
    const key = addressKey(who);
    const membership = `${key} ${place ?? ''}`;
    if (seen.has(membership)) return [];
    seen.add(membership);
    const input = who.kind === 'email' ? who.email : who.username;
    const inputName = state === 'present' ? ('users' as const) : ('remove-users' as const);
    const location = isInline ? { input: inputName } : { file: 'members.csv', line: index + 2 };
    return [{ location, input, address: who, key, role: asked, group: place, state }];
  });
}

/** Who should never be removed or lose a part of their role. */
export const protectedUsers = fc.array(fc.constantFrom(...MEMBERS), { maxLength: 2 });
