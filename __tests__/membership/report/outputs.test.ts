import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CASES } from '../../../scripts/preview-cases.ts';
import { crowd, HOSTILE, outcome, run } from '../../../scripts/preview-outcomes.ts';
import { countsOf } from '../../../src/membership/outcome.ts';
import * as report from '../../../src/membership/report/outputs.ts';
import { redactResult } from '../../../src/membership/report/publish.ts';

const schema = JSON.parse(readFileSync('schema/report.schema.json', 'utf8')) as object;
const isReport = new Ajv2020().compile(schema);

const reportJson = (...given: Parameters<typeof report.reportJson>) =>
  [...report.reportJson(...given)].join('');
const reportCsv = (...given: Parameters<typeof report.reportCsv>) => [...report.reportCsv(...given)].join('');

const HEADER = ['source', 'input', 'user', 'group', 'groupName', 'role', 'status', 'code', 'message'];

function csvRows(csv: string): Record<string, string>[] {
  return parse(csv, { bom: true, columns: true }) as Record<string, string>[];
}

describe('reportJson', () => {
  test('is what interface.md shows', () => {
    const result = run({
      outcomes: [
        {
          ...outcome({ code: 'added', input: 'ada@acme.com', user: 'ada', line: 2 }),
          previousRole: null,
        },
      ],
      requests: { total: 3, retries: 0, rateLimitWaitSeconds: 0 },
    });
    expect(JSON.parse(reportJson(result))).toEqual({
      version: 1,
      org: 'acme',
      dryRun: false,
      groups: [{ id: '507f1f77bcf86cd799439011', name: 'Cohort 2024' }],
      counts: { added: 1, updated: 0, removed: 0, skipped: 0, kept: 0, missing: 0, failed: 0, planned: 0 },
      requests: { total: 3, retries: 0, rateLimitWaitSeconds: 0 },
      run: {
        ...{ repository: 'acme/people', sha: 'f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed', event: 'schedule' },
        ...{ actor: 'ada', id: '1', attempt: 1 },
        ...{ startedAt: '2026-11-25T06:00:00.000Z', finishedAt: '2026-11-25T06:00:06.400Z' },
      },
      results: [
        {
          source: 'members.csv:2',
          input: 'ada@acme.com',
          user: 'ada',
          group: '507f1f77bcf86cd799439011',
          groupName: 'Cohort 2024',
          role: 'read',
          previousRole: null,
          status: 'added',
          code: 'added',
          message: 'Added as read.',
        },
      ],
    });
  });

  test.each(Object.keys(CASES))('follows its schema: %s', (name) => {
    const result = CASES[name] ?? run({});
    isReport(JSON.parse(reportJson(result)));
    expect(isReport.errors).toBeNull();
  });

  test('tells an auditor which writes failed, without an address in the path', () => {
    const failedWrites = [
      { at: '2026-11-25T06:00:01.000Z', method: 'POST', path: '/api/x', status: 403, requestId: 'a=1' },
      {
        at: '2026-11-25T06:00:02.000Z',
        method: 'DELETE',
        path: '/api/x/ada%40acme.com',
        status: null,
        requestId: null,
      },
    ];
    const told = JSON.parse(reportJson(redactResult(run({ failedWrites })))) as { run: object };
    isReport(told);
    expect(isReport.errors).toBeNull();
    expect(told.run).toMatchObject({
      failedWrites: [failedWrites[0], { path: expect.stringMatching(/^\/a\*\*\*%40acme.com$/) }],
    });
  });

  test('gives what was planned the code of interface.md', () => {
    const result = run({ outcomes: [...crowd(1, 'would-add'), ...crowd(1, 'would-update')], dryRun: true });
    expect(JSON.parse(reportJson(result))).toMatchObject({
      counts: { planned: 2 },
      results: [
        { status: 'would-add', code: 'dry-run' },
        { status: 'would-update', code: 'dry-run' },
      ],
    });
  });
});

describe('reportCsv', () => {
  test('has the columns, one line each, in the order of the input', () => {
    expect(
      reportCsv([
        outcome({ code: 'refused', input: 'ada', user: null, line: 2, message: 'He said "no", twice.' }),
      ]),
    ).toBe(
      'source,input,user,group,groupName,role,status,code,message\r\n' +
        'members.csv:2,ada,,507f1f77bcf86cd799439011,Cohort 2024,read,failed,refused,"He said ""no"", twice."\r\n',
    );
  });

  test('starts with a byte-order mark only if a spreadsheet needs one', () => {
    expect(reportCsv([outcome({ code: 'added', input: 'ada' })])).toMatch(/^source/);
    expect(reportCsv([outcome({ code: 'added', input: 'ada', message: 'Zoë' })])).toMatch(/^\uFEFFsource/);
  });

  test.each([
    ['=1+1', "'=1+1"],
    ['+ada@acme.com', "'+ada@acme.com"],
    ['-2', "'-2"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', " '=1"],
    ['\r\n=1', " '=1"],
    ['＝1+1', "'＝1+1"],
    ['x;=1+1', "x;'=1+1"],
    ['"=1', `"'=1`],
    ['a-b', 'a-b'],
  ])('disarms %j', (text, safe) => {
    expect(
      csvRows(reportCsv([outcome({ code: 'added', input: 'ada', message: text })]))[0]?.['message'],
    ).toBe(safe);
  });

  test('never starts a formula, breaks a row or loses one, wherever it is split', () => {
    const text = fc.oneof(
      fc.constantFrom(...HOSTILE, '#x', ' x '),
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', ';', ',', '"', "'", ' ', 'A1'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { minLength: 1 }), (texts) => {
        const csv = reportCsv(
          texts.map(([input, groupName, message]) => ({
            ...outcome({ code: 'refused', input, user: groupName, message }),
            location: { file: message, line: 1 },
            groupName,
          })),
        );
        const rows = parse(csv, { bom: true }) as string[][];
        expect(rows).toHaveLength(texts.length + 1);
        expect(rows[0]).toEqual(HEADER);
        expect(csv.replace(/\r\n$/, '').split(/[\r\n]+/)).toHaveLength(texts.length + 1);
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^["\s]*[=+\-@\t\r]/);
        for (const part of csv.split(/;/)) expect(part).not.toMatch(/^[" ]*[=+\-@\t]/);
        expect(csv).not.toMatch(/^#/m);
      }),
    );
  });
});

test('JSON and CSV agree to the number', () => {
  for (const result of Object.values(CASES)) {
    const json = JSON.parse(reportJson(result)) as {
      counts: object;
      results: Record<string, string | null>[];
    };
    const rows = csvRows(reportCsv(result.outcomes));
    expect(json.counts).toEqual(countsOf(result.outcomes));
    expect(rows).toHaveLength(json.results.length);
    expect(rows.map(({ status, code, group, role }) => ({ status, code, group, role }))).toEqual(
      json.results.map(({ status, code, group, role }) => ({ status, code, group, role: role ?? '' })),
    );
  }
});
