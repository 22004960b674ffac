import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CASES } from '../../../scripts/preview-cases.ts';
import { crowd, outcome, run } from '../../../scripts/preview-outcomes.ts';
import type { Change } from '../../../src/membership/change.ts';
import { NO_OUTCOMES } from '../../../src/membership/outcome.ts';
import { readPlanFile } from '../../../src/membership/plan-file.ts';
import { outputsOf } from '../../../src/membership/report/outputs.ts';
import { publish } from '../../../src/membership/report/publish.ts';
import type { RunResult } from '../../../src/membership/run-result.ts';
import { createLog } from '../../../src/runner/log.ts';
import { captureStdout } from '../../support/stdout.ts';

let folder: string;
const written = captureStdout();
let before: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'publish-'));
  before = { ...process.env };
  for (const name of ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY']) {
    process.env[name] = join(folder, name);
    writeFileSync(join(folder, name), '');
  }
  process.env['RUNNER_TEMP'] = folder;
});

afterEach(() => {
  process.env = before;
  rmSync(folder, { recursive: true });
});

/** The outputs that were set, by name. */
function outputs(): Record<string, string> {
  const text = readFileSync(join(folder, 'GITHUB_OUTPUT'), 'utf8');
  const blocks = text.matchAll(/^([\w-]+)<<(\S+)\r?\n([\s\S]*?)\r?\n\2$/gm);
  return Object.fromEntries([...blocks].map(([, name = '', , value = '']) => [name, value]));
}

const publishNow = (result: RunResult, retryCsv?: () => Iterable<string>) =>
  publish(result, { redact: false, log: createLog({ redact: false }), ...(retryCsv ? { retryCsv } : {}) });

describe('publish', () => {
  test.each(Object.keys(CASES))('sets every output that interface.md promises: %s', async (name) => {
    await publishNow(CASES[name] ?? run({}));
    expect(Object.keys(outputs()).toSorted()).toEqual(Object.keys(NO_OUTCOMES).toSorted());
  });

  test('writes the plan, which can be read back, and its hash', async () => {
    const {
      code: _,
      message: __,
      previousRole: ___,
      ...member
    } = outcome({ code: 'would-add', input: 'ada' });
    const changes = [{ action: 'add', position: 0, member, from: null, to: 'admin' }] as unknown as Change[];
    await publishNow(run({ dryRun: true, changes }));
    const { plan = '', 'plan-hash': hash } = outputs();
    expect(readPlanFile(readFileSync(plan, 'utf8'), 'acme')).toMatchObject({
      hash,
      changes: [{ user: 'ada', to: 'admin' }],
    });
  });

  test('writes the rows to retry, but not if email addresses are redacted', async () => {
    const retryCsv = () => ['user\r\n', 'ada\r\n'];
    await publishNow(run({}), retryCsv);
    expect(readFileSync(outputs()['retry-csv'] ?? '', 'utf8')).toBe('user\r\nada\r\n');
    await publish(run({}), { redact: true, log: createLog({ redact: true }), retryCsv });
    expect(outputs()['retry-csv']).toBe('');
  });

  test('goes on if one part cannot be written, and says which', async () => {
    const failing = (): never => {
      throw new Error('no room');
    };
    await publishNow(run({ outcomes: crowd(1, 'added') }), failing);
    expect(written()).toContain('::warning title=Not written::The retry file could not be written: no room');
    expect(written()).toContain('1 person added to Cohort 2024.');
    expect(outputs()['added']).toBe('1');
  });

  test('ends the log with results, the headline once, and requests and time', async () => {
    await publishNow(
      run({ outcomes: [...crowd(1, 'added'), outcome({ code: 'role-differs', input: 'ada' })] }),
    );
    expect(written().trimEnd().split('\n')).toEqual([
      '::group::Results: 2 memberships',
      'student-0002 (student-0002@acme.com), Cohort 2024: added, read, members.csv:2',
      'ada, Cohort 2024: already a member, keeps another role, contributor, asked for read, users',
      '::endgroup::',
      '1 person added to Cohort 2024.',
      '1 existing member keeps another role.',
      '12 requests to the Hub · quota left: 2,988 of 3,000 · took 6.4 s.',
    ]);
  });
});

describe('outputsOf', () => {
  test('names the people of each status', () => {
    const result = outputsOf([
      outcome({ code: 'added', input: 'ada@acme.com', user: 'ada' }),
      ...crowd(1, 'refused'),
    ]);
    expect(JSON.parse(String(result['added-users']))).toEqual([
      { input: 'ada@acme.com', user: 'ada', group: '507f1f77bcf86cd799439011', role: 'read' },
    ]);
    expect(JSON.parse(String(result['failed-users']))).toHaveLength(1);
    expect(result['names-truncated']).toBe(false);
  });

  test('keeps each list within 100 kB of whole items, and says that one was cut', () => {
    const result = outputsOf(crowd(20_000, 'added'));
    expect(Buffer.byteLength(String(result['added-users']))).toBeLessThanOrEqual(100_000);
    expect((JSON.parse(String(result['added-users'])) as unknown[]).length).toBeGreaterThan(500);
    expect(result['names-truncated']).toBe(true);
    expect(result['added']).toBe(20_000);
  });
});
