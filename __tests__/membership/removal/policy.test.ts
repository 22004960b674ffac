import { describe, expect, test } from '@jest/globals';
import { checkRoster, mostRemovals, removalPolicy } from '../../../src/membership/removal/policy.ts';
import { parseRoster, type RosterText } from '../../../src/roster/roster.ts';
import { pruning } from './plans.ts';

function rosterOf(text: Omit<RosterText, 'role' | 'hasDefaultGroup'> & { readonly csv?: string }) {
  const files = text.csv === undefined ? [] : [{ path: 'members.csv', bytes: Buffer.from(text.csv) }];
  return parseRoster({ role: 'read', hasDefaultGroup: true, files, ...text });
}

describe('the maximum number of removals', () => {
  test.each([
    ['percent', 20, 80, 16],
    ['percent', 20, 81, 17],
    ['percent', 20, 1, 1],
    ['percent', 20, 0, 0],
    ['percent', 0, 80, 0],
    ['percent', 100, 7, 7],
    ['percent', 12.5, 8, 1],
    ['number', 3, 80, 3],
    ['number', 0, 80, 0],
  ] as const)('%s %d of %i members is %i, a share being rounded up', (kind, value, members, most) => {
    expect(mostRemovals({ kind, value }, members)).toBe(most);
  });
});

test('protected users are compared in any spelling', () => {
  const inputs = { onUnlisted: 'keep', maxRemovals: { kind: 'number', value: 1 }, minAdmins: 2 } as const;
  const policy = removalPolicy({ ...inputs, protectedUsers: ['Ada', 'BOB'] } as unknown as Parameters<
    typeof removalPolicy
  >[0]);
  expect(policy).toEqual({ ...inputs, protectedUsers: new Set(['ada', 'bob']) });
});

describe('on-unlisted: remove', () => {
  const check = (roster: ReturnType<typeof rosterOf>, groups: readonly string[] = ['G']) =>
    checkRoster(roster, groups, pruning());

  test('is an error without a row of a file', () => {
    expect(() => check(rosterOf({ users: 'ada' }))).toThrow(/needs a `csv` with at least one row/);
    expect(() => check(rosterOf({ removeUsers: 'ada' }))).toThrow(/needs a `csv`/);
    expect(() => check(rosterOf({ csv: 'user\nada\n', users: 'bob' }))).not.toThrow();
  });

  test('is an error with a part of a roster, which the comment of a retry-csv says', () => {
    const roster = rosterOf({ csv: 'user\nada\n' });
    expect(() => check({ ...roster, isPart: true })).toThrow(/has the comment of a `retry-csv`/);
  });

  test("is an error with '*' for rows that bring no group, and names the first", () => {
    const roster = rosterOf({ csv: 'user,group\nada,G\nbob,\n' });
    expect(() => check(roster, ['*'])).toThrow(/would remove people from every group.*members\.csv:3/s);
    expect(() => check(roster, ['G'])).not.toThrow();
    expect(() => check(rosterOf({ csv: 'user,group\nada,G\n', users: 'bob' }), ['*'])).not.toThrow();
  });
});

test('on-unlisted: keep needs no file, and takes any', () => {
  for (const roster of [rosterOf({ users: 'ada' }), { ...rosterOf({ csv: 'user\nada\n' }), isPart: true }]) {
    expect(() => checkRoster(roster, ['*'], pruning({ onUnlisted: 'keep' }))).not.toThrow();
  }
});
