import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../errors.ts';
import { nearest } from '../text/nearest.ts';
import { quoted } from '../text/quoted.ts';

/** Some 500,000 rows of three columns: more than an organization has people, and little enough to hold in memory. */
const MAX_CSV_BYTES = 32 * 1024 * 1024;

export async function readCsvFiles(
  csv: string,
  { workspace }: { readonly workspace: string; readonly temp?: string },
) {
  return csv === '' ? [] : [{ path: csv, bytes: await readCsvFile(csv, workspace) }];
}

/**
 * The bytes of the CSV at `path`, relative to `workspace`. Links are followed, and must end inside of the workspace.
 * @throws InputError where it is missing, not a regular file, outside of the workspace, larger than 32 MiB or not readable.
 *   Its message names the path as given, never where the workspace is.
 */
export async function readCsvFile(path: string, workspace: string): Promise<Uint8Array> {
  try {
    const root = await realpath(workspace);
    const file = await realpath(resolve(root, path)).catch(async (error: unknown) => {
      throw isMissing(error) ? unusable(path, await whereInstead(path, root)) : error;
    });
    if (!isInside(file, root)) throw unusable(path, OUTSIDE);
    // Asked before it is opened, because to open a pipe is to wait for somebody who writes to it.
    const stats = await stat(file);
    if (stats.isDirectory()) throw unusable(path, 'is a folder. Write the path of a file in it.');
    if (!stats.isFile()) throw unusable(path, 'is not a regular file.');
    if (stats.size > MAX_CSV_BYTES) throw unusable(path, TOO_LARGE);
    return await readFile(file);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw unusable(path, isForbidden(error) ? FORBIDDEN : `cannot be read (${codeOf(error)}).`);
  }
}

const OUTSIDE =
  'lies outside of the workspace. Copy it there in an earlier step, and write its path relative to the workspace.';
const TOO_LARGE = `is larger than ${MAX_CSV_BYTES / 1024 ** 2} MiB. Split it into several files.`;
const FORBIDDEN =
  'may not be read by the user that runs this step. Give that user the right to, for example with `chmod a+r`.';

function unusable(path: string, why: string): InputError {
  return new InputError(`\`csv\`: ${quoted(path)} ${why}`);
}

async function whereInstead(path: string, root: string): Promise<string> {
  const folder = await realpath(dirname(resolve(root, path))).catch(() => undefined);
  if (folder !== undefined && !isInside(folder, root)) return OUTSIDE;
  const names = folder === undefined ? [] : await readdir(folder).catch(() => []);
  const near = nearest(basename(path), names);
  return near === undefined
    ? 'does not exist in the workspace. Is the repository checked out (actions/checkout) in an earlier step?'
    : `does not exist in the workspace. Did you mean ${quoted(join(dirname(path), near))}?`;
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
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
