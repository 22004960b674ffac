import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outcome, run } from '../../../scripts/preview-outcomes.ts';
import { reportCsv, reportJson } from '../../../src/membership/report/outputs.ts';
import { redactResult } from '../../../src/membership/report/publish.ts';
import { renderSummary } from '../../../src/membership/report/summary.ts';
import { quoted } from '../../../src/text/words.ts';

/** Every address that the roster's pattern admits (the pattern of the Hub's OpenAPI description). */
const address = fc.stringMatching(
  /^[A-Za-z0-9_'+-]{1,8}(\.[A-Za-z0-9_'+-]{1,5})?[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]{0,6}\.){1,2}[A-Za-z]{2,4}$/,
);

test('a redacted result contains no address, wherever it stood', () => {
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
      expect(result.outcomes[0]?.location).toEqual({ file: 'members.csv', line: 3 });
    }),
  );
});

test('cells of a row that could not be read are not shown, in whatever spelling', () => {
  const cells = [
    'ada at acme.com',
    'Ada "the Great" Lovelace',
    `ada\u200b(a t)acme.com`,
    `${'x'.repeat(90)}@acme.com`,
  ];
  for (const cell of cells) {
    const message = `${quoted(cell)} is not a username. Write it like \`ada\`.`;
    const { problems } = redactResult(
      run({
        problems: [
          { location: { file: 'members.csv', line: 2 }, message, remedy: '' },
          { message: 'No "acme".', remedy: '' },
        ],
      }),
    );
    expect(problems.map((problem) => problem.message)).toEqual([
      '"…" is not a username. Write it like `ada`.',
      'No "acme".',
    ]);
    expect(problems[0]?.location).toEqual({ file: 'members.csv', line: 2 });
  }
});
