import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clip } from '../../src/text/one-line.ts';
import { hideQuotations, redactAll, redactEmails } from '../../src/text/redact.ts';
import { quoted } from '../../src/text/words.ts';
import { growth, LINEAR } from '../support/growth.ts';

describe('redactEmails', () => {
  test.each([
    ['ada@acme.com', 'a***@acme.com'],
    ['No member has the address "ada.l@acme.com".', 'No member has the address "a***@acme.com".'],
    ['ada@acme.com,zoe@acme.com', 'a***@acme.com,z***@acme.com'],
    ["+o'brien_x@acme.co.uk", '+***@acme.co.uk'],
    ['<ada@acme.com>', '<a***@acme.com>'],
    ['GET /members?email=ada%40acme.com 404', 'GET /m***%40acme.com 404'],
    ['"john,doe"@acme.com', '"j***@acme.com'],
    ['ada@localhost and @octocat', 'a***@localhost and @octocat'],
    ['a@b@c.com', 'a***@b***@c.com'],
    ['👍x@acme.com', '👍***@acme.com'],
    ['no address here', 'no address here'],
    ['ada＠acme.com and zoe﹫acme.com', 'a***＠acme.com and z***﹫acme.com'],
    [
      'ada&#64;acme.com, ada&#x40;acme.com, ada&commat;acme.com',
      'a***&#64;acme.com, a***&#x40;acme.com, a***&commat;acme.com',
    ],
    ['ada&amp;#64;acme.com', 'a***&amp;#64;acme.com'],
    ['"ada\\u0040acme.com"', '"a***\\u0040acme.com"'],
    ['?email=ada%2540acme.com', '?***%2540acme.com'],
    ['ada @acme.com', 'a*** @acme.com'],
    ['ada\u00a0@ acme.com', 'a***\u00a0@ acme.com'],
    ['ada(at)acme.com', 'a***(at)acme.com'],
    ['ada [AT] acme [dot] com', 'a*** [AT] acme [dot] com'],
    ['meet (at) noon, thanks @octocat', 'meet (at) noon, thanks @octocat'],
    ['No member has the address "ada.lovela…".', 'No member has the address "a***…".'],
    ['cut short: ada.l…', 'cut short: a***…'],
    ['"…" is not a username … so far', '"…" is not a username … so far'],
  ])('%j becomes %j', (text, redacted) => {
    expect(redactEmails(text)).toBe(redacted);
    expect(redactEmails(redacted)).toBe(redacted);
  });

  test.each(['a', '@', 'a@', '"', 'a.', 'a ', ' ', ' (at) ', '&', 'amp;', '0', '25', '…', ' @ a'])(
    'takes linear time on %j, many times in a row',
    (piece) => {
      for (const start of ['', '@', '&', '&#', '%']) {
        expect(growth(10_000, (size) => redactEmails(`${start}${piece.repeat(size)}@`))).toBeLessThan(LINEAR);
      }
    },
  );
});

/** Local parts as roster and Hub know them, and unusual ones. */
const local = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_'+-]{2,8}(\.[A-Za-z0-9_'+-]{1,5})?$/),
  fc.stringMatching(/^[^\s@＠﹫]{2,12}$/u).filter((text) => /[^\s"'`“‘«([{<,;:=/|]{2}$/u.test(text)),
);
const at = fc.constantFrom(
  '@',
  '＠',
  '﹫',
  '%40',
  '&#64;',
  '&#x40;',
  '&commat;',
  '(at)',
  ' (at) ',
  ' @',
  ' @ ',
  '@ ',
);

describe('any address', () => {
  test('is redacted in every spelling of the @, wherever it stands', () => {
    fc.assert(
      fc.property(local, at, fc.string(), fc.string(), (name, sign, before, after) => {
        const text = redactEmails(`${before} ${name}${sign}acme.com ${after}`);
        expect(text).not.toContain(`${name}${sign}acme.com`);
        expect(text).toMatch(/\*\*\*/);
      }),
    );
  });

  test('is redacted once: a second time changes nothing', () => {
    const parts = fc.array(fc.oneof(local, at, fc.constantFrom(' ', ',', '"', '…', 'acme.com', '***', '\n')));
    fc.assert(
      fc.property(parts, (texts) => {
        const once = redactEmails(texts.join(''));
        expect(redactEmails(once)).toBe(once);
      }),
    );
  });

  test('is redacted also if a message or a cell was cut before its @', () => {
    const long = fc.stringMatching(/^[a-z]{2,64}$/);
    fc.assert(
      fc.property(long, fc.nat(90), (name, before) => {
        const text = `${'x'.repeat(before)} ${name}@acme.com and more words`;
        const start = name.slice(0, 2);
        const shows = (shown: string) => new RegExp(`(^|[ "])${start}[a-z]*…`).test(shown);
        expect(shows(redactEmails(clip(text, 60)))).toBe(false);
        expect(shows(redactEmails(quoted(text)))).toBe(false);
      }),
    );
  });
});

test('hideQuotations finds the end of whatever was quoted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (first, second) => {
      const message = `${quoted(first)} and ${quoted(second)} are not the same.`;
      expect(hideQuotations(message)).toBe('"…" and "…" are not the same.');
      expect(redactEmails(hideQuotations(message))).toBe(hideQuotations(message));
    }),
  );
});

test('redactAll keeps keys, numbers and what it is told to keep', () => {
  const value = { 'a@b.c': ['ada@acme.com', 1, null, { source: 'ada@acme.csv:1', text: 'ada@acme.com' }] };
  expect(redactAll(value, new Set(['source']))).toEqual({
    'a@b.c': ['a***@acme.com', 1, null, { source: 'ada@acme.csv:1', text: 'a***@acme.com' }],
  });
});
