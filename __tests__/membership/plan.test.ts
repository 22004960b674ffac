import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { HubError } from '../../src/errors.ts';
import type { Group } from '../../src/hub/schemas.ts';
import { type Assignment, userKey } from '../../src/membership/assignment.ts';
import { dryRunOutcome } from '../../src/membership/change.ts';
import {
  changesOf,
  type Plan,
  type PlanPolicy,
  planChanges,
  type ResolvedEntry,
  tooManyChanges,
} from '../../src/membership/plan.ts';
import type { Resolution } from '../../src/membership/resolve/identity.ts';
import { ROLES } from '../../src/roles.ts';
import type { RosterEntry } from '../../src/roster/entry.ts';
import { entryOf, found, groupOf, NOT_FOUND } from './assignments.ts';

const KEEP: PlanPolicy = {
  onExisting: 'keep',
  removesAbsent: false,
  sendsUnlisted: true,
  unreadable: new Map(),
};
const UPDATE: PlanPolicy = { ...KEEP, onExisting: 'update' };
const SYNC: PlanPolicy = { ...UPDATE, removesAbsent: true };

/** An entry of a roster that turned out to be `user`, or no one. */
function row(
  input: string,
  resolution: Resolution | string | null,
  groups: readonly Group[],
  rest: Partial<RosterEntry> = {},
): ResolvedEntry {
  const who =
    resolution === null ? NOT_FOUND : typeof resolution === 'string' ? found(resolution) : resolution;
  return { entry: entryOf(input, rest), groups, resolution: who };
}

/** What becomes of everyone: the action, or the code of the outcome that is decided. */
function steps(plan: Plan): string[] {
  const actions = new Map(changesOf(plan).map(({ position, action }) => [position, action]));
  return plan.assignments.map(
    ({ user, input, groupName }, position) =>
      `${user ?? input} in ${groupName}: ${actions.get(position) ?? plan.decided[position]?.code}`,
  );
}

function stepsOf(rows: readonly ResolvedEntry[], policy: PlanPolicy = KEEP): string[] {
  return steps(planChanges(rows, policy));
}

describe('a person who should be in a group', () => {
  const group = (role: string | undefined) => groupOf('G', role === undefined ? {} : { Ada: role });

  test.each([
    [undefined, 'add', 'add'],
    ['read', 'already-member', 'already-member'],
    ['admin', 'role-differs', 'update-role'],
    ['no_access', 'role-differs', 'update-role'],
    ['a role of tomorrow', 'role-differs', 'update-role'],
  ])('and is in it as %s: %s, or with on-existing: update %s', (role, kept, updated) => {
    expect(stepsOf([row('ada', 'ada', [group(role)])])).toEqual([expect.stringMatching(`: ${kept}$`)]);
    expect(stepsOf([row('ada', 'ada', [group(role)])], UPDATE)).toEqual([
      expect.stringMatching(`: ${updated}$`),
    ]);
  });

  test('is spelled as the group spells them, else as the organization does', () => {
    const plan = planChanges(
      [row('ADA', 'ada', [group('write')]), row('BOB', 'Bob', [group('write')])],
      UPDATE,
    );
    expect(changesOf(plan).map(({ member }) => [member.input, member.user])).toEqual([
      ['BOB', 'Bob'],
      ['ADA', 'Ada'],
    ]);
  });

  test('is described by a dry run without a request', () => {
    const rows = [
      row('ada', 'ada', [group('write')]),
      row('bob', found('bob', { listed: undefined }), [group('write')]),
    ];
    expect(changesOf(planChanges(rows, UPDATE)).map((change) => dryRunOutcome(change).message)).toEqual([
      'Would be added as read. The member listing could not be checked for them.',
      'Would be changed from write to read.',
    ]);
  });

  test.each([
    [true, 'add', false],
    [false, 'not-in-organization', false],
  ])(
    'and is in no listing: if such names are sent (%s), %s, and it is not known whom the row means',
    (sendsUnlisted, step, resolved) => {
      const plan = planChanges([row('ci-bot', found('ci-bot', { listed: false }), [group(undefined)])], {
        ...SYNC,
        sendsUnlisted,
      });
      expect(steps(plan)).toEqual([`ci-bot in G: ${step}`]);
      expect(plan.groups[0]?.everyRowResolved).toBe(resolved);
    },
  );

  test('and is in the group, but in no listing, leaves no row open', () => {
    const plan = planChanges([row('ada', found('ada', { listed: false }), [group('read')])], SYNC);
    expect(steps(plan)).toEqual(['ada in G: already-member']);
    expect(plan.decided[0]?.user).toBe('Ada');
    expect(plan.groups[0]?.everyRowResolved).toBe(true);
  });

  test('in a group that could not be read is not attempted, with the reason', () => {
    const unreadable = new Map([['G', new HubError('unavailable', 'The Hub did not answer.')]]);
    const plan = planChanges([row('ada', 'ada', [group('read')])], { ...SYNC, unreadable });
    expect(steps(plan)).toEqual(['ada in G: not-attempted']);
    expect(plan.decided[0]?.message).toBe('The Hub did not answer.');
  });
});

