import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runBundle } from '../../scripts/runner.ts';
import { DEMO } from '../../simulator/demo-organization.ts';
import { startHub, TEST_TOKEN } from '../../simulator/index.ts';
import { blocks, README, read } from './pages.ts';

const [fromReport, fromFile] = blocks(README, 'sh', 'Run the failed rows again');

test.each([
  ['the report', 'private', fromReport, ['charles@acme.com', 'mallory']],
  ['the file itself', 'public', fromFile, ['charles@acme.com', 'mallory']],
])('the failed rows of %s in a %s repository are run again', async (_, visibility, command = '', people) => {
  const hub = await startHub(DEMO);
  const run = (csv: string) =>
    runBundle('add-members', {
      inputs: {
        org: 'acme',
        'resource-group': 'Cohort 2024',
        csv: 'members.csv',
        'hub-url': hub.url,
        'hf-token': TEST_TOKEN,
      },
      files: { 'members.csv': csv },
      event: { repository: { private: visibility === 'private' } },
    });
  const roster = read('examples/members.csv');
  const first = await run(roster);
  const folder = mkdtempSync(join(tmpdir(), 'again-'));
  writeFileSync(join(folder, 'members.csv'), roster);
  writeFileSync(join(folder, 'report.csv'), readFileSync(first.outputs['report-csv'] ?? ''));
  execFileSync('sh', ['-c', command], { cwd: folder });
  const again = await run(readFileSync(join(folder, 'again.csv'), 'utf8'));
  rmSync(folder, { recursive: true });
  await hub.close();

  expect(again.outputs).toMatchObject({
    added: '0',
    missing: String(people.length),
    failed: '0',
    skipped: '0',
  });
  const report = JSON.parse(readFileSync(again.outputs['report'] ?? '', 'utf8')) as {
    results: { input: string }[];
  };
  const shown =
    visibility === 'public' ? people.map((person) => person.replace(/^(.).*@/, '$1***@')) : people;
  expect(report.results.map(({ input }) => input)).toEqual(shown);
});
