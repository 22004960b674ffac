import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { notAPerson, parseAddress, parsePerson } from '../../src/roster/address.ts';

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

describe('email addresses', () => {
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

describe('domains beyond ASCII', () => {
  test.each([
    ['max@käse.de', 'max@xn--kse-qla.de'],
    ['max@KÄSE.De', 'max@xn--kse-qla.de'],
    ['max@ka\u0308se.de', 'max@xn--kse-qla.de'],
    ['max@mail.käse.de', 'max@mail.xn--kse-qla.de'],
    ['max@xn--kse-qla.de', 'max@xn--kse-qla.de'],
  ])('%s is %s', (text, email) => expect(parseAddress(text)).toEqual({ kind: 'email', email }));

  test.each([
    'a@acme\u212A.com',
    'a@ａcme.com',
    'a@acme。com',
    'a@acme.ｃom',
    'a@käse .de',
    'a@kä%se.de',
    'ä@käse.de',
  ])('%s is none: a look-alike never becomes a plain letter', (text) =>
    expect(parseAddress(text)).toBeUndefined(),
  );
});

describe('people as they are written', () => {
  test.each([
    ['@ada', 'ada'],
    ['https://huggingface.co/ada', 'ada'],
    ['HTTP://www.huggingface.co/ada/', 'ada'],
    ['hf.co/ada', 'ada'],
    ['mailto:ada@acme.com', 'ada@acme.com'],
    ['Ada Lovelace <ada@acme.com>', 'ada@acme.com'],
    ['"Lovelace, Ada" < ada@acme.com >', 'ada@acme.com'],
    ['<mailto:ada@acme.com>', 'ada@acme.com'],
    ['ADA@acme.com <ada@acme.com>', 'ada@acme.com'],
    ['ada@acme.com (Ada Lovelace, née Byron)', 'ada@acme.com'],
    ['\u200bada\ufeff', 'ada'],
  ])('%s is %s', (text, input) => expect(parsePerson(text)?.input).toBe(input));

  test.each([
    'Ada ada@acme.com',
    'grace@acme.com <ada@acme.com>',
    'ada@acme.com (grace@acme.com)',
    'Ada <ada>',
    'ada (Lovelace)',
    '<ada@acme.com> <grace@acme.com>',
    '@ada@acme.com',
    'https://huggingface.co/acme/model',
    'https://huggingface.co.evil.example/ada',
    'https://evil.example/huggingface.co/ada',
    'https://github.com/ada',
    '"ada"',
    'ada?x=1',
  ])('%s is no one', (text) => expect(parsePerson(text)).toBeUndefined());

  test("the Hub's own address, wherever the Hub is", () => {
    for (const hubUrl of ['https://hub.example', 'http://127.0.0.1:8080', 'https://www.hub.example:8443']) {
      const site = hubUrl.replace(/^https?:\/\//, '');
      for (const text of [`${hubUrl}/ada`, `${site}/ada/`, 'https://huggingface.co/ada']) {
        expect(parsePerson(text, hubUrl)?.input).toBe('ada');
      }
      for (const text of [`${hubUrl}/acme/ada`, `${hubUrl}.evil.example/ada`, `https://evil@${site}/ada`]) {
        expect(parsePerson(text, hubUrl)).toBeUndefined();
      }
      expect(parsePerson('https://other.example/ada', hubUrl)).toBeUndefined();
      expect(parsePerson('/ada', hubUrl)).toBeUndefined();
    }
    expect(parsePerson('/ada')).toBeUndefined();
  });

  test('no message proposes a name', () => {
    const sample = ['letters', 'name@example.com', 'role', '-', '_', '.'];
    const part = fc.constantFrom(
      'ada',
      'Lovelace',
      '@',
      '<',
      '>',
      '(',
      ')',
      ' ',
      ',',
      '.com',
      'https://github.com/',
      ':',
      '"',
      '/',
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), (parts) => {
        const text = parts.join('');
        fc.pre(parsePerson(text) === undefined);
        for (const [, proposed = ''] of notAPerson(text)
          .split('" is not')[1]
          ?.matchAll(/`([^`]*)`/g) ?? []) {
          expect(sample).toContain(proposed);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
