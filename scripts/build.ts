import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

export const ACTIONS = ['add-members', 'access-check', 'list-groups'] as const;

const root = join(import.meta.dirname, '..');

/** Makes the bundles of `actions` from the sources, each in a folder of `folder`. Throws where the sources do not compile. */
export function build(folder: string, actions: readonly string[] = ACTIONS): void {
  const run = (command: string, args: string[]) =>
    execFileSync(join(root, 'node_modules', '.bin', command), args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  rmSync(join(root, 'lib'), { recursive: true, force: true });
  run('tsc', ['--project', 'tsconfig.build.json']);
  for (const action of actions) {
    const out = join(folder, action);
    rmSync(out, { recursive: true, force: true });
    run('ncc', [
      'build',
      join('lib', 'actions', `${action}.js`),
      '--out',
      out,
      '--target',
      'es2022',
      '--no-cache',
      '--quiet',
      '--license',
      'licenses.txt',
    ]);
  }
}

if (import.meta.main) build(join(root, 'dist'), process.argv.length > 2 ? process.argv.slice(2) : ACTIONS);
