import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../../../scripts/runner.ts';

/** What only the code that removes a member has: the method of the request, and what is said of a removal. */
const MARKS = [
  /\bmethod:\s*["'`]DELETE["'`]/,
  /accepted the removal/,
  /`?on-unlisted: remove/,
  /Joined the group as/,
];

function bundleOf(action: string): string {
  const folder = join(root, 'dist', action);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

test('the bundle of add-members contains no code that removes a member', () => {
  const bundle = bundleOf('add-members');
  expect(MARKS.filter((mark) => mark.test(bundle))).toEqual([]);
});

test('the search finds the code that removes a member in the bundle of sync-members', () => {
  const bundle = bundleOf('sync-members');
  expect(MARKS.filter((mark) => mark.test(bundle))).toEqual(MARKS);
});
