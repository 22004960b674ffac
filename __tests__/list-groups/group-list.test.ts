import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Group } from '../../src/hub/schemas.ts';
import { groupOutputs, type ListedGroup, listed, membershipCsv } from '../../src/list-groups/group-list.ts';
import { groupsSummary } from '../../src/list-groups/summary.ts';
import { parseRoster } from '../../src/roster/roster.ts';

const idOf = (index: number) => index.toString(16).padStart(24, '0');
const LOCATION = { org: 'acme', hubUrl: 'https://hub.example' };

function group(index: number, more: Partial<Group> = {}): Group {
  return { id: idOf(index), name: `Group ${index}`, users: [], ...more };
}

describe('membershipCsv', () => {
  const role = fc.constantFrom('read', 'contributor', 'write', 'admin', 'no_access');
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('=1+1', '@SUM(A1)', 'a,b;"c"', 'two\nlines', '# none', "'", '\t', '\u2028', ' x '),
  );
  const user = fc.stringMatching(/^[A-Za-z0-9_]([A-Za-z0-9_-]{0,20}[A-Za-z0-9_])?$/);
  const users = fc.uniqueArray(
    fc.record({
      name: user,
      role,
      orgRole: fc.option(role, { nil: undefined }),
      addedBy: fc.option(name, { nil: undefined }),
    }),
    {
      selector: ({ name }) => name.toLowerCase(),
    },
  );

  test('a roster reads every membership from the CSV, whatever the names of the groups and of who added the members', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name, users }), { maxLength: 5 }), (specs) => {
        const groups = specs.map((spec, index) => group(index, spec));
        const { text, leftOut } = membershipCsv(groups);
        const { entries, problems } = parseRoster({
          files: [{ path: 'groups.csv', bytes: Buffer.from([...text].join('')) }],
          role: 'read',
          hasDefaultGroup: false,
        });
        const all = groups.flatMap(({ id, users }) => users.map((one) => ({ id, ...one })));
        const kept = all.filter((one) => one.role !== 'no_access');
        expect(problems).toHaveLength(kept.length === 0 ? 1 : 0);
        expect(leftOut).toHaveLength(all.length - kept.length);
        expect(entries.map(({ input, role, group }) => ({ id: group, name: input, role }))).toEqual(
          kept.map(({ id, name, role }) => ({ id, name, role })),
        );
      }),
    );
  });

  test('leaves out and names a member whose name or role a roster cannot hold', () => {
    const users = ['a b', '=x', 'x@acme.com', '@ada', ''].map((name) => ({ name, role: 'read' }));
    const ok = { name: 'ok', role: 'read', orgRole: 'admin', addedBy: 'grace' };
    const guest = { name: 'guest', role: 'no_access' };
    const { text, leftOut } = membershipCsv([group(1, { users: [...users, ok, guest] })]);
    expect(leftOut.map(({ user }) => user)).toEqual(['a b', '=x', 'x@acme.com', '@ada', '', 'guest']);
    expect([...text].join('')).toBe(
      `user,role,resource-group,group-name,organization-standing,added-by\r\nok,read,${idOf(1)},Group 1,admin,grace\r\n`,
    );
  });
});

describe('listed', () => {
  test('counts the repositories of a group, containers included, and no other resources', () => {
    const types = ['model', 'space', 'container', 'collection', 'job', 7, null];
    const resources = [...types.map((type) => ({ type })), 7, null];
    expect(listed(group(1, { resources, repos: [] })).repos).toBe(3);
    expect(listed(group(1, { repos: [1, 2, 3] })).repos).toBe(3);
    expect(listed(group(1)).repos).toBe(0);
  });

  test('says whether a group has auto-join', () => {
    expect(listed(group(1, { autoJoin: { enabled: true } })).autoJoin).toBe(true);
    expect(listed(group(1, { autoJoin: { enabled: false } })).autoJoin).toBe(false);
    expect(listed(group(1)).autoJoin).toBe(false);
  });
});

describe('groupOutputs', () => {
  const many = (count: number, description: string): ListedGroup[] =>
    Array.from({ length: count }, (_, index) => listed(group(index, { description })));

  test('1,000 groups fit into the outputs with their descriptions', () => {
    const list = many(
      1_000,
      'A hundred and twenty characters or so, which is more than most people write about a group.',
    );
    const outputs = groupOutputs(list);
    expect(JSON.parse(outputs?.groups ?? '')).toEqual(list);
    expect(JSON.parse(outputs?.ids ?? '')).toHaveLength(1_000);
    expect(outputs?.cutTo).toBe(Number.POSITIVE_INFINITY);
  });

  test('descriptions are cut before groups are left out of the outputs', () => {
    const outputs = groupOutputs(many(1_000, '🦉'.repeat(1_000)));
    expect(outputs?.cutTo).toBe(200);
    expect((outputs?.groups.length ?? 0) + (outputs?.ids.length ?? 0)).toBeLessThanOrEqual(500_000);
    expect(JSON.parse(outputs?.groups ?? '')).toHaveLength(1_000);
  });

  test('returns nothing if the groups do not fit even without descriptions', () => {
    expect(groupOutputs(many(10, 'x'), 100)).toBeUndefined();
  });
});

describe('groupsSummary', () => {
  const groups = (count: number, description = '') =>
    Array.from({ length: count }, (_, index) => group(index, { description }));

  test('stays below its limit and says how many groups it leaves out', () => {
    const summary = groupsSummary(groups(1_000, '<'.repeat(400)), LOCATION, {
      isPublic: false,
      maxBytes: 50_000,
    });
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(50_000);
    expect(summary).toMatch(/<b>\d+ of these 1,000 groups are left out/);
  });

  test('has room for 1,000 groups', () => {
    expect(groupsSummary(groups(1_000), LOCATION, { isPublic: false })).not.toContain('left out');
  });

  test.each([
    [undefined, 'no'],
    [{ enabled: false, role: undefined, scope: undefined }, 'no'],
    [{ enabled: true, role: 'read', scope: 'all' }, 'as <code>read</code>, all members'],
    [
      { enabled: true, role: 'write', scope: 'read_plus' },
      'as <code>write</code>, members with at least <code>read</code>',
    ],
    [{ enabled: true, role: 'read', scope: '<some>' }, 'as <code>read</code>, <code>&lt;some&gt;</code>'],
    [{ enabled: true, role: undefined, scope: undefined }, 'yes'],
  ])('shows auto-join %j as: %s', (autoJoin, text) => {
    const summary = groupsSummary([group(1, { autoJoin })], LOCATION, { isPublic: false });
    expect(summary).toContain(`<td>${text}</td><td><code>${idOf(1)}</code></td>`);
  });

  test.each([
    [true, /Everyone can read this page/],
    [false, /^(?!.*Everyone can read)/s],
  ])('in a repository that is public (%s), says who can read the artifact', (isPublic, text) => {
    expect(groupsSummary(groups(1), LOCATION, { isPublic })).toMatch(text);
  });
});