describe('a person who should not be in a group', () => {
  const there = groupOf('G', { Ada: 'write' });
  const gone = groupOf('H');
  const absent = { state: 'absent' } as const;
  const expired = { state: 'expired' } as const;

  test.each([
    ['absent', absent, 'skipped-absent'],
    ['expired', expired, 'skipped-expired'],
  ] as const)('is not added and not removed by add-members, which says so: %s', (_state, state, code) => {
    const plan = planChanges(
      [row('ada', 'ada', [there, gone], state), row('x@y.org', null, [gone], state)],
      UPDATE,
    );
    expect(steps(plan)).toEqual([`ada in G: ${code}`, `ada in H: ${code}`, `x@y.org in H: ${code}`]);
    expect(plan.decided.map((outcome) => outcome?.message)).toEqual([
      expect.stringMatching(
        /^Was not added: .* Is still in the group as write\. Only sync-members removes members\.$/,
      ),
      expect.stringMatching(/^Was not added: [^.]*\.$/),
      expect.stringMatching(/^Was not added: [^.]*\.$/),
    ]);
    expect(plan.decided[0]?.previousRole).toBe('write');
  });

  test.each([
    ['absent', absent],
    ['expired', expired],
  ] as const)(
    'is removed by sync-members, spelled as the group does, or is no member: %s',
    (_state, state) => {
      const plan = planChanges([row('ADA', 'ada', [there, gone], state)], SYNC);
      expect(steps(plan)).toEqual(['ada in G: remove', 'ada in H: not-a-member']);
      expect(plan.groups[0]?.remove).toMatchObject([
        { member: { user: 'Ada', role: null, state: state.state }, from: 'write', to: null },
      ]);
      expect(plan.groups.every(({ everyRowResolved }) => everyRowResolved)).toBe(true);
    },
  );

  test.each([
    ['email-not-found', 'not-a-member', true],
    ['email-not-searchable', 'email-not-searchable', false],
    ['email-ambiguous', 'email-ambiguous', false],
    ['identity-conflict', 'identity-conflict', false],
    ['not-in-organization', 'not-in-organization', false],
    ['rate-limited', 'rate-limited', false],
  ] as const)('and was not found (%s) is %s; the row is settled: %s', (code, expected, settled) => {
    const plan = planChanges([row('x@y.org', { code, message: 'Why.' }, [there], absent)], SYNC);
    expect(steps(plan)).toEqual([`x@y.org in G: ${expected}`]);
    expect(plan.groups[0]?.everyRowResolved).toBe(settled);
  });
});

