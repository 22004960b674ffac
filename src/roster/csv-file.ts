import { glob, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { quoted } from '../text/quoted.ts';
import type { RosterFile } from './entry.ts';

/** In all files: some 500,000 rows of three columns, and little enough to hold in memory. */
const MAX_CSV_BYTES = 32 * 1024 * 1024;
/** Files that the patterns may match: far more than rosters have, and far fewer than a disk has. */
const MAX_FILES = 1_000;

/** The folders that files may lie in. */
export interface Roots {
  readonly workspace: string;
  /** `RUNNER_TEMP`, for files that an earlier step made. */
  readonly temp?: string;
}

/**
 * The files that an input names, by default `csv`: a path or a pattern (`*`, `?`, `**`) per line, relative to the
 * workspace. The matches of a pattern are sorted, and a file that is named twice is read once. Links are
 * followed, and must end inside of `roots`.
 * @throws InputError with all problems: a path or pattern without a file, not a regular file, outside of
 *   `roots`, more than 32 MiB in all, not readable. It names paths as given, never where the workspace is.
 */
export async function readCsvFiles(csv: string, roots: Roots, input = 'csv'): Promise<RosterFile[]> {
  const files: RosterFile[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  let left = MAX_CSV_BYTES;
  for (const line of csv.split(/[\r\n]+/).map((one) => one.trim())) {
    if (line === '') continue;
    try {
      for (const path of isPattern(line) ? await matches(line, roots) : [line]) {
        const file = await find(path, roots);
        if (seen.has(file.path)) continue;
        seen.add(file.path);
        left -= file.size;
        if (left < 0) throw unusable(path, files.length === 0 ? TOO_LARGE : TOO_LARGE_TOGETHER);
        files.push({ path, bytes: await readFile(file.path) });
      }
    } catch (error) {
      const why = isForbidden(error) ? FORBIDDEN : `cannot be read (${codeOf(error)}).`;
      const { message } = error instanceof InputError ? error : unusable(line, why);
      problems.push(`\`${input}\`: ${message}`);
    }
  }
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  return files;
}

const OUTSIDE =
  'lies outside of the workspace and of RUNNER_TEMP. Copy it into the workspace in an earlier step, and write its path relative to the workspace.';
const TOO_LARGE = `is larger than ${MAX_CSV_BYTES / 1024 ** 2} MiB. Split it, and give each part to a run of its own.`;
const TOO_LARGE_TOGETHER = `brings the files to more than ${MAX_CSV_BYTES / 1024 ** 2} MiB in all. Split them between several runs.`;
const FORBIDDEN =
  'cannot be read by the user that runs this step. Give that user the right to, for example with `chmod a+r`.';

function unusable(path: string, why: string): InputError {
  return new InputError(`${quoted(path)} ${why}`);
}

/** The regular file at `path`, with links resolved, and its size in bytes. */
async function find(path: string, roots: Roots): Promise<{ readonly path: string; readonly size: number }> {
  const inside = await realRoots(roots);
  const [workspace = ''] = inside;
  const file = await realpath(resolve(workspace, path)).catch(async (error: unknown) => {
    throw isMissing(error) ? unusable(path, await whereInstead(path, inside)) : error;
  });
  if (!isInside(file, inside)) throw unusable(path, OUTSIDE);
  // Asked before it is opened, because to open a pipe is to wait for a writer.
  const stats = await stat(file);
  if (stats.isDirectory())
    throw unusable(path, 'is a folder. Write the path of a file in it, or a pattern such as `folder/*.csv`.');
  if (!stats.isFile()) throw unusable(path, 'is not a regular file.');
  return { path: file, size: stats.size };
}

async function realRoots({ workspace, temp }: Roots): Promise<string[]> {
  const real = await realpath(workspace);
  const realTemp = temp === undefined ? undefined : await realpath(temp).catch(() => undefined);
  return realTemp === undefined ? [real] : [real, realTemp];
}

function isPattern(line: string): boolean {
  return /[*?]/.test(line);
}

/**
 * The files that a pattern matches, as paths relative to the workspace, or absolute ones if it is absolute.
 */
async function matches(pattern: string, roots: Roots): Promise<string[]> {
  const [workspace = ''] = await realRoots(roots);
  // Only *, ** and ? are special here: other characters that `glob` knows stand for themselves.
  const escaped = pattern.replace(/[[{}()!+@]/g, (sign) => (sign === '!' ? '?' : `[${sign}]`));
  const found: string[] = [];
  for await (const { name, parentPath } of glob(escaped, { cwd: workspace, withFileTypes: true })) {
    const path = join(parentPath, name);
    if (
      !(await stat(path).then(
        (stats) => stats.isFile(),
        () => true,
      ))
    )
      continue;
    found.push(isAbsolute(pattern) ? path : relative(workspace, path).split(sep).join('/'));
    if (found.length > MAX_FILES)
      throw unusable(pattern, `matches more than ${MAX_FILES} files. Write a narrower pattern.`);
  }
  if (found.length === 0) {
    throw unusable(
      pattern,
      'matches no file. Are the files there, and the pattern relative to the workspace?',
    );
  }
  return found.sort((a, b) => (a < b ? -1 : 1));
}

async function whereInstead(path: string, inside: readonly string[]): Promise<string> {
  const [workspace = ''] = inside;
  const folder = await realpath(dirname(resolve(workspace, path))).catch(() => undefined);
  if (folder !== undefined && !isInside(folder, inside)) return OUTSIDE;
  const names = folder === undefined ? [] : await readdir(folder).catch(() => []);
  if (names.includes(basename(path))) return 'is a link to a file that does not exist.';
  const near = nearest(basename(path), names);
  return near === undefined
    ? 'does not exist in the workspace. Is the repository checked out (actions/checkout) in an earlier step?'
    : `does not exist in the workspace. Did you mean ${quoted(join(dirname(path), near))}?`;
}

function isInside(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => {
    const way = relative(root, path);
    return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
  });
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(codeOf(error));
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}
