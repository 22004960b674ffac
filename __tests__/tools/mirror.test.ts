import { existsSync, globSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../../scripts/runner.ts';

const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(
  globSync(
    rooms.map(({ name }) => `__tests__/${name}/**/*.test.ts`),
    { cwd: root },
  ),
)('%s stands where the file that it tests stands', (path) => {
  // What follows the first dot is the topic, if a file has several test files.
  const [tested] = basename(path).split('.');
  expect(existsSync(join(root, dirname(path).replace('__tests__', 'src'), `${tested}.ts`))).toBe(true);
});
