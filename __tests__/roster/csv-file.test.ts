import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.ts';
import { readCsvFiles } from '../../src/roster/csv-file.ts';

let top = '';
let workspace = '';
let temp = '';

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'roster-'));
  workspace = join(top, 'workspace');
  temp = join(top, 'temp');
  await mkdir(join(workspace, 'data', 'deep'), { recursive: true });
  await mkdir(join(temp, 'made'), { recursive: true });
  await writeFile(join(workspace, 'members.csv'), 'user\nada\n');
  for (const name of ['cohort.csv', 'b (1).csv', 'a [x].csv', 'deep/cohort.csv']) {
    await writeFile(join(workspace, 'data', name), name);
  }
  await writeFile(join(workspace, '..names.csv'), 'x');
  await writeFile(join(workspace, 'large.txt'), '');
  await truncate(join(workspace, 'large.txt'), 32 * 1024 * 1024 + 1);
  for (const name of ['half-1.txt', 'half-2.txt']) {
    await writeFile(join(workspace, name), '');
    await truncate(join(workspace, name), 17 * 1024 * 1024);
  }
  await writeFile(join(top, 'secret.csv'), 'secret');
  await writeFile(join(temp, 'made', 'retry.csv'), 'retry');
  await symlink(join(top, 'secret.csv'), join(workspace, 'link-out.csv'));
  await symlink('members.csv', join(workspace, 'link-in.csv'));
  await symlink('nowhere.csv', join(workspace, 'dangling'));
  await symlink('round', join(workspace, 'round'));
  await symlink(top, join(workspace, 'folder-out'));
  await symlink(workspace, join(top, 'workspace-link'));
  await symlink(temp, join(top, 'temp-link'));
  execFileSync('mkfifo', [join(workspace, 'pipe')]);
});

afterAll(() => rm(top, { recursive: true }));

async function read(csv: string, roots: { workspace: string; temp?: string } = { workspace, temp }) {
  const files = await readCsvFiles(csv, roots);
  return files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]);
}

