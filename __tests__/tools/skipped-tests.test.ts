import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { root } from '../../scripts/runner.ts';

const CODE = `const { default: Reporter } = await import(${JSON.stringify(pathToFileURL(join(root, 'scripts', 'skipped-tests.ts')).href)});
new Reporter().onRunComplete({}, { numPendingTests: 3 });`;

test.each([
  ['/nowhere', /3 tests were skipped.*\/nowhere.*sudo apt-get install -y chromium/],
  [process.execPath, /^$/],
])('a test run with Chromium at %s ends with what is needed for the skipped tests, if any', (path, said) => {
  const env = { ...process.env, CHROMIUM: path };
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', CODE], {
    env,
    encoding: 'utf8',
  });
  expect(stderr.trim()).toMatch(said);
});