describe('rows that turn out to be one person', () => {
  test('a look-up by address proves a member whom a partial listing does not have', () => {
    const unlisted: Resolution = { user: 'ada', listed: false };
    const proven: Resolution = { user: 'Ada', listed: true };
    const group = groupOf('G', {});
    for (const order of [
      [unlisted, proven],
      [proven, unlisted],
    ]) {
      const rows = order.map((resolution, index) => row(`row ${index}`, resolution, [group]));
      const plan = planChanges(rows, { ...SYNC, sendsUnlisted: false });
      expect(steps(plan)).toEqual(['Ada in G: add']);
      expect(changesOf(plan).map(({ member }) => member.listed)).toEqual([true]);
      expect(plan.groups[0]?.everyRowResolved).toBe(true);
    }
  });

  const G = groupOf('G');
  const H = groupOf('H');

  test('are one, in the position of the first', () => {
    const rows = [
      row('bob', 'bob', [G]),
      row('ada', 'Ada', [G]),
      row('ada@acme.com', 'Ada', [G, H]),
      row('ADA', 'Ada', [H]),
    ];
    expect(stepsOf(rows)).toEqual(['bob in G: add', 'Ada in G: add', 'Ada in H: add']);
  });

  test('get neither role if they ask for two, whatever comes after', () => {
    const rows = [
      row('ada', 'ada', [G], { role: 'read' }),
      row('ada@acme.com', 'ada', [G], { role: 'write', location: { file: 'more.csv', line: 7 } }),
      row('ADA', 'ada', [G], { role: 'read' }),
      row('ada', 'ada', [H], { role: 'write' }),
    ];
    const plan = planChanges(rows, KEEP);
    expect(steps(plan)).toEqual(['ada in G: conflicting-roles', 'ada in H: add']);
    expect(plan.decided[0]?.message).toBe(
      'Two rows are one person: "ada" (members.csv:2) asks for read, "ada@acme.com" (more.csv:7) asks for write. Neither was done.',
    );
  });

  test('get neither role if the person is in the group with one of them', () => {
    const there = groupOf('G', { ada: 'read' });
    const rows = [
      row('ada', 'ada', [there], { role: 'read' }),
      row('ada@acme.com', 'ada', [there], { role: 'write' }),
    ];
    expect(stepsOf(rows, UPDATE)).toEqual(['ada in G: conflicting-roles']);
  });

  test.each([
    ['absent', SYNC],
    ['expired', SYNC],
    ['absent', KEEP],
  ] as const)('are neither added nor removed if one is present and one %s', (state, policy) => {
    const there = groupOf('G', { ada: 'read' });
    for (const states of [
      ['present', state],
      [state, 'present'],
    ] as const) {
      const rows = states.map((one, index) =>
        row(index === 0 ? 'ada' : 'ada@acme.com', 'ada', [there, H], { state: one }),
      );
      const plan = planChanges(rows, policy);
      expect(steps(plan)).toEqual(['ada in G: conflicting-roles', 'ada in H: conflicting-roles']);
      expect(plan.groups.map(({ everyRowResolved }) => everyRowResolved)).toEqual([false, false]);
      expect(plan.decided[0]?.message).toContain('asks for no membership');
    }
  });

  test('are one if both say that the person should not be there, absent and expired', () => {
    const there = groupOf('G', { ada: 'read' });
    const rows = [
      row('ada', 'ada', [there], { state: 'expired' }),
      row('ada@acme.com', 'ada', [there], { state: 'absent' }),
    ];
    expect(stepsOf(rows, SYNC)).toEqual(['ada in G: remove']);
  });

  test('are not confused with people who were not found', () => {
    const rows = [row('ada@x.org', null, [G]), row('ADA@x.org', null, [G]), row('bob@x.org', null, [G])];
    expect(stepsOf(rows)).toEqual(['ada@x.org in G: email-not-found', 'bob@x.org in G: email-not-found']);
  });

  test('two that were not found are not both done if one is present and one absent', () => {
    const rows = [row('ada@x.org', null, [G]), row('ADA@x.org', null, [G], { state: 'absent' })];
    expect(stepsOf(rows, SYNC)).toEqual(['ada@x.org in G: conflicting-roles']);
  });
});

test('a group that is named twice is one', () => {
  const G = groupOf('G');
  expect(stepsOf([row('ada', 'ada', [G, G, { ...G }])])).toEqual(['ada in G: add']);
});

test('a note about how the person was identified follows the message of the outcome', () => {
  const note = '"al" is not a member; ada holds ada@acme.com.';
  const plan = planChanges(
    [row('al ada@acme.com', found('ada', { note }), [groupOf('G', { ada: 'read' })])],
    KEEP,
  );
  expect(plan.decided[0]?.message).toBe(`Is already a member as read. ${note}`);
});

test('one unresolved row leaves its groups open, and no other group', () => {
  const groups = [groupOf('G'), groupOf('H'), groupOf('I')];
  const rows = [row('ada', 'ada', groups), row('x@y.org', null, groups.slice(1, 2))];
  const plan = planChanges(rows, SYNC);
  expect(plan.groups.map(({ everyRowResolved }) => everyRowResolved)).toEqual([true, false, true]);
});

