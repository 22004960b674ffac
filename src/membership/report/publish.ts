import { setOutputs, writeSummary } from '../../runner/job-summary.ts';
import type { Log } from '../../runner/log.ts';
import { type TempFile, writeTempFiles } from '../../runner/temp-files.ts';
import { chunked } from '../../text/chunked.ts';
import { planFileOf, planText } from '../plan-file.ts';
import { failsStep, type RunResult } from '../run-result.ts';
import { annotate } from './annotations.ts';
import { logEnd } from './end-of-log.ts';
import { failureMessage } from './headline.ts';
import { outputsOf } from './outputs.ts';
import { redactResult } from './redact-result.ts';
import { reportCsv, reportJson } from './report-file.ts';
import { renderSummary } from './summary.ts';

export interface PublishOptions {
  readonly redact: boolean;
  readonly log: Log;
  /**
   * The rows that are missing or failed, as a CSV in the columns of the roster; undefined if there are none. Not
   * called if email addresses are redacted.
   */
  readonly retryCsv?: (result: RunResult) => Iterable<string> | undefined;
  /** Keeps the comment on the pull request, if one is asked for. */
  readonly comment?: (result: RunResult) => Promise<void>;
}

/**
 * Reports what happened in every place that people look at, the most important first: a canceled run has only
 * seconds left. Each part is written by itself: one that fails is logged, and the others are still written.
 * Returns why the step fails, or undefined if all is well.
 */
export async function publish(full: RunResult, options: PublishOptions): Promise<string | undefined> {
  const { redact, log } = options;
  const result = redact ? redactResult(full) : full;
  const writers: Readonly<Record<string, () => void | Promise<void>>> = {
    'job summary': () =>
      writeSummary((maxBytes) => renderSummary(result, { maxBytes, redacted: redact }), log),
    outputs: () => setOutputs(outputsOf(result.outcomes), log),
    plan: () => writePlan(result, log),
    'report files': () => writeReports(result, log),
    'retry file': () => writeRetry(full, options),
    annotations: () => annotate(result, log),
    comment: () => options.comment?.(full),
    'end of the log': () => logEnd(result, log),
  };
  for (const [name, write] of Object.entries(writers)) {
    try {
      await write();
    } catch (error) {
      log.warning(
        `The ${name} could not be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return failsStep(result) ? failureMessage(result) : undefined;
}

async function writeReports(result: RunResult, log: Log): Promise<void> {
  const files = {
    report: { name: 'report.json', text: reportJson(result) },
    'report-csv': { name: 'report.csv', text: reportCsv(result.outcomes) },
  };
  setOutputs(await writeTempFiles('membership-', files, log), log);
}

/** A run that ended before it had a plan has none to approve. */
async function writePlan({ org, changes }: RunResult, log: Log): Promise<void> {
  if (changes === undefined) return setOutputs({ plan: '', 'plan-hash': '' }, log);
  const plan = planFileOf(org, changes);
  const file: TempFile = { name: 'plan.json', text: chunked(planText(plan)) };
  setOutputs({ ...(await writeTempFiles('plan-', { plan: file }, log)), 'plan-hash': plan.hash }, log);
}

async function writeRetry(full: RunResult, { redact, log, retryCsv }: PublishOptions): Promise<void> {
  const text = redact ? undefined : retryCsv?.(full);
  const files =
    text === undefined
      ? { 'retry-csv': '' }
      : await writeTempFiles('retry-', { 'retry-csv': { name: 'retry.csv', text } }, log);
  setOutputs(files, log);
}