async function refusal(csv: string): Promise<string> {
  const error = await readCsvFiles(csv, { workspace, temp }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(InputError);
  const { message } = error as InputError;
  expect(message).not.toContain(top);
  return message;
}

describe('reads', () => {
  test.each(['members.csv', './data/../members.csv', 'link-in.csv'])('%s', async (path) => {
    expect(await read(path)).toEqual([[path, 'user\nada\n']]);
  });

  test('nothing if no file is named', async () => {
    expect(await read('')).toEqual([]);
    expect(await read('\n \r\n')).toEqual([]);
  });

  test('a name that only looks as if it led out', async () => {
    expect(await read('..names.csv')).toEqual([['..names.csv', 'x']]);
  });

  test('an absolute path in the workspace, and a workspace that is a link', async () => {
    const linked = join(top, 'workspace-link');
    for (const [path, root] of [
      [join(workspace, 'members.csv'), workspace],
      ['members.csv', linked],
      [join(linked, 'members.csv'), linked],
    ] as const) {
      expect(await read(path, { workspace: root })).toEqual([[path, 'user\nada\n']]);
    }
  });

  test('files under RUNNER_TEMP, which may be a link or may not exist', async () => {
    const path = join(temp, 'made', 'retry.csv');
    expect(await read(path)).toEqual([[path, 'retry']]);
    expect(await read(path, { workspace, temp: join(top, 'temp-link') })).toEqual([[path, 'retry']]);
    await expect(read(path, { workspace, temp: join(top, 'gone') })).rejects.toThrow('lies outside');
    await expect(read(path, { workspace })).rejects.toThrow('lies outside');
  });

  test('several files, one per line, in the order given, each once', async () => {
    const paths = (files: string[][]) => files.map(([path]) => path);
    expect(paths(await read('data/cohort.csv\r\n\r\n members.csv \nlink-in.csv\n./members.csv'))).toEqual([
      'data/cohort.csv',
      'members.csv',
    ]);
  });

  test.each([
    ['data/*.csv', ['data/a [x].csv', 'data/b (1).csv', 'data/cohort.csv']],
    ['./data/*.csv', ['data/a [x].csv', 'data/b (1).csv', 'data/cohort.csv']],
    ['**/cohort.csv', ['data/cohort.csv', 'data/deep/cohort.csv']],
    ['data/**/*.csv', ['data/a [x].csv', 'data/b (1).csv', 'data/cohort.csv', 'data/deep/cohort.csv']],
    ['data/a [x]*', ['data/a [x].csv']],
    ['data/b (?).csv', ['data/b (1).csv']],
    ['data/*', ['data/a [x].csv', 'data/b (1).csv', 'data/cohort.csv']],
    ['member?.csv\nm*.csv', ['members.csv']],
  ])('the files that %j matches, sorted', async (pattern, paths) => {
    expect((await read(pattern)).map(([path]) => path)).toEqual(paths);
  });

  test('the files that an absolute pattern under RUNNER_TEMP matches', async () => {
    expect(await read(join(temp, '*', '*.csv'))).toEqual([[join(temp, 'made', 'retry.csv'), 'retry']]);
  });
});

describe('refuses', () => {
  test.each([
    ['member.csv', 'does not exist in the workspace. Did you mean "members.csv"?'],
    ['data/cohrt.csv', 'Did you mean "data/cohort.csv"?'],
    ['other.csv', 'actions/checkout'],
    ['no/such/folder.csv', 'actions/checkout'],
    ['members.csv/x', 'does not exist'],
    ['nowhere.csv, elsewhere.csv', 'each path on a line of its own'],
    ['https://example.com/nowhere.csv', 'Download the file in an earlier step'],
    ['nowhere\\nothing.csv', '`/` between folders'],
    ['dangling', 'is a link to a file that does not exist.'],
    ['dang*', 'is a link to a file that does not exist.'],
    ['data', 'is a folder'],
    ['.', 'is a folder'],
    ['pipe', 'is not a regular file'],
    ['large.txt', 'is larger than 32 MiB'],
    ['half-*.txt', 'more than 32 MiB in all'],
    ['../secret.csv', 'lies outside of the workspace'],
    ['../secrets.csv', 'lies outside of the workspace'],
    ['link-out.csv', 'lies outside of the workspace'],
    ['link-o*.csv', 'lies outside of the workspace'],
    ['../*.csv', 'lies outside of the workspace'],
    ['folder-out/secret.csv', 'lies outside of the workspace'],
    ['folder-out/secre.csv', 'lies outside of the workspace'],
    ['..', 'lies outside of the workspace'],
    ['/etc/hostname', 'lies outside of the workspace'],
    ['round', 'cannot be read (ELOOP)'],
    ['a\0b', 'cannot be read (ERR_INVALID_ARG_VALUE)'],
    ['x'.repeat(5000), 'cannot be read (ENAMETOOLONG)'],
    ['data/*.txt', 'matches no file'],
    ['data/d*', 'matches no file'],
    ['nowhere/**/*.csv', 'matches no file'],
  ])('%s', async (path, why) => {
    const message = await refusal(path);
    expect(message).toContain('`csv`: "');
    expect(message).toContain(why);
    expect(message).not.toMatch(/\n/);
  });

  test('all that is wrong at once', async () => {
    const message = await refusal('members.csv\nmember.csv\n*.md\n../secret.csv');
    expect(message.split('\n')).toEqual([
      expect.stringContaining('"member.csv" does not exist'),
      expect.stringContaining('"*.md" matches no file'),
      expect.stringContaining('"../secret.csv" lies outside'),
    ]);
  });

  test('without a workspace', async () => {
    await expect(readCsvFiles('members.csv', { workspace: join(top, 'gone') })).rejects.toThrow(InputError);
  });

  // A superuser may read everything.
  const asUser = process.getuid?.() === 0 ? test.skip : test;
  asUser('what it may not read', async () => {
    await writeFile(join(workspace, 'private.csv'), 'x', { mode: 0 });
    await expect(readCsvFiles('private.csv', { workspace })).rejects.toThrow('cannot be read by the user');
  });
});