test('a group has rows only if a row of a file is for it', () => {
  const users = { location: { input: 'users' } } as const;
  const rows = [row('ada', 'ada', [groupOf('G')]), row('bob', 'bob', [groupOf('H')], users)];
  expect(planChanges(rows, SYNC).groups.map(({ hasRows }) => hasRows)).toEqual([true, false]);
});

test('a limit on changes is told with both figures and the value that would let the plan pass', () => {
  const plan = planChanges([row('ada', 'ada', [groupOf('G')]), row('bob', 'bob', [groupOf('G')])], KEEP);
  expect(tooManyChanges(plan, undefined)).toBeUndefined();
  expect(tooManyChanges(plan, 2)).toBeUndefined();
  expect(tooManyChanges(plan, 1)).toBe(
    '2 changes would be made; the limit is 1. If that is meant, set `max-changes: 2`.',
  );
  expect(tooManyChanges(plan, 0)).toContain('the limit is 0');
});

test('everyone is decided or to be changed, once per group, and no one else is touched', () => {
  const names = ['ada', 'Ada', 'bob', 'carol', 'dave'];
  const groups = [
    groupOf('G', { ada: 'read', carol: 'write' }),
    groupOf('H', { BOB: 'admin' }),
    groupOf('I'),
  ];
  const rows = fc.array(
    fc.record({
      input: fc.constantFrom(...names, 'ada@acme.com', 'x@acme.com'),
      user: fc.option(fc.constantFrom(...names)),
      listed: fc.constantFrom(true, false, undefined),
      groups: fc.subarray(groups),
      role: fc.constantFrom(...ROLES),
      state: fc.constantFrom('present', 'present', 'absent', 'expired'),
    }),
    { maxLength: 12 },
  );
  const policies = fc.record({
    onExisting: fc.constantFrom('keep', 'update'),
    removesAbsent: fc.boolean(),
    sendsUnlisted: fc.boolean(),
    unreadable: fc.constant(new Map()),
  });
  const keyOf = ({ user, input, group }: Assignment) => `${group} ${userKey(user ?? input)}`;
  fc.assert(
    fc.property(rows, policies, (all, policy) => {
      const resolved = all.map(({ input, user, listed, groups: asked, role, state }) =>
        row(input, user === null ? null : found(user, { listed }), asked, { role, state }),
      );
      const plan = planChanges(resolved, policy);
      const changes = changesOf(plan);
      const positions = [
        ...changes.map(({ position }) => position),
        ...plan.decided.flatMap((outcome, position) => (outcome === undefined ? [] : [position])),
      ];
      expect(positions.toSorted((one, other) => one - other)).toEqual(
        plan.assignments.map((_, position) => position),
      );
      expect(new Set(plan.assignments.map(keyOf)).size).toBe(plan.assignments.length);
      for (const { position, member } of changes) {
        const asked = plan.assignments[position];
        expect({ ...member, user: userKey(member.user) }).toEqual({
          ...asked,
          user: userKey(asked?.user ?? ''),
        });
      }
      for (const { group, add, updateRoles, remove } of plan.groups) {
        const there = new Map(group.users.map(({ name, role }) => [userKey(name), role]));
        for (const { member, to } of add) {
          expect(there.has(userKey(member.user))).toBe(false);
          expect([member.state, member.role]).toEqual(['present', to]);
        }
        for (const { member, from, to } of updateRoles) {
          expect(there.get(userKey(member.user))).toBe(from);
          expect(from).not.toBe(to);
          expect(member.state).toBe('present');
        }
        for (const { member, from } of remove) {
          expect(there.get(userKey(member.user))).toBe(from);
          expect(member.state).not.toBe('present');
        }
        if (policy.onExisting === 'keep') expect(updateRoles).toEqual([]);
        if (!policy.removesAbsent) expect(remove).toEqual([]);
        if (!policy.sendsUnlisted) expect(add.every(({ member }) => member.listed !== false)).toBe(true);
      }
      const asked = new Set(
        resolved.flatMap((one) => one.groups.map(({ id }) => `${one.entry.input} ${id}`)),
      );
      for (const { input, group } of plan.assignments) expect(asked.has(`${input} ${group}`)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
