import { appendFile, stat, truncate } from 'node:fs/promises';
import { setOutput } from '@actions/core';
import { MAX_SUMMARY_BYTES } from '../text/fit-to-size.ts';
import { many } from '../text/words.ts';
import { diskTrouble } from './disk-trouble.ts';
import type { Log } from './log.ts';

/** Markdown, or what makes Markdown of at most so many bytes in UTF-8. */
export type SummaryText = string | ((maxBytes: number) => string);

/**
 * Appends to the job summary. Never throws: trouble is logged as a warning. Without a runner there is no
 * summary.
 *
 * The runner limits the file, not what one tool adds to it, so the room is what the file has left. Text that
 * does not fit is not written, because the runner would drop the whole file.
 */
export async function writeSummary(text: SummaryText, log: Pick<Log, 'info' | 'warning'>): Promise<void> {
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
    );
  }
  try {
    await appendFile(path, `${gap}${markdown}\n`);
  } catch (error) {
    log.warning(diskTrouble('The job summary could not be written', error));
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
 * Sets each output by itself, so that one failure does not keep the others from being set. Never throws: logs
 * one warning that names the outputs that are missing.
 */
export function setOutputs(
  outputs: Readonly<Record<string, string | number | boolean>>,
  log: Pick<Log, 'info' | 'warning'>,
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
  log.warning(diskTrouble(`The ${what} ${failed.join(', ')} could not be set`, trouble));
}
