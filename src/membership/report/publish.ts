import { setOutputs, writeSummary } from '../../runner/job-summary.ts';
import type { Log } from '../../runner/log.ts';
import { writeTempFiles } from '../../runner/temp-files.ts';
import { countsOf, failsStep } from '../counts.ts';
import type { RunResult } from '../outcome.ts';
import { annotate } from './annotations.ts';
import { failureMessage, headline } from './headline.ts';
import { redactResult } from './redaction.ts';
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
  setOutputs({ ...counts, changed: counts.added + counts.updated > 0 }, log);
  await writeSummary((maxBytes) => renderSummary(result, { maxBytes, redacted: redact }), log);
  const files = {
    report: { name: 'report.json', text: reportJson(result) },
    'report-csv': { name: 'report.csv', text: reportCsv(result.outcomes) },
  };
  setOutputs(await writeTempFiles('add-members-', files, log), log);
  await annotate(result, log);
  log.info(`${headline(result)}.`);
  return failsStep(result) ? failureMessage(result) : undefined;
}
