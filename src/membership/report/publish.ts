import { setOutputs, writeSummary } from '../../runner/job-summary.ts';
import type { Log } from '../../runner/log.ts';
import { writeTempFiles } from '../../runner/temp-files.ts';
import { countsOf } from '../outcome.ts';
import { failsStep, type RunResult } from '../run-result.ts';
import { annotate } from './annotations.ts';
import { failureMessage, headline } from './headline.ts';
import { redactResult } from './redact-result.ts';
import { reportCsv, reportJson } from './report-file.ts';
import { renderSummary } from './summary.ts';

/**
 * Reports what happened in every place that people look at: outputs, job summary, report files, annotations, and the log.
 * Returns why the step fails, or undefined if all is well.
 */
export async function publish(
  full: RunResult,
  { redact, log }: { readonly redact: boolean; readonly log: Log },
): Promise<string | undefined> {
  const result = redact ? redactResult(full) : full;
  const counts = countsOf(result.outcomes);
  setOutputs({ ...counts, changed: counts.added + counts.updated + counts.removed > 0 }, log);
  await writeSummary((maxBytes) => renderSummary(result, { maxBytes, redacted: redact }), log);
  const files = {
    report: { name: 'report.json', text: reportJson(result) },
    'report-csv': { name: 'report.csv', text: reportCsv(result.outcomes) },
  };
  setOutputs(await writeTempFiles('membership-', files, log), log);
  await annotate(result, log);
  log.info(`${headline(result)}.`);
  return failsStep(result) ? failureMessage(result) : undefined;
}
