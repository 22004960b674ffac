import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { crowd, outcome } from '../../scripts/preview-cases.ts';
import type { Outcome } from '../../src/membership/outcome.ts';
import * as report from '../../src/membership/report/outputs.ts';
import { parseRoster } from '../../src/roster/roster.ts';

const reportCsv = (outcomes: readonly Outcome[]) => [...report.reportCsv(outcomes)].join('');

/** README, "Run the failed rows again", for a report with whole addresses. */
const FROM_REPORT = [
  '-nE',
  ...['-e', "s/,'([-+])/,\\1/"],
  ...['-e', '1s/input,user/user,found/p'],
  ...['-e', '/,(failed|missing),/p'],
];

function sed(args: readonly string[], input: string): string {
  const { stdout, stderr } = spawnSync('sed', [...args], { input, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout;
}

/** Who is asked for by a roster, in which group and role. */
function asked(csv: string): (string | undefined)[][] {
  const bytes = Buffer.from(csv);
  const { entries, problems } = parseRoster({
    files: [{ path: 'again.csv', bytes }],
    csvColumns: 'state = -',
    role: 'admin',
    hasDefaultGroup: false,
  });
  expect(problems).toEqual([]);
  return entries.map(({ input, group, role }) => [input, group, role]);
}

test('the failed rows of a report become a roster with the same people, groups and roles, and no others', () => {
  const failed: Outcome[] = [
    outcome({ code: 'not-in-organization', input: 'Grace', user: null, line: 3 }),
    outcome({ code: 'email-not-found', input: '+ada@acme.com', user: null, line: 4, role: 'write' }),
    outcome({ code: 'email-not-found', input: "-o'hara@acme.com", user: null, role: 'write' }),
    outcome({
      code: 'not-attempted',
      input: 'zoe@acme.com',
      user: 'zoe',
      line: 5,
      message: 'Zoë said “no, =1+1”,\nand left.',
    }),
    ...crowd(3, 'unavailable', 10),
  ];
  const csv = reportCsv([...crowd(5, 'added', 20), ...failed, ...crowd(2, 'already-member', 30)]);
  expect(asked(sed(FROM_REPORT, csv))).toEqual(failed.map(({ input, group, role }) => [input, group, role]));
});

test('the lines of a report with redacted addresses select the rows of the original file', () => {
  const roster =
    'e-mail,role,group\nada@acme.com,read,A\n# later\nzoe@acme.com,write,B\nmax@acme.com,write,B\n';
  const csv = reportCsv([
    outcome({ code: 'added', input: 'a***@acme.com', user: 'ada', line: 2 }),
    outcome({ code: 'email-not-found', input: 'z***@acme.com', user: null, line: 4 }),
    outcome({ code: 'refused', input: 'm***@acme.com', user: 'max', line: 5 }),
  ]);
  const lines = sed(['-nE', 's/^members\\.csv:([0-9]+),.*,(failed|missing),.*/\\1p/p'], csv);
  const again = sed(['-n', `1p;${lines.trim().replaceAll('\n', ';')}`], roster);
  expect(asked(again)).toEqual([
    ['zoe@acme.com', 'B', 'write'],
    ['max@acme.com', 'B', 'write'],
  ]);
});
