import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../../scripts/runner.ts';
import { read } from './pages.ts';

test('the archive that `uses:` downloads is at most 1,000 kB', () => {
  // GitHub serves a gzipped tar of the whole commit.
  const archive = execFileSync('git', ['archive', '--format=tar.gz', 'HEAD'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  });
  expect(archive.length).toBeLessThanOrEqual(1_000_000);
});

test.each(globSync('docs/*.{webp,svg}', { cwd: root }))('the picture %s is at most 60 kB', (picture) => {
  expect(statSync(join(root, picture)).size).toBeLessThanOrEqual(60_000);
});

test('a tag is all that a release needs: the changelog has the version of package.json', () => {
  const { version } = JSON.parse(read('package.json')) as { version: string };
  expect(read('CHANGELOG.md')).toMatch(new RegExp(`^## ${version.replaceAll('.', '\\.')} \\(`, 'm'));
  expect(JSON.parse(read('package-lock.json'))).toMatchObject({ version });
});

test('npm run local works as CONTRIBUTING says, without a token', () => {
  const [, command = ''] = /`npm run (local [^`]*)`/.exec(read('CONTRIBUTING.md')) ?? [];
  const [, ...parameters] = command.split(' ');
  const output = execFileSync(process.execPath, [join(root, 'scripts', 'local.ts'), ...parameters], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  expect(output).toContain('Exit status 0');
  expect(output).toContain('simulated Hub');
});
