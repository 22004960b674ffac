import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseRoster } from '../../src/roster/roster.ts';

const users = (text: string, hasDefaultGroup = true) =>
  parseRoster({ users: text, role: 'write', hasDefaultGroup });
const inputs = (text: string) => {
  const { entries, problems } = users(text);
  expect(problems).toEqual([]);
  return entries.map(({ input }) => input);
};

describe('the input users', () => {
  test('separates people by commas, white space and line breaks', () => {
    const { entries, problems } = users(' ada,bob\n\tgrace@acme.com ,, linus\r\n');
    expect(problems).toEqual([]);
    expect(entries.map(({ input }) => input)).toEqual(['ada', 'bob', 'grace@acme.com', 'linus']);
    expect(entries[2]).toEqual({
      location: { input: 'users' },
      input: 'grace@acme.com',
      address: { kind: 'email', email: 'grace@acme.com' },
      key: 'grace@acme.com',
      role: 'write',
      group: undefined,
      state: 'present',
    });
  });

  test('names a person once, as first written', () => {
    expect(inputs('Ada ada ADA\nAda@acme.com ada@ACME.com')).toEqual(['Ada', 'Ada@acme.com']);
  });

  test.each([
    ['semicolons', 'ada; bob;grace@acme.com', ['ada', 'bob', 'grace@acme.com']],
    ['full-width separators', 'ada，bob、carl；dora', ['ada', 'bob', 'carl', 'dora']],
    [
      'white space between addresses',
      'a@acme.com  b@acme.com\tc@acme.com',
      ['a@acme.com', 'b@acme.com', 'c@acme.com'],
    ],
    ['an @ before the name', '@ada, @bob', ['ada', 'bob']],
    ['mailto:', 'mailto:ada@acme.com', ['ada@acme.com']],
    [
      'pages of the Hub',
      'https://huggingface.co/ada hf.co/bob/ www.huggingface.co/carl',
      ['ada', 'bob', 'carl'],
    ],
    ['a name before an address', 'Ada Lovelace <ada@acme.com>', ['ada@acme.com']],
    ['a name that is the address', 'ada@acme.com <Ada@acme.com>', ['Ada@acme.com']],
    [
      'names in one line',
      'Ada L <ada@acme.com>, Grace <grace@acme.com>;<alan@acme.com>',
      ['ada@acme.com', 'grace@acme.com', 'alan@acme.com'],
    ],
    [
      'a quoted name with a comma',
      '"Lovelace, Ada" <ada@acme.com>, "H; G" <g@acme.com>',
      ['ada@acme.com', 'g@acme.com'],
    ],
    ['a name behind an address', 'ada@acme.com (Ada Lovelace)', ['ada@acme.com']],
    [
      'list marks',
      '- ada\n* bob\n1. carl\n2) dora\n- [x] ed\n- [ ] flo\n• gus',
      ['ada', 'bob', 'carl', 'dora', 'ed', 'flo', 'gus'],
    ],
    ['zero-width characters', '\ufeffa\u200bda\u2060, \u200ebob\u200f', ['ada', 'bob']],
    ['line ends of all kinds', 'ada\rbob\u2028carl\vdora', ['ada', 'bob', 'carl', 'dora']],
  ])('takes %s', (_, text, expected) => expect(inputs(text)).toEqual(expected));

  test('finds an umlaut domain in its ASCII form, and keeps what was written', () => {
    expect(users('max@KÄSE.de').entries[0]).toMatchObject({
      input: 'max@KÄSE.de',
      address: { kind: 'email', email: 'max@xn--kse-qla.de' },
    });
  });

  test.each([
    ['a name and an address', 'Ada Lovelace ada@acme.com'],
    ['a pasted row of a spreadsheet', 'Ada\tLovelace\tada@acme.com\tR&D'],
    ['a name with a comma before an address', 'Lovelace, Ada <ada@acme.com>'],
    ['a name with a comma behind an address', '(ada@acme.com, Lovelace)'],
    ['brackets over several entries', '(ada@acme.com, Ada, Lovelace)'],
    ['a full name and an address with a comma', 'Ada Lovelace, ada@acme.com'],
    ['an address and a full name with a comma', 'ada@acme.com, Ada Lovelace'],
    ['rows of a table', 'Lovelace, ada@acme.com\nHopper, grace@acme.com'],
    ['a list of full names', '- Ada Lovelace\n- Grace Hopper'],
    ['a name that is another address', 'grace@acme.com <ada@acme.com>'],
    ['two addresses in one pair of brackets', 'Ada <ada@acme.com grace@acme.com>'],
    ['a username in angle brackets', 'Ada <lovelace>'],
  ])('never takes a word for a username: %s', (_, text) => {
    const { entries, problems } = users(text);
    expect(entries).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).not.toMatch(/`(?:Ada|Lovelace|Hopper)/i);
  });

  test.each([
    ['"ada"', 'letters (a to z)'],
    ['https://github.com/ada', 'address of a web page'],
    ['linkedin.com/in/ada', 'address of a web page'],
    ['https://huggingface.co/acme/ada', 'address of a web page'],
    ['ada:write', 'column `role`'],
    ['ada@acme.com|bob@acme.com', 'several people'],
    ['ada|bob@acme.com', 'looks like `name@example.com`'],
    ['ada|bob', 'letters (a to z)'],
    ['ada@acme', 'looks like `name@example.com`'],
    ['ada@acme..com', 'looks like `name@example.com`'],
    ['@@', 'looks like'],
    ['@ada@acme.com', 'looks like'],
    ['ada＠acme.com', 'looks like'],
    ['acme/ada', 'letters (a to z)'],
    ['müller', 'letters (a to z)'],
    ['аda', 'letters (a to z)'],
    ['a..b', 'letters (a to z)'],
    ['*', 'letters (a to z)'],
    ['a'.repeat(301), 'too long'],
    ['ada@ａcme.com', 'looks like'],
    ['ada@acme\u212A.com', 'looks like'],
    ['a\u202eda', 'letters (a to z)'],
  ])('%s is a problem that says what to write', (text, advice) => {
    const { entries, problems } = users(`ok\n${text}`);
    expect(entries).toHaveLength(1);
    expect(problems).toEqual([{ location: { input: 'users' }, message: expect.stringContaining(advice) }]);
    expect(problems[0]?.message).toContain('In the input `users`: "');
  });

  test.each(['ada@acme.com,write', 'ada, Write', 'ada write', 'ada;write'])(
    '%s: the name of a role is never taken for a username',
    (text) => {
      const { entries, problems } = users(text);
      expect(entries).toHaveLength(1);
      expect(problems.map(({ message }) => message)).toEqual([
        expect.stringMatching(/"write" is the name of a role\. .*column `role`/i),
      ]);
    },
  );

  test('tells all stretches of one form by one problem', () => {
    const { problems } = users('(ada@acme.com, Ada Lovelace)\n(grace@acme.com, Grace Hopper)');
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toContain('and 1 more place');
  });

  test('shows what cannot be seen, and cuts what is long', () => {
    expect(users('a\u00a0\u0000').problems[0]?.message).toContain('"a\\u{A0}\\u{0}"');
    expect(users(`${'x'.repeat(100_000)}`).problems[0]?.message.length).toBeLessThan(300);
  });

  test('needs a group', () => {
    expect(users('ada bob', false).problems).toEqual([
      { location: { input: 'users' }, message: expect.stringContaining('resource-group') },
    ]);
  });

  test('needs a person', () => {
    for (const text of ['', ' , \n', '\u200b']) {
      expect(users(text).problems).toEqual([
        { location: { input: 'users' }, message: 'The input `users` names no one.' },
      ]);
    }
  });

  test('never adds a person because of words around addresses', () => {
    const word = fc.constantFrom('Ada', 'Lovelace', 'de', 'R&D', 'O’Neil');
    const around = fc.array(word, { minLength: 1, maxLength: 3 });
    const form = fc.constantFrom(
      (words: string[], email: string) => `${words.join(' ')} <${email}>`,
      (words: string[], email: string) => `${words.join(', ')} <${email}>`,
      (words: string[], email: string) => `${email} (${words.join(' ')})`,
      (words: string[], email: string) => `(${email}, ${words.join(' ')})`,
      (words: string[], email: string) => `${words.join('\t')}\t${email}`,
      (words: string[], email: string) => `"${words.join(', ')}" <${email}>`,
    );
    const line = fc.tuple(form, around, fc.constantFrom('a@acme.com', 'b@acme.com'));
    const separator = fc.constantFrom('\n', '; ', ', ', '；');
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), separator, (lines, between) => {
        const text = lines.map(([write, words, email]) => write(words, email)).join(between);
        for (const { address } of users(text).entries) expect(address.kind).toBe('email');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the input remove-users', () => {
  const both = (add: string, remove: string) =>
    parseRoster({ users: add, removeUsers: remove, role: 'read', hasDefaultGroup: true });

  test('names people who should not be in the groups', () => {
    expect(both('ada', 'bob').entries.map(({ input, state }) => [input, state])).toEqual([
      ['ada', 'present'],
      ['bob', 'absent'],
    ]);
  });

  test('may not name a person of users', () => {
    expect(both('ada, bob', 'ADA').problems).toEqual([
      {
        location: { input: 'remove-users' },
        message:
          '"ADA" has the state `absent` here, but `present` in the input `users`, in the same group. Keep one of the two.',
      },
    ]);
  });
});
