import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '..', '..');
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Files by path, each with what it imports. */
type House = Readonly<Record<string, readonly string[]>>;

/** A house in which nothing is wrong: one file or two for each room, all reached from the entries. */
const SOUND: House = {
  'src/actions/add-members.ts': ['../membership/run-add.ts', './run-action.ts'],
  'src/actions/sync-members.ts': ['../membership/run-sync.ts', './run-action.ts'],
  'src/actions/run-action.ts': ['@actions/core', '../runner/log.ts'],
  'src/membership/run-add.ts': ['./apply.ts', './report/summary.ts', '../runner/log.ts', '../roster/csv.ts'],
  'src/membership/run-sync.ts': ['./run-add.ts', './removal/remove.ts'],
  'src/membership/apply.ts': ['type ../runner/log.ts', '../access/token.ts', '../errors.ts'],
  'src/membership/removal/remove.ts': ['../../hub/client.ts'],
  'src/membership/report/summary.ts': [
    '../../runner/log.ts',
    '../../github/comment.ts',
    '../../text/html.ts',
  ],
  'src/access/token.ts': ['../hub/client.ts'],
  'src/hub/client.ts': ['undici', 'undici/lib/api/index.js', 'valibot'],
  'src/roster/csv.ts': ['csv-parse/sync', '../text/html.ts'],
  'src/github/comment.ts': ['await @actions/github'],
  'src/runner/log.ts': ['@actions/core', './workflow-run.ts', 'node:events'],
  'src/runner/workflow-run.ts': ['await @actions/github'],
  'src/text/html.ts': ['../roles.ts'],
  'src/errors.ts': [],
  'src/roles.ts': [],
};

/** Wrong imports, each in a file of its own, and what has to be reported of them. */
const PLANTED: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ['downwards-from-membership', 'src/membership/plant-entry.ts', '../actions/run-action.ts'],
  ['downwards-from-membership', 'src/membership/plant-neighbor.ts', '../list-groups/run.ts'],
  ['downwards-from-access-check', 'src/access-check/plant.ts', '../membership/apply.ts'],
  ['downwards-from-access', 'src/access/plant.ts', 'type ../membership/apply.ts'],
  ['downwards-from-roster', 'src/roster/plant.ts', '../hub/client.ts'],
  ['downwards-from-hub', 'src/hub/plant.ts', '../access/token.ts'],
  ['downwards-from-github', 'src/github/plant.ts', '../hub/client.ts'],
  ['downwards-from-runner', 'src/runner/plant.ts', '../roster/csv.ts'],
  ['downwards-from-text', 'src/text/plant.ts', 'await ../runner/log.ts'],
  ['downwards-from-errors', 'src/errors.ts', './text/html.ts'],
  ['every-file-has-a-room', 'src/text/plant-room.ts', '../helpers/plant.ts'],
  ['@actions/core-in-its-room', 'src/membership/report/plant-core.ts', '@actions/core'],
  ['undici-in-its-room', 'src/access/plant-undici.ts', 'undici/lib/api/index.js'],
  ['valibot-in-its-room', 'src/roster/plant-valibot.ts', 'valibot'],
  ['csv-parse-in-its-room', 'src/text/plant-csv.ts', 'csv-parse/sync'],
  ['@actions/github-in-its-room', 'src/runner/plant-github.ts', 'await @actions/github'],
  ['@octokit-in-its-room', 'src/runner/plant-octokit.ts', '@octokit/core'],
  ['domain-below-presentation', 'src/membership/plant-report.ts', 'type ./report/summary.ts'],
  ['runner-passed-in', 'src/membership/plant-runner.ts', '../runner/log.ts'],
  ['sources-stand-alone', 'src/hub/plant-simulator.ts', '../../simulator/index.ts'],
  ['sources-stand-alone', 'src/hub/plant-scripts.ts', '../../scripts/build.ts'],
  ['sources-stand-alone', 'src/hub/plant-tests.ts', '../../__tests__/support/clock.ts'],
  ['declared-dependencies', 'src/text/plant-dev.ts', 'ajv'],
  ['declared-dependencies', 'src/text/plant-undeclared.ts', 'semver'],
  ['declared-dependencies', 'src/text/plant-missing.ts', './there-is-no-such-file.ts'],
];

