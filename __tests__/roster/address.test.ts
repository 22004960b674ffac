import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseAddress } from '../../src/roster/address.ts';

/** The `pattern` of the query parameter `email` in the Hub's OpenAPI description, as it stands there. */
const OPENAPI =
  "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$";

describe('usernames', () => {
  test.each(['a', 'ada', 'Ada-Lovelace', 'a.b', 'a_b', '_a_', '0', 'a--b', 'x'.repeat(96)])('%s', (text) => {
    expect(parseAddress(text)).toEqual({ kind: 'username', username: text });
  });

  test.each([
    ...[
      '',
      '.',
      '..',
      '...',
      'a..b',
      '-',
      '-a',
      'a-',
      '.a',
      'a.',
      'a b',
      'a/b',
      'a\\b',
      'a%2e',
      'a\n',
      '\na',
    ],
    ...['a?b', 'a#b', 'ä', 'a\u200b', 'a\0', 'x'.repeat(97)],
  ])('not %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe('e-mails', () => {
  test.each(['ada@acme.com', "o'brien+hf@mail.acme.co.uk", 'a@b.cd', 'ADA@ACME.COM', '-@a.bc'])(
    '%s',
    (text) => {
      expect(parseAddress(text)).toEqual({ kind: 'email', email: text });
    },
  );

  test.each([
    'ada@acme',
    '@acme.com',
    'a@@b.com',
    '.a@b.com',
    'a.@b.com',
    'a@-b.com',
    'a@b.c',
    'ä@b.com',
    'a@b.com\n',
  ])('not %j', (text) => expect(parseAddress(text)).toBeUndefined());

  test('at most 254 characters', () => {
    const email = (length: number) => `${'a'.repeat(length - '@acme.com'.length)}@acme.com`;
    expect(parseAddress(email(254))?.kind).toBe('email');
    expect(parseAddress(email(255))).toBeUndefined();
  });

  test("are exactly what the Hub's own pattern allows", () => {
    const pattern = new RegExp(OPENAPI);
    const text = fc.oneof(
      fc.emailAddress(),
      fc.string({ unit: fc.constantFrom(..."aZ0.@-_+'% \n"), maxLength: 14 }),
    );
    fc.assert(
      fc.property(text, (email) => {
        const isEmail = email.length <= 254 && pattern.test(email);
        expect(parseAddress(email)?.kind === 'email').toBe(isEmail);
      }),
      { numRuns: 2000 },
    );
  });
});
