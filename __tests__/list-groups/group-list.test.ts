import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Group } from '../../src/hub/schemas.ts';
import { groupOutputs, type ListedGroup, listed, membershipCsv } from '../../src/list-groups/group-list.ts';
import { groupsSummary } from '../../src/list-groups/summary.ts';
import { parseRoster } from '../../src/roster/roster.ts';

const idOf = (index: number) => index.toString(16).padStart(24, '0');
const PLACE = { org: 'acme', hubUrl: 'https://hub.example' };

function group(index: number, more: Partial<Group> = {}): Group {
  return { id: idOf(index), name: `Group ${index}`, description: undefined, users: [], ...more };
}

describe('membershipCsv', () => {
  const role = fc.constantFrom('read', 'contributor', 'write', 'admin', 'no_access');
  const user = fc.stringMatching(/^[A-Za-z0-9_]([A-Za-z0-9_-]{0,20}[A-Za-z0-9_])?$/);
  const users = fc.uniqueArray(fc.record({ name: user, role }), {
    selector: ({ name }) => name.toLowerCase(),
  });
  const name = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('=1+1', '@SUM(A1)', 'a,b;"c"', 'two\nlines', '# none', "'", '\t', '\u2028', ' x '),
  );

  test('whatever the names of the groups, add-members reads who is in which, with which role', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ name, users }), { maxLength: 5 }), (specs) => {
        const groups = specs.map((spec, index) => group(index, spec));
        const { text, leftOut } = membershipCsv(groups);
        const { entries, problems } = parseRoster({
          csv: { path: 'groups.csv', bytes: Buffer.from([...text].join('')) },
          role: 'read',
          hasDefaultGroup: false,
        });
        const all = groups.flatMap(({ id, users }) => users.map((one) => ({ id, ...one })));
        const kept = all.filter((one) => one.role !== 'no_access');
        expect(problems).toHaveLength(kept.length === 0 ? 1 : 0);
        expect(leftOut).toBe(all.length - kept.length);
        expect(entries.map(({ input, role, group }) => ({ id: group, name: input, role }))).toEqual(kept);
      }),
    );
  });

  test('leaves out whom the reader would not take, rather than spoil the file', () => {
    const users = ['ok', 'a b', '=x', 'x@acme.com', ''].map((one) => ({ name: one, role: 'read' }));
    const { text, leftOut } = membershipCsv([group(1, { users })]);
    expect(leftOut).toBe(4);
    expect([...text].join('')).toBe(`user,role,resource-group,group-name\r\nok,read,${idOf(1)},Group 1\r\n`);
  });
});

describe('listed', () => {
  test('counts repositories, and nothing else that is in a group', () => {
    const resources = [{ type: 'model' }, { type: 'space' }, { type: 'collection' }, { type: 'job' }, 7];
    expect(listed(group(1, { resources, repos: [] })).repos).toBe(2);
    expect(listed(group(1, { repos: [1, 2, 3] })).repos).toBe(3);
    expect(listed(group(1)).repos).toBe(0);
  });

  test('says whether new members join by themselves', () => {
    expect(listed(group(1, { autoJoin: { enabled: true } })).autoJoin).toBe(true);
    expect(listed(group(1, { autoJoin: { enabled: false } })).autoJoin).toBe(false);
    expect(listed(group(1)).autoJoin).toBe(false);
  });
});

describe('groupOutputs', () => {
  const many = (count: number, description: string): ListedGroup[] =>
    Array.from({ length: count }, (_, index) => listed(group(index, { description })));

  test('1,000 groups fit, with all that is said of them', () => {
    const list = many(
      1_000,
      'A hundred and twenty characters or so, which is more than most people write about a group.',
    );
    const outputs = groupOutputs(list);
    expect(JSON.parse(outputs?.groups ?? '')).toEqual(list);
    expect(JSON.parse(outputs?.ids ?? '')).toHaveLength(1_000);
    expect(outputs?.shortenedTo).toBe(Number.POSITIVE_INFINITY);
  });

  test('descriptions are shortened before anything is lost', () => {
    const outputs = groupOutputs(many(1_000, '🦉'.repeat(1_000)));
    expect(outputs?.shortenedTo).toBe(200);
    expect((outputs?.groups.length ?? 0) + (outputs?.ids.length ?? 0)).toBeLessThanOrEqual(500_000);
    expect(JSON.parse(outputs?.groups ?? '')).toHaveLength(1_000);
  });

  test('and where even that is not enough, it is said', () => {
    expect(groupOutputs(many(10, 'x'), 100)).toBeUndefined();
  });
});

describe('groupsSummary', () => {
  test('is never too long, and says what is left out', () => {
    const list = Array.from({ length: 1_000 }, (_, index) =>
      listed(group(index, { description: '<'.repeat(400) })),
    );
    const summary = groupsSummary(list, PLACE, 50_000);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(50_000);
    expect(summary).toMatch(/<b>\d+ of these 1,000 groups left out/);
  });

  test('a thousand groups fit', () => {
    const list = Array.from({ length: 1_000 }, (_, index) => listed(group(index)));
    expect(groupsSummary(list, PLACE)).not.toContain('left out');
  });
});
