import { describe, expect, test } from '@jest/globals';
import type { Group } from '../../../src/hub/schemas.ts';
import { changesOf, type Plan, type ResolvedEntry } from '../../../src/membership/plan.ts';
import { addUnlisted, guardLosses, isLoss, tooManyRemovals } from '../../../src/membership/removal/guards.ts';
import type { RemovalPolicy } from '../../../src/membership/removal/policy.ts';
import type { RosterEntry } from '../../../src/roster/entry.ts';
import { entryOf, found, groupOf } from '../assignments.ts';
import { listingOf, planOf, pruning } from './plans.ts';

function row(user: string, groups: readonly Group[], rest: Partial<RosterEntry> = {}): ResolvedEntry {
  return { entry: entryOf(user, rest), groups, resolution: found(user) };
}

const absent = { state: 'absent' } as const;

/** What is left of the plan after the guards: the action, or the code with which a person is kept. */
function guarded(
  rows: readonly ResolvedEntry[],
  policy: Partial<RemovalPolicy> = {},
  ownAccount: string | undefined = 'token-owner',
): Record<string, string | undefined> {
  const plan = planOf(rows);
  guardLosses(plan, pruning(policy), ownAccount);
  return stepsOf(plan);
}

function stepsOf(plan: Plan): Record<string, string | undefined> {
  const actions = new Map(changesOf(plan).map(({ position, action }) => [position, action]));
  return Object.fromEntries(
    plan.assignments.map(({ user }, position) => [
      user ?? '',
      actions.get(position) ?? plan.decided[position]?.code,
    ]),
  );
}

describe('what counts as a loss', () => {
  const change = (from: string, to: string) =>
    planOf([row('ada', [groupOf('G', { ada: from })], { role: to as RosterEntry['role'] })]).groups[0]
      ?.updateRoles[0];

  test.each([
    ['read', 'contributor', false],
    ['read', 'admin', false],
    ['contributor', 'read', true],
    ['write', 'contributor', true],
    ['admin', 'write', true],
    ['no_access', 'read', false],
    ['a role of tomorrow', 'read', true],
    ['a role of tomorrow', 'admin', true],
  ])('from %s to %s: %s', (from, to, loss) => {
    const update = change(from, to);
    expect(update !== undefined && isLoss(update)).toBe(loss);
  });

  test('a removal is one, an addition is none', () => {
    const plan = planOf([row('ada', [groupOf('G', { ada: 'read' })], absent), row('bob', [groupOf('G')])]);
    expect(changesOf(plan).map((one) => [one.member.user, isLoss(one)])).toEqual([
      ['bob', false],
      ['ada', true],
    ]);
  });
});

describe('protected users', () => {
  const G = groupOf('G', { Ada: 'write', bob: 'write', carol: 'read' });
  const rows = [
    row('ada', [G], absent),
    row('bob', [G], { role: 'read' }),
    row('carol', [G], { role: 'write' }),
  ];

  test('are neither removed nor given a lower role, in any spelling; a higher one they get', () => {
    expect(guarded(rows, { protectedUsers: new Set(['ada', 'bob', 'carol']) })).toEqual({
      ada: 'protected',
      bob: 'protected',
      carol: 'update-role',
    });
    expect(guarded(rows)).toEqual({ ada: 'remove', bob: 'update-role', carol: 'update-role' });
  });
});

describe("the token's own account", () => {
  const G = groupOf('G', { Ada: 'write', bob: 'write' });

  test('is neither removed nor given a lower role, in any spelling', () => {
    expect(guarded([row('ada', [G], absent), row('bob', [G], absent)], {}, 'ADA')).toEqual({
      ada: 'own-account',
      bob: 'remove',
    });
    expect(guarded([row('ada', [G]), row('bob', [G])], {}, 'ada')).toEqual({
      ada: 'own-account',
      bob: 'update-role',
    });
  });

  test('could be anyone if the Hub does not say whose token it is: no one loses anything, others gain', () => {
    const plan = planOf([row('ada', [G], absent), row('bob', [G], { role: 'admin' }), row('carol', [G])]);
    guardLosses(plan, pruning(), undefined);
    expect(stepsOf(plan)).toEqual({ ada: 'unavailable', bob: 'update-role', carol: 'add' });
    expect(plan.decided[0]?.message).toBe(
      'Was not changed: the Hub did not say whose token this is, and it could belong to this account.',
    );
  });
});

