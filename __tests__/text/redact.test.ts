import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outcome, run } from '../../scripts/preview-cases.ts';
import { reportCsv, reportJson } from '../../src/membership/report/report-file.ts';
import { renderSummary } from '../../src/membership/report/summary.ts';
import { redactEmails, redactResult } from '../../src/text/redact.ts';

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
    ['nobody here', 'nobody here'],
  ])('%j becomes %j', (text, redacted) => {
    expect(redactEmails(text)).toBe(redacted);
    expect(redactEmails(redacted)).toBe(redacted);
  });

  test('takes linear time on text made to be slow', () => {
    const start = performance.now();
    for (const text of [
      'a'.repeat(1e6),
      '@'.repeat(1e6),
      'a@'.repeat(5e5),
      `${'"'.repeat(1e6)}@`,
      'a.'.repeat(5e5),
    ]) {
      redactEmails(text);
    }
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

/** Every address that the roster's pattern admits (the pattern of the Hub's OpenAPI description). */
const address = fc.stringMatching(
  /^[A-Za-z0-9_'+-]{1,8}(\.[A-Za-z0-9_'+-]{1,5})?[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]{0,6}\.){1,2}[A-Za-z]{2,4}$/,
);

test('a redacted result holds no address, wherever it stood', () => {
  const around = fc.string({ maxLength: 10 });
  fc.assert(
    fc.property(address, around, around, (email, before, after) => {
      const text = `${before} ${email}${after.startsWith('@') ? ' ' : ''}${after}`;
      const result = redactResult(
        run({
          groups: [{ id: '1', name: text, autoJoin: true }],
          outcomes: [
            {
              ...outcome({ code: 'refused', input: email, user: null, message: text, line: 3 }),
              groupName: text,
            },
            outcome({ code: 'added', input: email, user: email, message: text }),
          ],
          problems: [{ message: text, remedy: text }],
        }),
      );
      const everything = [renderSummary(result), ...reportJson(result), ...reportCsv(result.outcomes)].join(
        '\n',
      );
      // The address as it is, and as it looks once it is escaped or split.
      expect(everything.replaceAll(/<\/?span>|&#39;|\\/g, '')).not.toContain(email.replaceAll("'", ''));
      expect(everything).not.toContain(encodeURIComponent(email));
      expect(result.outcomes[0]?.source).toBe('members.csv:3');
    }),
  );
});