/** Files around the plants: what they import, and what is wrong without a single import being so. */
const AROUND: House = {
  'src/list-groups/run.ts': [],
  'src/helpers/plant.ts': [],
  'simulator/index.ts': [],
  'scripts/build.ts': [],
  '__tests__/support/clock.ts': [],
  'src/text/unused.ts': [],
  'src/text/round.ts': ['./about.ts'],
  'src/text/about.ts': ['type ./round.ts'],
  'src/membership/one/first.ts': ['../two/first.ts'],
  'src/membership/two/first.ts': [],
  'src/membership/two/second.ts': ['../one/second.ts'],
  'src/membership/one/second.ts': [],
  'src/membership/apply.ts': ['./removal/remove.ts'],
};

/** Runs the check over `house`; `lengths` are the lines of files that are not 20 lines long. */
function check(
  house: House,
  lengths: Readonly<Record<string, number>> = {},
): { status: number | null; said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'walls-'));
  folders.push(folder);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, imports] of Object.entries(house)) {
    const lines = imports.map(statement);
    const length = lengths[path] ?? 20;
    write(path, `${[...lines, 'export {};', ...Array(length).fill('//')].slice(0, length).join('\n')}\n`);
  }
  const packages = ['@actions/core', '@actions/github', 'csv-parse', 'undici', 'valibot'];
  const dependencies = Object.fromEntries(packages.map((name) => [name, '*']));
  write('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies: { ajv: '*' } }));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'check-walls.ts')], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, said: stdout + stderr };
}

function statement(imported: string): string {
  const [, how, path] = /^(type |await )?(.*)$/.exec(imported) ?? [];
  if (how === 'type ') return `import type {} from '${path}';`;
  return how === 'await ' ? `await import('${path}');` : `import '${path}';`;
}

test('a house in which all imports run downwards passes the check', () => {
  expect(check(SOUND)).toEqual({ status: 0, said: expect.stringContaining('runs downwards') });
});

describe('the check of the walls', () => {
  const plants = Object.fromEntries(PLANTED.map(([, file, imported]) => [file, [imported]]));
  const { status, said } = check(
    { ...SOUND, ...AROUND, ...plants },
    { 'src/text/round.ts': 251, 'src/text/about.ts': 9, 'src/actions/add-members.ts': 5 },
  );
  const lines = said.split('\n');
  const about = (rule: string, file: string) =>
    lines.filter((line) => line.startsWith(`${rule}: `) && line.includes(file));

  test('fails', () => expect(status).toBe(1));

  test.each(PLANTED)('reports %s: %s imports %s', (rule, file) => {
    expect(about(rule, `${file} -> `)).toHaveLength(1);
  });

  test.each([
    ['no-circle-of-files', 'src/text/round.ts'],
    ['no-circle-of-folders', 'src/membership/one -> src/membership/two'],
    ['used-by-an-action', 'src/text/unused.ts'],
    ['removal-in-sync-members', 'src/actions/add-members.ts -> src/membership/removal/remove.ts'],
    ['file-size', 'src/text/round.ts has 251 lines'],
    ['file-size', 'src/text/about.ts has 9 lines'],
  ])('reports %s: %s', (rule, what) => {
    expect(about(rule, what)).not.toEqual([]);
  });

  test('does not report what is allowed', () => {
    expect(about('removal-in-sync-members', 'src/actions/sync-members.ts')).toEqual([]);
    expect(about('file-size', 'src/actions/')).toEqual([]);
    expect(about('used-by-an-action', 'src/actions/')).toEqual([]);
    expect(about('runner-passed-in', 'src/membership/apply.ts')).toEqual([]);
  });
});
