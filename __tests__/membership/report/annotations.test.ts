import { describe, expect, test } from '@jest/globals';
import { CASES } from '../../../scripts/preview-cases.ts';
import { crowd, HOSTILE, outcome, run } from '../../../scripts/preview-outcomes.ts';
import { annotate } from '../../../src/membership/report/annotations.ts';
import { redactResult } from '../../../src/membership/report/publish.ts';
import type { RunResult } from '../../../src/membership/run-result.ts';
import { createLog } from '../../../src/runner/log.ts';
import { captureStdout } from '../../support/stdout.ts';

const written = captureStdout();

/** The lines that annotating `result` sends to the runner. */
async function linesOf(result: RunResult, redact = false): Promise<string[]> {
  await annotate(result, createLog({ redact }));
  return written()
    .split('\n')
    .filter((line) => line !== '');
}

describe('annotate', () => {
  test('puts what fails on its row, with what to do', async () => {
    const lines = await linesOf(run({ outcomes: [outcome({ code: 'refused', input: 'ada', line: 7 })] }));
    expect(lines).toEqual([
      '::error title=Refused by the Hub,file=members.csv,line=7::ada (Cohort 2024): The Hub refused (403): "This account is suspended." Check that the account exists and is a member of the organization at https://huggingface.co/organizations/acme/settings/members, then re-run the job.',
    ]);
  });

  test('warns of missing people if they are allowed, and annotates people without a row', async () => {
    const missing = { outcomes: [outcome({ code: 'email-not-found', input: 'ada@acme.com' })] };
    expect((await linesOf(run({ ...missing, allowMissing: true })))[0]).toMatch(
      /^::warning title=[^:]*::ada@acme\.com/,
    );
    expect((await linesOf(run(missing)))[1]).toMatch(/^::error title=[^:]*::ada@acme\.com/);
  });

  test('says what is wrong with a row, and leaves the trouble of a group or the whole run to setFailed', async () => {
    const text = { message: 'Broken.', remedy: 'Mend it.' };
    const problems = [
      text,
      { ...text, location: { file: 'a,b:c.csv', line: 3 } },
      { ...text, group: '507f1f77bcf86cd799439011' },
    ];
    expect(await linesOf(run({ problems }))).toEqual([
      '::error title=Row cannot be used,file=a%2Cb%3Ac.csv,line=3::Broken. Mend it.',
    ]);
  });

  test('is silent about people who have nothing to do with the trouble', async () => {
    expect(await linesOf(CASES['cancelled'] ?? run({}))).toEqual([]);
    expect(await linesOf(CASES['refusal'] ?? run({}))).toEqual([]);
  });

  test.each([9, 10, 30])('with setFailed there are never more than ten errors: %d rows', async (n) => {
    const lines = await linesOf(run({ outcomes: crowd(n, 'refused') }));
    const errors = lines.filter((line) => line.startsWith('::error'));
    expect(errors).toHaveLength(9);
    if (n === 9) return expect(lines).toHaveLength(9);
    expect(errors.at(-1)).toBe(
      `::error title=More of this kind::${n - 8} more: see the log of this step and the job summary.`,
    );
    const [start, ...rest] = lines.slice(9);
    expect(start).toMatch(/^::group::.* without an annotation of (its|their) own$/);
    expect(rest.at(-1)).toBe('::endgroup::');
    expect(rest).toHaveLength(n - 8 + 1);
    expect(rest[0]).toMatch(/^members\.csv:10: student-0010@acme\.com \(Cohort 2024\): The Hub refused/);
  });

  test('logs the first 10,000 of 150,000 rows, which are more than a call has room for as arguments', async () => {
    const lines = await linesOf(run({ outcomes: crowd(150_000, 'refused') }));
    expect(lines).toHaveLength(9 + 10_000 + 3);
    expect(lines.at(-2)).toBe('139,992 more lines are left out of the log.');
  });

  test('gives a notice to each row of a dry run that grants admin, at most ten', async () => {
    const admins = crowd(12, 'would-add').map((one) => ({ ...one, role: 'admin' as const }));
    const lines = await linesOf(run({ dryRun: true, outcomes: [...crowd(5, 'would-add', 50), ...admins] }));
    const notices = lines.filter((line) => line.startsWith('::notice'));
    expect(notices).toHaveLength(10);
    expect(notices[0]).toMatch(/^::notice title=Admin role,file=members\.csv,line=2::student-0002@acme\.com/);
    expect(notices.at(-1)).toBe(
      '::notice title=More of this kind::3 more people would become admins: see the log of this step and the job summary.',
    );
  });

  test('warns of a person who should not be in the group and still is', async () => {
    const gone = outcome({ code: 'skipped-absent', input: 'ada', line: 2 });
    const lines = await linesOf(
      run({
        outcomes: [
          gone,
          { ...gone, input: 'grace', location: { file: 'members.csv', line: 3 }, previousRole: 'read' },
        ],
      }),
    );
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^::warning title=[^,]*,file=members\.csv,line=3::grace/);
  });

  test('says the cause of a run once, not once for each person', async () => {
    expect(await linesOf(CASES['rate-limited'] ?? run({}))).toEqual([]);
    expect(await linesOf(run({ outcomes: crowd(1, 'unavailable') }))).toHaveLength(1);
  });

  test('shows ten warnings', async () => {
    const lines = await linesOf(run({ outcomes: crowd(10, 'email-not-found'), allowMissing: true }));
    expect(lines.filter((line) => line.startsWith('::warning'))).toHaveLength(10);
    expect(lines).toHaveLength(10);
  });

  test('no address is left in a redacted run, and rows are found all the same', async () => {
    const lines = await linesOf(redactResult(run({ outcomes: crowd(30, 'refused') })), true);
    expect(lines.join('\n')).not.toContain('student-0002@');
    expect(lines[0]).toMatch(/^::error title=Refused by the Hub,file=members\.csv,line=2::s\*\*\*@acme\.com/);
  });
});

describe('createLog', () => {
  test('nothing from outside starts a command or a line, in any kind of line', async () => {
    const log = createLog({ redact: false });
    for (const text of [...HOSTILE, 'a\n::set-output name=x::y', '::stop-commands::x', 'x%0A::error::y']) {
      log.info(text);
      log.startGroup(text);
      log.error(text, { file: 'a.csv', line: 1 });
      log.warning(text);
      log.debug(text);
    }
    for (const line of written().split(/\r?\n|\r/)) {
      expect(line).toMatch(/^(?:::(?:group|debug|error|warning)\b[^\n]*|(?!\s*::).*)$/u);
      expect(line).not.toContain('##[');
    }
    expect(
      written()
        .split('\n')
        .filter((line) => line.startsWith('::error')),
    ).toHaveLength(HOSTILE.length + 3);
  });

  test('redacts email addresses if told to', async () => {
    createLog({ redact: true }).info('GET /members?email=ada%40acme.com for ada@acme.com');
    expect(written()).not.toMatch(/ada(@|%40)/);
  });
});
