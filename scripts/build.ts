import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { minify } from '@swc/core';
import { BUNDLE_NAMES, divide, externalsOf } from './bundles.ts';
import { isMain } from './is-main.ts';

const root = join(import.meta.dirname, '..');
const lib = join(root, 'lib');

/**
 * Makes the bundles from the sources, each in a folder of `folder`. Throws if the sources do not compile, or
 * cannot be divided into the bundles.
 */
export async function build(folder: string): Promise<void> {
  rmSync(lib, { recursive: true, force: true });
  run('typescript', 'tsc', ['--project', 'tsconfig.build.json']);
  for (const name of ['@actions/core', '@actions/github', '@actions/http-client']) shedUnused(name);
  writeFileSync(join(copyOf('undici'), 'index.js'), UNDICI);
  const entries = divide(lib);
  for (const bundle of BUNDLE_NAMES) {
    const out = join(folder, bundle);
    rmSync(out, { recursive: true, force: true });
    run('@vercel/ncc', 'ncc', [
      ...['build', entries[bundle], '--out', out, '--target', 'es2022', '--no-cache', '--quiet'],
      ...externalsOf(bundle).flatMap((name) => ['--external', name]),
    ]);
    for (const file of readdirSync(out).filter((name) => name.endsWith('.js'))) await shrink(join(out, file));
  }
  writeFileSync(join(folder, 'licenses.txt'), licensesOfDependencies());
}

/**
 * Lets the bundler leave out what is not used of a package that does not say itself that its modules do
 * nothing but export. Of `@actions/core`, that is a second HTTP client, which takes a third of the time that
 * an action needs to start. Of `@actions/github`, it is Octokit, if only the event is read.
 */
function shedUnused(name: string): void {
  const path = join(copyOf(name), 'package.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), sideEffects: false }));
}

/**
 * What the toolkit's packages use of undici, in place of its index, which loads mocks, caches, WebSocket and
 * more. src/hub/http.ts imports what it uses by itself.
 */
const UNDICI = `
exports.ProxyAgent = require('./lib/dispatcher/proxy-agent.js');
exports.fetch = require('./lib/web/fetch').fetch;
`;

/** A copy of a package, which the bundler takes in place of the package. Returns its path. */
function copyOf(name: string): string {
  const copy = join(lib, 'node_modules', name);
  cpSync(join(root, 'node_modules', name), copy, { recursive: true, dereference: true });
  return copy;
}

/** Runs a command of a package by its script, because a link in `.bin` is a shell script on Windows. */
function run(name: string, command: string, args: string[]): void {
  const folder = join(root, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  execFileSync(process.execPath, [join(folder, bin[command]), ...args], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

/** The bundler minifies only one of the files that it makes. */
async function shrink(path: string): Promise<void> {
  const { code } = await minify(readFileSync(path, 'utf8'), {
    module: true,
    compress: { ecma: 2020, passes: 2 },
    mangle: true,
    format: { comments: false },
  });
  writeFileSync(path, code);
}

/** The license texts of every package that can be in a bundle; they must accompany the bundle. */
function licensesOfDependencies(): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; license?: string; dev?: boolean; optional?: boolean }>;
  };
  return (
    Object.entries(lock.packages)
      // The optional ones are Node itself, by platform: npm knows no optional development dependency.
      .filter(([path, { dev, optional }]) => path !== '' && !dev && !optional && existsSync(join(root, path)))
      .map(([path, { version, license }]) => {
        const file = readdirSync(join(root, path)).find((name) => /^licen[cs]e/i.test(name));
        const text =
          file === undefined
            ? ''
            : readFileSync(join(root, path, file), 'utf8')
                .replaceAll('\r\n', '\n')
                .trim();
        return `${relative('node_modules', path)} ${version} (${license})\n\n${text}\n`;
      })
      .join(`\n${'-'.repeat(80)}\n\n`)
  );
}

if (isMain(import.meta)) await build(join(root, 'dist'));
