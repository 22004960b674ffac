import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setOutput } from '@actions/core';
import { writeSummary } from '../../runner/job-summary.ts';
import type { Log } from '../../runner/log.ts';
import { redactResult } from '../../text/redact.ts';
import { countsOf, failsStep } from '../counts.ts';
import type { RunResult } from '../outcome.ts';
import { annotate } from './annotations.ts';
import { failureMessage, headline } from './headline.ts';
import { reportCsv, reportJson } from './report-file.ts';
import { renderSummary } from './summary.ts';

/**
 * Tells what happened everywhere that somebody may look: outputs, both report files, job summary, annotations and log.
 * Gives back why the step fails, or undefined where all is well.
 */
export async function publish(
  full: RunResult,
  { redact, log }: { readonly redact: boolean; readonly log: Log },
): Promise<string | undefined> {
  const result = redact ? redactResult(full) : full;
  const counts = countsOf(result.outcomes);
  for (const [name, count] of Object.entries(counts)) setOutput(name, count);
  setOutput('changed', counts.added + counts.updated > 0);
  await writeReports(result);
  await writeSummary(renderSummary(result, { redacted: redact }), log);
  await annotate(result, log);
  log.info(`${headline(result)}.`);
  return failsStep(result) ? failureMessage(result) : undefined;
}

async function writeReports(result: RunResult): Promise<void> {
  const folder = await mkdtemp(join(process.env['RUNNER_TEMP'] || tmpdir(), 'add-members-'));
  const files = { report: join(folder, 'report.json'), 'report-csv': join(folder, 'report.csv') };
  await writeFile(files.report, reportJson(result));
  await writeFile(files['report-csv'], reportCsv(result.outcomes));
  for (const [name, path] of Object.entries(files)) setOutput(name, path);
}
