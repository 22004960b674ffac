import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskTrouble } from './disk-trouble.ts';
import type { Log } from './log.ts';

/** A file to write: its name, and its text, whole or in chunks. */
export interface TempFile {
  readonly name: string;
  readonly text: string | Iterable<string>;
}

/**
 * Writes `files` into a new folder of RUNNER_TEMP, or of the system's temporary folder if that fails, and
 * returns the path of each by its key. Each file is written by itself. A file that cannot be written is
 * deleted, its path is empty, and a warning says why. Never throws because of the disk.
 */
export async function writeTempFiles<Key extends string>(
  prefix: string,
  files: Readonly<Record<Key, TempFile>>,
  log: Pick<Log, 'warning'>,
): Promise<Record<Key, string>> {
  const keys = Object.keys(files) as Key[];
  const paths = Object.fromEntries(keys.map((key) => [key, ''])) as Record<Key, string>;
  let folder: string;
  try {
    folder = await newFolder(prefix);
  } catch (error) {
    log.warning(
      diskTrouble(`No folder for ${keys.map((key) => files[key].name).join(', ')} could be made`, error),
    );
    return paths;
  }
  for (const key of keys) {
    const { name, text } = files[key];
    const path = join(folder, name);
    try {
      await writeFile(path, text);
      paths[key] = path;
    } catch (error) {
      log.warning(diskTrouble(`The file ${name} could not be written`, error));
      await rm(path, { force: true }).catch(() => undefined);
    }
  }
  return paths;
}

async function newFolder(prefix: string): Promise<string> {
  const given = process.env['RUNNER_TEMP'];
  if (given) {
    try {
      return await mkdtemp(join(given, prefix));
    } catch {
      // The system's folder is often on another disk.
    }
  }
  return await mkdtemp(join(tmpdir(), prefix));
}
