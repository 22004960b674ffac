import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { diskTrouble } from '../../src/runner/disk-trouble.ts';
import { setOutputs, summaryBytes, writeSummary, writeTempFiles } from '../../src/runner/outputs.ts';

const VARIABLES = ['GITHUB_STEP_SUMMARY', 'GITHUB_OUTPUT', 'RUNNER_TEMP'] as const;
const MIB = 1024 * 1024;

let folder: string;
let said: string[];
const log = {
  info: (line: string) => void said.push(line),
  warning: (line: string) => void said.push(line),
  runnerTrouble: (what: string, error: unknown) => void said.push(diskTrouble(what, error)),
};
const saved = VARIABLES.map((name) => [name, process.env[name]] as const);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'job-summary-'));
  said = [];
  for (const name of VARIABLES) {
    process.env[name] = join(folder, name);
    if (name !== 'RUNNER_TEMP') writeFileSync(join(folder, name), '');
  }
});

afterEach(() => {
  for (const [name, value] of saved) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

const written = (name: (typeof VARIABLES)[number]) => readFileSync(join(folder, name), 'utf8');

describe('writeSummary', () => {
  test('appends to what other commands of the step wrote, as a block of its own', async () => {
    writeFileSync(join(folder, 'GITHUB_STEP_SUMMARY'), 'Theirs');
    await writeSummary('<h2>Ours</h2>', log);
    expect(written('GITHUB_STEP_SUMMARY')).toBe('Theirs\n\n<h2>Ours</h2>\n');
    expect(said).toEqual([]);
  });

  test('keeps the whole file below 1 MiB, whatever others wrote before', async () => {
    writeFileSync(join(folder, 'GITHUB_STEP_SUMMARY'), 'x'.repeat(MIB - 10_000));
    await writeSummary((maxBytes) => 'y'.repeat(maxBytes), log);
    expect(await summaryBytes()).toBeGreaterThan(MIB - 10_000);
    expect(await summaryBytes()).toBeLessThanOrEqual(MIB);
  });

  test('writes nothing if the file is full, because the runner would drop all of it', async () => {
    writeFileSync(join(folder, 'GITHUB_STEP_SUMMARY'), 'x'.repeat(MIB));
    await writeSummary('<h2>Ours</h2>', log);
    await writeSummary((maxBytes) => 'y'.repeat(maxBytes), log);
    expect(statSync(join(folder, 'GITHUB_STEP_SUMMARY')).size).toBe(MIB);
    expect(said).toEqual(Array(2).fill(expect.stringContaining('has written 1,048,576 bytes to it already')));
  });

  test.each([
    ['the disk is full', '/dev/full'],
    ['it is a folder', tmpdir()],
    ['the file or its folder does not exist', '/nowhere/summary.md'],
  ])('says that it is a problem of the runner if %s', async (cause, path) => {
    process.env['GITHUB_STEP_SUMMARY'] = path;
    await writeSummary('<h2>Ours</h2>', log);
    expect(said).toEqual([
      `The job summary could not be written because ${cause}. This is a problem of the runner, not of the inputs: check its disk space and its permissions.`,
    ]);
  });

  test('says that there is no summary outside of a runner', async () => {
    delete process.env['GITHUB_STEP_SUMMARY'];
    await writeSummary('<h2>Ours</h2>', log);
    expect(said).toEqual([expect.stringContaining('GITHUB_STEP_SUMMARY is not set')]);
  });
});

describe('setOutputs', () => {
  test('sets each output, whatever its value holds', () => {
    setOutputs({ added: 3, changed: true, report: 'a\nb<<c' }, log);
    expect(written('GITHUB_OUTPUT')).toMatch(
      /^added<<(\S+)\n3\n\1\nchanged<<(\S+)\ntrue\n\2\nreport<<(\S+)\na\nb<<c\n\3\n$/,
    );
  });

  test.each([
    ['/dev/full', 'the disk is full'],
    ['/nowhere/output', 'of an error: Missing file at path: /nowhere/output'],
  ])('names all outputs that could not be set, once: %s', (path, cause) => {
    process.env['GITHUB_OUTPUT'] = path;
    setOutputs({ added: 3, changed: true }, log);
    expect(said).toEqual([
      expect.stringContaining(
        `The outputs \`added\`, \`changed\` could not be set because ${cause}. This is a problem of the runner`,
      ),
    ]);
  });

  test('prints no values if there is no file for them', () => {
    delete process.env['GITHUB_OUTPUT'];
    setOutputs({ added: 3 }, log);
    expect(said).toEqual(['There are no outputs here: GITHUB_OUTPUT is not set.']);
  });
});

describe('writeTempFiles', () => {
  const endless = function* () {
    for (;;) yield 'x'.repeat(1000);
  };

  test('writes each file into a new folder of RUNNER_TEMP and returns the paths', async () => {
    process.env['RUNNER_TEMP'] = folder;
    const files = { one: { name: 'one.txt', text: 'one' }, two: { name: 'two.txt', text: ['t', 'wo'] } };
    const paths = await writeTempFiles('test-', files, log);
    expect(readFileSync(paths.one, 'utf8') + readFileSync(paths.two, 'utf8')).toBe('onetwo');
    expect(paths.one.startsWith(join(folder, 'test-'))).toBe(true);
    expect(said).toEqual([]);
  });

  test('uses the temporary folder of the system if RUNNER_TEMP does not exist', async () => {
    const paths = await writeTempFiles('test-', { one: { name: 'one.txt', text: 'one' } }, log);
    expect(readFileSync(paths.one, 'utf8')).toBe('one');
  });

  test('leaves out a file that cannot be written, says why, and writes the others', async () => {
    process.env['RUNNER_TEMP'] = folder;
    const files = {
      bad: { name: 'no-such-folder/bad.txt', text: endless() },
      good: { name: 'good.txt', text: 'good' },
    };
    const paths = await writeTempFiles('test-', files, log);
    expect(paths.bad).toBe('');
    expect(readFileSync(paths.good, 'utf8')).toBe('good');
    expect(said).toEqual([
      expect.stringContaining('bad.txt could not be written because the file or its folder'),
    ]);
  });
});
