import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minify } from '@swc/core';
import { build } from '../scripts/build.ts';
import { externalsOf } from '../scripts/bundles.ts';
import { root } from '../scripts/runner.ts';

/** What one package weighs in the bundle that all actions share. */
export interface Weight {
  readonly name: string;
  readonly kilobytes: number;
}

interface Module {
  readonly name?: string;
  readonly chunks?: readonly (string | number)[];
  readonly modules?: readonly Module[];
}

interface Stats {
  readonly modules: readonly Module[];
  readonly chunks: readonly { readonly id: string | number; readonly initial: boolean }[];
}

/** What a run of add-members loads, besides its entry of 2 kB. */
const LOADED = ['common', 'membership'] as const;

/**
 * What the bundles that a run loads consist of, heaviest first, without the files that are loaded only when they are needed:
 * the bundler says which modules it took, and each is minified by itself. Modules of which only a part is used weigh less in
 * the bundle than they do here.
 */
export async function weights(): Promise<Weight[]> {
  const folder = mkdtempSync(join(tmpdir(), 'size-'));
  await build(folder);
  const files = new Set(LOADED.flatMap((bundle) => modulesOf(bundle, folder)));
  rmSync(folder, { recursive: true });
  const sums = new Map<string, number>();
  for (const file of files) {
    const source = readFileSync(join(root, file), 'utf8');
    const { code } = await minify(source, { module: 'unknown', mangle: true, format: { comments: false } });
    const name = packageOf(file);
    sums.set(name, (sums.get(name) ?? 0) + Math.min(source.length, code.length) / 1000);
  }
  return [...sums]
    .map(([name, kilobytes]) => ({ name, kilobytes }))
    .sort((a, b) => b.kilobytes - a.kilobytes);
}

function modulesOf(bundle: (typeof LOADED)[number], folder: string): string[] {
  const stats = join(folder, 'stats.json');
  execFileSync(
    join(root, 'node_modules', '.bin', 'ncc'),
    [
      ...['build', join('lib', `${bundle}.js`), '--out', join(folder, 'again')],
      ...['--target', 'es2022', '--no-cache', '--quiet', '--stats-out', stats],
      ...externalsOf(bundle).flatMap((name) => ['--external', name]),
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const { modules, chunks } = JSON.parse(readFileSync(stats, 'utf8')) as Stats;
  const initial = new Set(chunks.filter((chunk) => chunk.initial).map(({ id }) => id));
  return modules
    .filter((module) => module.chunks?.some((id) => initial.has(id)))
    .flatMap((module) => filesOf(module));
}

function filesOf({ name = '', modules = [] }: Module): string[] {
  if (modules.length > 0) return modules.flatMap(filesOf);
  const path = name.replace(/^.*!/, '').replace(/ \+ \d+ modules$/, '');
  return /^\.{1,2}\/.*js$/.test(path) ? [path] : [];
}

function packageOf(file: string): string {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'this repository';
}
