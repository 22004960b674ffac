import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InputError } from '../../src/errors.ts';
import { readCsvFile } from '../../src/roster/csv-file.ts';

let top = '';
let workspace = '';

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'roster-'));
  workspace = join(top, 'workspace');
  await mkdir(join(workspace, 'data'), { recursive: true });
  await writeFile(join(workspace, 'members.csv'), 'user\nada\n');
  await writeFile(join(workspace, 'data', 'cohort.csv'), '');
  await writeFile(join(workspace, '..names.csv'), 'x');
  await writeFile(join(workspace, 'large.csv'), '');
  await truncate(join(workspace, 'large.csv'), 32 * 1024 * 1024 + 1);
  await writeFile(join(top, 'secret.csv'), 'secret');
  await symlink(join(top, 'secret.csv'), join(workspace, 'link-out.csv'));
  await symlink('members.csv', join(workspace, 'link-in.csv'));
  await symlink('nowhere.csv', join(workspace, 'dangling'));
  await symlink('round', join(workspace, 'round'));
  await symlink(top, join(workspace, 'folder-out'));
  await symlink(workspace, join(top, 'workspace-link'));
  execFileSync('mkfifo', [join(workspace, 'pipe')]);
});

afterAll(() => rm(top, { recursive: true }));

describe('reads', () => {
  test.each(['members.csv', './data/../members.csv', 'link-in.csv'])('%s', async (path) => {
    expect(Buffer.from(await readCsvFile(path, workspace)).toString()).toBe('user\nada\n');
  });

  test('a name that only looks as if it led out', async () => {
    expect(Buffer.from(await readCsvFile('..names.csv', workspace)).toString()).toBe('x');
  });

  test('an absolute path in the workspace, and a workspace that is a link', async () => {
    const linked = join(top, 'workspace-link');
    for (const [path, root] of [
      [join(workspace, 'members.csv'), workspace],
      ['members.csv', linked],
      [join(linked, 'members.csv'), linked],
    ] as const) {
      expect((await readCsvFile(path, root)).length).toBe(9);
    }
  });
});

describe('refuses', () => {
  test.each([
    ['member.csv', 'does not exist in the workspace. Did you mean "members.csv"?'],
    ['data/cohrt.csv', 'Did you mean "data/cohort.csv"?'],
    ['other.csv', 'actions/checkout'],
    ['no/such/folder.csv', 'actions/checkout'],
    ['members.csv/x', 'does not exist'],
    ['dangling', 'does not exist'],
    ['data', 'is a folder'],
    ['.', 'is a folder'],
    ['pipe', 'is not a regular file'],
    ['large.csv', 'is larger than 32 MiB'],
    ['../secret.csv', 'lies outside of the workspace'],
    ['../secrets.csv', 'lies outside of the workspace'],
    ['link-out.csv', 'lies outside of the workspace'],
    ['folder-out/secret.csv', 'lies outside of the workspace'],
    ['folder-out/secre.csv', 'lies outside of the workspace'],
    ['..', 'lies outside of the workspace'],
    ['/etc/hostname', 'lies outside of the workspace'],
    ['round', 'cannot be read (ELOOP)'],
    ['a\0b', 'cannot be read (ERR_INVALID_ARG_VALUE)'],
    ['x'.repeat(5000), 'cannot be read (ENAMETOOLONG)'],
  ])('%s', async (path, why) => {
    const error = await readCsvFile(path, workspace).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as InputError;
    expect(message).toContain('`csv`: "');
    expect(message).toContain(why);
    expect(message).not.toContain(top);
    expect(message).not.toMatch(/\n/);
  });

  test('without a workspace', async () => {
    await expect(readCsvFile('members.csv', join(top, 'gone'))).rejects.toThrow(InputError);
  });

  // A superuser may read everything.
  const asUser = process.getuid?.() === 0 ? test.skip : test;
  asUser('what it may not read', async () => {
    await writeFile(join(workspace, 'private.csv'), 'x', { mode: 0 });
    await expect(readCsvFile('private.csv', workspace)).rejects.toThrow('may not be read');
  });
});
