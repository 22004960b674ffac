import { summary } from '@actions/core';
import type { Log } from './log.ts';

/** Appends to the job summary. Outside of a runner there is none; one that cannot be written is a warning. */
export async function writeSummary(markdown: string, log: Log): Promise<void> {
  if (!process.env['GITHUB_STEP_SUMMARY']) {
    return log.info('There is no job summary here: GITHUB_STEP_SUMMARY is not set.');
  }
  try {
    await summary.addRaw(markdown, true).write();
  } catch (error) {
    log.warning(
      `The runner could not write the job summary: ${error instanceof Error ? error.message : error}`,
    );
  }
}
