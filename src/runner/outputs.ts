import { appendFile, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setOutput } from '@actions/core';
import { MAX_SUMMARY_BYTES } from '../text/html.ts';
import { many } from '../text/words.ts';
import type { Log } from './log.ts';

/** Markdown, or what makes Markdown of at most so many bytes in UTF-8. */
export type SummaryText = string | ((maxBytes: number) => string);

/**
 * Appends to the job summary. Never throws: trouble is logged. Without a runner there is no
 * summary.
 *
 * The runner limits the file, not what one tool adds to it, so the room is what the file has left. Text that
 * does not fit is not written, because the runner would drop the whole file.
 */
export async function writeSummary(
  text: SummaryText,
  log: Pick<Log, 'info' | 'warning' | 'runnerTrouble'>,
): Promise<void> {
  const path = process.env['GITHUB_STEP_SUMMARY'];
  if (!path) return log.info('There is no job summary here: GITHUB_STEP_SUMMARY is not set.');
  const before = await summaryBytes();
  // HTML that follows the last line of another tool directly would be a part of its paragraph.
  const gap = before > 0 ? '\n\n' : '';
  const room = Math.max(0, MAX_SUMMARY_BYTES - before - gap.length - 1);
  const markdown = typeof text === 'string' ? text : text(room);
  if (markdown === '' || Buffer.byteLength(markdown) > room) {
    return log.warning(
      `The job summary is not written: this step has written ${many(before, 'byte', 'bytes')} to it already, and GitHub shows at most 1 MiB.`,
      undefined,
      'No job summary',
    );
  }
  try {
    await appendFile(path, `${gap}${markdown}\n`);
  } catch (error) {
    log.runnerTrouble('The job summary could not be written', error);
    // Half a summary would be half a table.
    await truncate(path, before).catch(() => undefined);
  }
}

/** The size of the job summary of this step so far, in bytes; 0 if there is none. */
export async function summaryBytes(): Promise<number> {
  const file = await stat(process.env['GITHUB_STEP_SUMMARY'] ?? '').catch(() => undefined);
  return file?.size ?? 0;
}

/**
 * Sets each output by itself, so that one failure does not keep the others from being set. Never throws: names
 * the outputs that are missing.
 */
export function setOutputs(
  outputs: Readonly<Record<string, string | number | boolean>>,
  log: Pick<Log, 'info' | 'runnerTrouble'>,
): void {
  // Without the file, @actions/core would print each value as a workflow command.
  if (!process.env['GITHUB_OUTPUT']) {
    log.info('There are no outputs here: GITHUB_OUTPUT is not set.');
    return;
  }
  const failed: string[] = [];
  let trouble: unknown;
  for (const [name, value] of Object.entries(outputs)) {
    try {
      setOutput(name, value);
    } catch (error) {
      failed.push(`\`${name}\``);
      trouble = error;
    }
  }
  if (failed.length === 0) return;
  const what = failed.length === 1 ? 'output' : 'outputs';
  log.runnerTrouble(`The ${what} ${failed.join(', ')} could not be set`, trouble);
}

/** A file to write: its name, and its text, whole or in chunks. */
export interface TempFile {
  readonly name: string;
  readonly text: string | Iterable<string>;
}

/**
 * Writes `files` into a new folder of RUNNER_TEMP, or of the system's temporary folder if that fails, and
 * returns the path of each by its key. Each file is written by itself. A file that cannot be written is
 * deleted, its path is empty, and the log says why. Never throws because of the disk.
 */
export async function writeTempFiles<Key extends string>(
  prefix: string,
  files: Readonly<Record<Key, TempFile>>,
  log: Pick<Log, 'runnerTrouble'>,
): Promise<Record<Key, string>> {
  const keys = Object.keys(files) as Key[];
  const paths = Object.fromEntries(keys.map((key) => [key, ''])) as Record<Key, string>;
  let folder: string;
  try {
    folder = await newFolder(prefix);
  } catch (error) {
    const names = keys.map((key) => files[key].name).join(', ');
    log.runnerTrouble(`No folder for ${names} could be made`, error);
    return paths;
  }
  for (const key of keys) {
    const { name, text } = files[key];
    const path = join(folder, name);
    try {
      await writeFile(path, text);
      paths[key] = path;
    } catch (error) {
      log.runnerTrouble(`The file ${name} could not be written`, error);
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
