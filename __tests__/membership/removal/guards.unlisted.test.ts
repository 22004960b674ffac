import { describe, expect, test } from '@jest/globals';
import type { Group } from '../../../src/hub/schemas.ts';
import type { Plan, ResolvedEntry } from '../../../src/membership/plan.ts';
import { addUnlisted } from '../../../src/membership/removal/guards.ts';
import type { RemovalPolicy } from '../../../src/membership/removal/policy.ts';
import type { Resolution } from '../../../src/membership/resolve/identity.ts';
import type { MemberListing } from '../../../src/membership/resolve/member-listing.ts';
import type { RosterEntry } from '../../../src/roster/entry.ts';
import { entryOf, found, groupOf, NOT_FOUND } from '../assignments.ts';
import { listingOf, planOf, pruning } from './plans.ts';

const G = groupOf('G', { ada: 'read', Bob: 'write', carol: 'admin' });

function row(
  input: string,
  groups: readonly Group[],
  resolution: Resolution = found(input),
  rest: Partial<RosterEntry> = {},
): ResolvedEntry {
  return { entry: entryOf(input, rest), groups, resolution };
}

/** What becomes of the unlisted members: `remove`, or the code with which they are kept. */
function fates(plan: Plan): Record<string, string | undefined> {
  const removed = new Set(plan.groups.flatMap(({ remove }) => remove.map(({ position }) => position)));
  return Object.fromEntries(
    plan.assignments.flatMap((one, position) =>
      one.state === 'unlisted'
        ? [[one.user ?? '', removed.has(position) ? 'remove' : plan.decided[position]?.code]]
        : [],
    ),
  );
}

function planned(
  rows: readonly ResolvedEntry[],
  {
    policy = {},
    listing = listingOf(rows.flatMap(({ groups }) => groups)),
  }: { policy?: Partial<RemovalPolicy>; listing?: MemberListing | undefined } = {},
): Plan {
  const plan = planOf(rows);
  addUnlisted(plan, pruning(policy), listing);
  return plan;
}

function messages(plan: Plan): (string | undefined)[] {
  return plan.decided
    .filter((_, position) => plan.assignments[position]?.state === 'unlisted')
    .map((one) => one?.message);
}

test('a row whose username is no member and whose address proves nothing can mean any member', () => {
  const service = groupOf('G', { bot: 'read', carol: 'write' });
  const unproven: Resolution = { user: 'bot', listed: false, isUnproven: true };
  const plan = planned([row('bot', [service], unproven)], {
    listing: listingOf([groupOf('G', { carol: 'write' })]),
  });
  expect(fates(plan)).toEqual({ carol: 'unresolved-rows' });
  expect(messages(plan)).toEqual([expect.stringContaining('1 row for this group could not be resolved')]);
});

describe('members of a group whom no row names', () => {
  test('are removed if nothing speaks against it, with their role, after everyone with a row', () => {
    const plan = planned([row('ada', [G])]);
    expect(fates(plan)).toEqual({ Bob: 'remove', carol: 'remove' });
    expect(plan.assignments.map(({ user, role, state }) => [user, role, state])).toEqual([
      ['ada', 'read', 'present'],
      ['Bob', null, 'unlisted'],
      ['carol', null, 'unlisted'],
    ]);
    expect(plan.groups[0]?.remove.map(({ from }) => from)).toEqual(['write', 'admin']);
  });

  test('are those whom no row of this group names, in any spelling', () => {
    expect(fates(planned([row('ADA', [G]), row('bob', [G])]))).toEqual({ carol: 'remove' });
  });

  test('are listed and kept with on-unlisted: keep', () => {
    const plan = planned([row('ada', [G])], { policy: { onUnlisted: 'keep' }, listing: undefined });
    expect(fates(plan)).toEqual({ Bob: 'kept-unlisted', carol: 'kept-unlisted' });
    expect(messages(plan)[0]).toBe('Is in the group as write, and no row names this person for this group.');
  });

  test('are looked at only in groups that a row of a file is for', () => {
    const users = { location: { input: 'users' } } as const;
    const H = groupOf('H', { dave: 'read' });
    const plan = planned([row('ada', [G]), row('bob', [H], found('bob'), users)]);
    expect(fates(plan)).toEqual({ Bob: 'remove', carol: 'remove' });
  });

  test('of a person with an absent row are not unlisted', () => {
    const plan = planned([row('ada', [G]), row('bob', [G], found('bob'), { state: 'absent' })]);
    expect(fates(plan)).toEqual({ carol: 'remove' });
    expect(plan.groups[0]?.remove).toHaveLength(2);
  });
});

