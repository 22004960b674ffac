import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Group } from '../../src/hub/schemas.ts';
import { plan, type ResolvedEntry } from '../../src/membership/plan.ts';
import type { Resolution } from '../../src/membership/resolve/email-lookup.ts';
import { ROLES, type Role } from '../../src/roles.ts';

const KEEP = { onExisting: 'keep', dryRun: false } as const;
const UPDATE = { onExisting: 'update', dryRun: false } as const;

function group(name: string, users: Record<string, string> = {}): Group {
  const id = Buffer.from(name.padEnd(12, '-')).toString('hex');
  return { id, name, users: Object.entries(users).map(([user, role]) => ({ name: user, role })) };
}

/** An entry of a roster that came to `user`, or to nobody. */
function entry(
  input: string,
  user: string | null,
  groups: readonly Group[],
  role: Role = 'read',
): ResolvedEntry {
  const address = input.includes('@')
    ? ({ kind: 'email', email: input } as const)
    : ({ kind: 'username', username: input } as const);
  const resolution: Resolution =
    user === null ? { code: 'email-not-found', message: 'Nobody.' } : { user, listed: true };
  return {
    entry: { source: `${input} in the roster`, input, address, role, group: undefined },
    groups,
    resolution,
  };
}

/** What becomes of everybody: `add`, `update`, or the code that is settled. */
function decided(entries: readonly ResolvedEntry[], options: Parameters<typeof plan>[1] = KEEP): string[] {
  const { wanted, settled, work } = plan(entries, options);
  const add = new Set<unknown>(work.flatMap((one) => one.add));
  const update = new Set<unknown>(work.flatMap((one) => one.update));
  return wanted.map((one) => {
    const what = add.has(one) ? 'add' : update.has(one) ? 'update' : settled.get(one)?.code;
    return `${one.user ?? one.input} in ${one.groupName}: ${what}`;
  });
}

describe('one person in one group', () => {
  const role = (there: string | undefined) => group('G', there === undefined ? {} : { Ada: there });

  test.each([
    [undefined, 'add', 'add'],
    ['read', 'already-member', 'already-member'],
    ['admin', 'role-differs', 'update'],
    ['no_access', 'role-differs', 'update'],
    ['a role of tomorrow', 'role-differs', 'update'],
  ])('who is in it as %s: %s, or %s', (there, kept, updated) => {
    expect(decided([entry('ada', 'ada', [role(there)])])).toEqual([expect.stringMatching(`: ${kept}$`)]);
    expect(decided([entry('ada', 'ada', [role(there)])], UPDATE)).toEqual([
      expect.stringMatching(`: ${updated}$`),
    ]);
  });

  test('is spelt as the group does, else as the organization does', () => {
    const { wanted } = plan([entry('ADA', 'ada', [role('read')]), entry('BOB', 'Bob', [role('read')])], KEEP);
    expect(wanted.map(({ input, user }) => [input, user])).toEqual([
      ['ADA', 'Ada'],
      ['BOB', 'Bob'],
    ]);
  });

  test('nothing is to be done in a dry run', () => {
    const entries = [entry('ada', 'ada', [role('write')]), entry('bob', 'bob', [role('write')])];
    const { work, settled } = plan(entries, { ...UPDATE, dryRun: true });
    expect(work).toEqual([]);
    expect([...settled.values()].map(({ message }) => message)).toEqual([
      'Would be changed from write to read.',
      'Would be added as read.',
    ]);
  });
});

describe('entries that turn out to be one person', () => {
  const G = group('G');
  const H = group('H');

  test('are one, in the place of the first', () => {
    const entries = [
      entry('bob', 'bob', [G]),
      entry('ada', 'Ada', [G]),
      entry('ada@acme.com', 'Ada', [G, H]),
      entry('ADA', 'Ada', [H]),
    ];
    expect(decided(entries)).toEqual(['bob in G: add', 'Ada in G: add', 'Ada in H: add']);
  });

  test('get neither role where they want two, and it stays so', () => {
    const entries = [
      entry('ada', 'ada', [G], 'read'),
      entry('ada@acme.com', 'ada', [G], 'write'),
      entry('ADA', 'ada', [G], 'read'),
      entry('ada', 'ada', [H], 'write'),
    ];
    const { settled } = plan(entries, KEEP);
    expect(decided(entries)).toEqual(['ada in G: conflicting-roles', 'ada in H: add']);
    expect([...settled.values()][0]?.message).toMatch(
      /^Two entries are one person .*: ada \(ada in the roster\) is to have read, ada@acme\.com \(.*\) write\. Neither was done\.$/,
    );
  });

  test('get neither role where the person is in the group with one of them', () => {
    const there = group('G', { ada: 'read' });
    const entries = [entry('ada', 'ada', [there], 'read'), entry('ada@acme.com', 'ada', [there], 'write')];
    expect(decided(entries, UPDATE)).toEqual(['ada in G: conflicting-roles']);
  });

  test('are not confused with whoever was not found', () => {
    const entries = [
      entry('ada@x.org', null, [G]),
      entry('ADA@x.org', null, [G]),
      entry('bob@x.org', null, [G]),
    ];
    expect(decided(entries)).toEqual(['ada@x.org in G: email-not-found', 'bob@x.org in G: email-not-found']);
  });
});

test('a group that is named twice is one', () => {
  const G = group('G');
  expect(decided([entry('ada', 'ada', [G, G, { ...G }])])).toEqual(['ada in G: add']);
});

test('everybody is settled or to be dealt with, once in each group, and nobody else is touched', () => {
  const names = ['ada', 'Ada', 'bob', 'carol', 'dave'];
  const groups = [group('G', { ada: 'read', carol: 'write' }), group('H', { BOB: 'admin' }), group('I')];
  const roles = fc.constantFrom(...ROLES);
  const entries = fc.array(
    fc.record({
      input: fc.constantFrom(...names, 'ada@acme.com', 'x@acme.com'),
      found: fc.option(fc.constantFrom(...names)),
      groups: fc.subarray(groups),
      role: roles,
    }),
    { maxLength: 12 },
  );
  const options = fc.record({ onExisting: fc.constantFrom('keep', 'update'), dryRun: fc.boolean() });
  fc.assert(
    fc.property(entries, options, (all, chosen) => {
      const resolved = all.map(({ input, found, groups: asked, role }) => entry(input, found, asked, role));
      const { wanted, settled, work } = plan(resolved, chosen);
      const todo = work.flatMap(({ add, update }) => [...add, ...update]);
      expect(new Set([...settled.keys(), ...todo])).toEqual(new Set(wanted));
      expect(settled.size + todo.length).toBe(wanted.length);
      const keys = wanted.map(({ user, input, groupId }) => `${groupId} ${(user ?? input).toLowerCase()}`);
      expect(new Set(keys).size).toBe(keys.length);
      if (chosen.dryRun) expect(todo).toEqual([]);
      for (const { group: target, add, update } of work) {
        const there = new Map(target.users.map(({ name, role }) => [name.toLowerCase(), role]));
        for (const { user } of add) expect(there.has(user.toLowerCase())).toBe(false);
        for (const { user, role } of update) expect(there.get(user.toLowerCase())).not.toBe(role);
        if (chosen.onExisting === 'keep') expect(update).toEqual([]);
      }
      const asked = new Set(
        resolved.flatMap((one) => one.groups.map(({ id }) => `${one.entry.input} ${id}`)),
      );
      for (const { input, groupId } of wanted) expect(asked.has(`${input} ${groupId}`)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
