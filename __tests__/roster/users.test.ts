import { describe, expect, test } from '@jest/globals';
import { parseRoster } from '../../src/roster/roster.ts';

const users = (text: string, hasDefaultGroup = true) =>
  parseRoster({ users: text, role: 'write', hasDefaultGroup });

describe('the input users', () => {
  test('separates people by commas, white space and line breaks', () => {
    const { entries, problems } = users(' ada,bob\n\tgrace@acme.com ,, linus\r\n');
    expect(problems).toEqual([]);
    expect(entries.map(({ input }) => input)).toEqual(['ada', 'bob', 'grace@acme.com', 'linus']);
    expect(entries[2]).toEqual({
      source: 'users',
      input: 'grace@acme.com',
      address: { kind: 'email', email: 'grace@acme.com' },
      role: 'write',
      group: undefined,
    });
  });

  test('names a person once, as first written', () => {
    expect(users('Ada ada ADA Ada@acme.com ada@ACME.com').entries.map(({ input }) => input)).toEqual([
      'Ada',
      'Ada@acme.com',
    ]);
  });

  test.each([
    ['@ada', 'Write `ada`.'],
    ['<ada@acme.com>', 'Write `ada@acme.com`.'],
    ['mailto:ada@acme.com', 'Write `ada@acme.com`.'],
    ['https://huggingface.co/ada', 'Write `ada`.'],
    ['https://huggingface.co/ada/', 'Write `ada`.'],
    ['hf.co/ada', 'Write `ada`.'],
    ['"ada"', 'Write `ada`.'],
    ['ada;bob@acme.com', 'several people'],
    ['ada@acme', 'looks like `ada@acme.com`'],
    ['ada@acme..com', 'looks like `ada@acme.com`'],
    ['ada@acme.com,,@'.slice(-1), 'looks like'],
    ['acme/ada', 'letters (a to z)'],
    ['müller', 'letters (a to z)'],
    ['аda', 'letters (a to z)'],
    ['a..b', 'letters (a to z)'],
    ['*', 'letters (a to z)'],
    ['a'.repeat(301), 'too long'],
  ])('%s is a problem that says what to write', (text, advice) => {
    const { entries, problems } = users(`ok ${text}`);
    expect(entries).toHaveLength(1);
    expect(problems).toEqual([{ message: expect.stringContaining(advice) }]);
    expect(problems[0]?.message).toContain('In the input `users`: "');
  });

  test('finds all that are malformed at once', () => {
    expect(users('Ada <ada@acme.com>, @bob, c%41').problems).toHaveLength(3);
  });

  test('shows what nobody can see, and cuts what is long', () => {
    expect(users('a\u200bda').problems[0]?.message).toContain('"a\\u{200B}da"');
    expect(users('a\u0000').problems[0]?.message).toContain('"a\\u{0}"');
    expect(users(`${'x'.repeat(100_000)}`).problems[0]?.message.length).toBeLessThan(200);
  });

  test('needs a group', () => {
    expect(users('ada bob', false).problems).toEqual([
      { message: expect.stringContaining('resource-group') },
    ]);
  });

  test('needs somebody', () => {
    for (const text of ['', ' , \n']) {
      expect(users(text).problems).toEqual([{ message: 'There is nobody in the input `users`.' }]);
    }
  });
});
