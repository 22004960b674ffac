import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { root } from '../../../scripts/runner.ts';

/** What only the code that removes a member has: the method of the request, and what is said of a removal. */
const MARKS = [
  /\bmethod:\s*["'`]DELETE["'`]/,
  /accepted the removal/,
  /Removed; the role was/,
  /Joined the group as/,
];

/** The names of the folders of dist/ from which an action can load something: its own, and those it imports. */
function bundlesOf(action: string): string[] {
  const bundles = [action];
  for (const bundle of bundles) {
    const imported = [...textOf(bundle).matchAll(/["']\.\.\/([a-z-]+)\/index\.js["']/g)].map(
      ([, name = '']) => name,
    );
    bundles.push(...imported.filter((name) => !bundles.includes(name)));
  }
  return bundles;
}

function textOf(bundle: string): string {
  const files = globSync('*.js', { cwd: join(root, 'dist', bundle) });
  return files.map((name) => readFileSync(join(root, 'dist', bundle, name), 'utf8')).join('\n');
}

test.each(['add-members', 'access-check', 'list-groups'])(
  'nothing that %s can load contains code that removes a member',
  (action) => {
    const bundles = bundlesOf(action);
    expect(bundles).toContain('common');
    expect(bundles).not.toContain('sync-members');
    const found = MARKS.filter((mark) => bundles.some((bundle) => mark.test(textOf(bundle))));
    // access-check deletes the repository that its probe created.
    expect(found).toEqual(action === 'access-check' ? [MARKS[0]] : []);
  },
);

test('the search finds the code that removes a member in the bundle of sync-members', () => {
  expect(MARKS.filter((mark) => mark.test(textOf('sync-members')))).toEqual(MARKS);
});