describe('members who are kept although no row names them', () => {
  test('protected users, in any spelling', () => {
    const plan = planned([row('ada', [G])], { policy: { protectedUsers: new Set(['bob']) } });
    expect(fates(plan)).toEqual({ Bob: 'protected', carol: 'remove' });
  });

  test('a member whose role or name a roster cannot hold, and only this one', () => {
    const group = groupOf('G', { ada: 'read', Bob: 'write' });
    const users = [...group.users, { name: 'guest', role: 'no_access' }, { name: 'two words', role: 'read' }];
    const plan = planned([row('ada', [{ ...group, users }])]);
    expect(fates(plan)).toEqual({ Bob: 'remove', guest: 'not-listed', 'two words': 'not-listed' });
  });

  test('everyone in an auto-join group', () => {
    const autoJoin = { enabled: true, role: 'read', scope: 'all' };
    const plan = planned([row('ada', [{ ...G, autoJoin }])]);
    expect(fates(plan)).toEqual({ Bob: 'auto-join', carol: 'auto-join' });
    const off = { ...autoJoin, enabled: false };
    expect(fates(planned([row('ada', [{ ...G, autoJoin: off }])]))).toEqual({
      Bob: 'remove',
      carol: 'remove',
    });
  });

  test.each([
    ['not found', NOT_FOUND],
    ['not searchable', { code: 'email-not-searchable', message: 'Why.' }],
    ['ambiguous', { code: 'email-ambiguous', message: 'Why.' }],
    ['a conflict', { code: 'identity-conflict', message: 'Why.' }],
    ['not looked up', { code: 'rate-limited', message: 'Why.' }],
    ['a username that no listing knows', found('x@y.org', { listed: false })],
  ] as const)('everyone, while one row of the group is %s', (_what, resolution) => {
    const H = groupOf('H', { dave: 'read' });
    const plan = planned([row('ada', [G, H]), row('x@y.org', [G], resolution)]);
    expect(fates(plan)).toEqual({ Bob: 'unresolved-rows', carol: 'unresolved-rows', dave: 'remove' });
    expect(messages(plan)[0]).toBe(
      'Was kept: 1 row for this group could not be resolved, and could mean any member.',
    );
  });

  test('everyone, while two rows of the group conflict', () => {
    const rows = [row('ada', [G]), row('ada@acme.com', [G], found('ada'), { state: 'absent' })];
    expect(fates(planned(rows))).toEqual({ Bob: 'unresolved-rows', carol: 'unresolved-rows' });
  });

  test('no one, for a row that is absent and whose address the Hub searched and found no one for', () => {
    const rows = [row('ada', [G]), row('x@y.org', [G], NOT_FOUND, { state: 'absent' })];
    expect(fates(planned(rows))).toEqual({ Bob: 'remove', carol: 'remove' });
  });

  test('an unresolved row with a like name is told, for reading only', () => {
    const rows = [
      row('ada', [G]),
      row('b.o.b@y.org', [G], NOT_FOUND, { location: { file: 'm.csv', line: 9 } }),
    ];
    const plan = planned(rows);
    expect(messages(plan)).toEqual([
      'Was kept: the row "b.o.b@y.org" (m.csv:9) could not be resolved, and could mean this member.',
      'Was kept: 1 row for this group could not be resolved, and could mean any member.',
    ]);
  });

  test('everyone, if there is no member listing or not all of it', () => {
    expect(fates(planned([row('ada', [G])], { listing: listingOf([G], { complete: false }) }))).toEqual({
      Bob: 'not-listed',
      carol: 'not-listed',
    });
    const plan = planOf([row('ada', [G])]);
    addUnlisted(plan, pruning(), undefined);
    expect(fates(plan)).toEqual({ Bob: 'not-listed', carol: 'not-listed' });
    expect(messages(plan)[0]).toBe('Was kept: the member listing could not be read to its end.');
  });

  test('everyone, if the listing lacks one of them: it can be partial without saying so', () => {
    const listing = listingOf([G]);
    const members = new Map([...listing.members].filter(([key]) => key !== 'bob'));
    const partial = { ...listing, members };
    const plan = planned([row('ada', [G])], { listing: partial });
    expect(fates(plan)).toEqual({ Bob: 'not-listed', carol: 'not-listed' });
    expect(messages(plan)).toEqual([
      'Was kept: is in the group and in no member listing, like a service account.',
      'Was kept: 1 other member of the group without a row is in no member listing, so it can lack others.',
    ]);
    const named = planned(
      [row('ada', [G]), row('Bob', [G], found('Bob', { listed: false }), { role: 'write' })],
      {
        listing: partial,
      },
    );
    expect(fates(named)).toEqual({ carol: 'remove' });
    const guarded = planned([row('ada', [G])], {
      listing: partial,
      policy: { protectedUsers: new Set(['bob']) },
    });
    expect(fates(guarded)).toEqual({ Bob: 'protected', carol: 'remove' });
  });

  test.each([
    ['counts more', 4, 'the group shows 3 members, and the member listing counts 4 members'],
    ['counts fewer', 2, 'the group shows 3 members, and the member listing counts 2 members'],
    ['does not count', undefined, 'the member listing does not say how many members the group has'],
  ])('everyone, if the member listing %s', (_what, size, told) => {
    const groupSizes = new Map(size === undefined ? [] : [[G.id, size]]);
    const plan = planned([row('ada', [G])], { listing: listingOf([G], { groupSizes }) });
    expect(fates(plan)).toEqual({ Bob: 'not-listed', carol: 'not-listed' });
    expect(messages(plan)[0]).toContain(told);
  });
});

test('explicit removals go on whatever keeps unlisted members', () => {
  const absent = { state: 'absent' } as const;
  const autoJoin = { enabled: true, role: 'read', scope: 'all' };
  const rows = [row('ada', [{ ...G, autoJoin }], found('ada'), absent), row('x@y.org', [G], NOT_FOUND)];
  const plan = planned(rows, { listing: listingOf([G], { complete: false }) });
  expect(plan.groups[0]?.remove.map(({ member }) => member.user)).toEqual(['ada']);
});