describe('the last admins of a group', () => {
  const G = groupOf('G', { ada: 'admin', bob: 'admin', carol: 'read' });

  test.each([
    [0, { ada: 'remove', bob: 'remove' }],
    [1, { ada: 'remove', bob: 'last-admin' }],
    [2, { ada: 'last-admin', bob: 'last-admin' }],
    [3, { ada: 'last-admin', bob: 'last-admin' }],
  ])('with min-admins: %i, two admins who should leave: %j', (minAdmins, expected) => {
    expect(guarded([row('ada', [G], absent), row('bob', [G], absent)], { minAdmins })).toEqual(expected);
  });

  test('are counted over demotions and removals together', () => {
    const rows = [row('ada', [G], absent), row('bob', [G], { role: 'write' })];
    const plan = planOf(rows);
    guardLosses(plan, pruning({ minAdmins: 1 }), 'token-owner');
    expect(stepsOf(plan)).toEqual({ ada: 'last-admin', bob: 'update-role' });
    expect(plan.decided[0]?.message).toBe('Was kept: the group must have at least 1 admin (`min-admins`).');
  });

  test('are free to go if others become admins in the same run', () => {
    const rows = [
      row('ada', [G], absent),
      row('bob', [G], { role: 'read' }),
      row('carol', [G], { role: 'admin' }),
      row('dave', [G], { role: 'admin' }),
    ];
    expect(guarded(rows, { minAdmins: 2 })).toEqual({
      ada: 'remove',
      bob: 'update-role',
      carol: 'update-role',
      dave: 'add',
    });
  });

  test('are counted per group', () => {
    const H = groupOf('H', { ada: 'admin' });
    const plan = planOf([row('ada', [G, H], absent)]);
    guardLosses(plan, pruning({ minAdmins: 1 }), 'token-owner');
    expect(plan.groups.map(({ remove }) => remove.length)).toEqual([1, 0]);
  });

  test('do not keep other members', () => {
    const H = groupOf('H', { ada: 'admin', bob: 'write' });
    expect(guarded([row('ada', [H], absent), row('bob', [H], absent)], { minAdmins: 1 })).toEqual({
      ada: 'last-admin',
      bob: 'remove',
    });
  });

  test('of two who cannot both leave, a protected one does not use up the place of the other', () => {
    const rows = [row('ada', [G], absent), row('bob', [G], absent)];
    expect(guarded(rows, { minAdmins: 1, protectedUsers: new Set(['ada']) })).toEqual({
      ada: 'protected',
      bob: 'remove',
    });
  });
});

describe('limits on unlisted members', () => {
  /** The plan of a roster that names `kept` of the `members` of each group. */
  function pruned(groups: readonly (readonly [name: string, members: number, kept: number])[]): Plan {
    const made = groups.map(([name, members, kept]) => {
      const users = Object.fromEntries(Array.from({ length: members }, (_, index) => [`u${index}`, 'read']));
      return { group: groupOf(name, users), kept };
    });
    const rows = made.flatMap(({ group, kept }) =>
      Array.from({ length: kept }, (_, index) => row(`u${index}`, [group])),
    );
    const plan = planOf(rows);
    addUnlisted(plan, pruning(), listingOf(made.map(({ group }) => group)));
    return plan;
  }
  const percent = (value: number) => pruning({ maxRemovals: { kind: 'percent', value } });
  const number = (value: number) => pruning({ maxRemovals: { kind: 'number', value } });

  test('are told with both figures and the exact value that would let the plan pass', () => {
    expect(tooManyRemovals(pruned([['Cohort', 80, 49]]), percent(20))).toBe(
      '31 of 80 members of "Cohort" would be removed (39 %; the limit is 20 %, 16). If that is meant, set `max-removals: 31`.',
    );
    expect(tooManyRemovals(pruned([['Cohort', 80, 49]]), number(30))).toBe(
      '31 of 80 members of "Cohort" would be removed (39 %; the limit is 30). If that is meant, set `max-removals: 31`.',
    );
  });

  test.each([
    [80, 64, 20, false],
    [80, 63, 20, true],
    [4, 3, 20, false],
    [4, 2, 20, true],
    [6, 4, 20, false],
    [1000, 1, 100, false],
    [3, 2, 0, true],
    [3, 3, 0, false],
  ])('of %i members %i have a row; at %i %% that is too many: %s', (members, kept, value, over) => {
    expect(tooManyRemovals(pruned([['G', members, kept]]), percent(value)) !== undefined).toBe(over);
  });

  test('do not count people whose row says that they should leave', () => {
    const G = groupOf('G', { ada: 'read', bob: 'read' });
    const plan = planOf([row('ada', [G], absent), row('bob', [G], { state: 'expired' })]);
    addUnlisted(plan, pruning(), listingOf([G]));
    expect(tooManyRemovals(plan, number(0))).toBeUndefined();
  });

  test('do not count people whom a guard keeps', () => {
    const plan = pruned([['G', 10, 8]]);
    guardLosses(plan, { ...number(1), protectedUsers: new Set(['u9']) }, 'token-owner');
    expect(tooManyRemovals(plan, number(1))).toBeUndefined();
    expect(tooManyRemovals(plan, number(0))).toContain('1 of 10 members');
  });

  test('are told for each group that is over', () => {
    const told = tooManyRemovals(
      pruned([
        ['G', 10, 1],
        ['H', 10, 10],
        ['I', 5, 1],
      ]),
      percent(20),
    );
    expect(told).toBe(
      '9 of 10 members of "G" would be removed (90 %; the limit is 20 %, 2). 4 of 5 members of "I" would be removed (80 %; the limit is 20 %, 1). If that is meant, set `max-removals: 9`.',
    );
  });

  test('the value that is told lets every group pass, also those that were under their share before', () => {
    const plan = pruned([
      ['Small', 10, 7],
      ['Large', 200, 165],
    ]);
    const told = tooManyRemovals(plan, percent(20));
    expect(told).toContain('3 of 10 members of "Small"');
    expect(told).toContain('`max-removals: 35`');
    expect(tooManyRemovals(plan, number(35))).toBeUndefined();
  });
});
