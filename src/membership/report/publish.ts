import type { Log } from '../../runner/log.ts';
import { setOutputs, type TempFile, writeSummary, writeTempFiles } from '../../runner/outputs.ts';
import { chunked } from '../../text/chunked.ts';
import { hideQuotations, redactAll, redactEmails } from '../../text/redact.ts';
import type { Change } from '../change.ts';
import type { Outcome } from '../outcome.ts';
import { planFileOf, planText } from '../plan-file.ts';
import { failsStep, type RunProblem, type RunResult } from '../run-result.ts';
import { annotate, logEnd } from './annotations.ts';
import { failureMessage } from './headline.ts';
import { outputsOf, reportCsv, reportJson } from './outputs.ts';
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
        undefined,
        'Not written',
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

type Redactor = (text: string) => string;

/**
 * `result` with every email address in it redacted, in inputs, messages, and names of groups. Locations stay:
 * annotations need the true name of the file, and its line leads to the person.
 */
export function redactResult(result: RunResult): RunResult {
  const { outcomes, problems, changes, groups, failedWrites } = result;
  const [name, message] = [remembering(redactEmails), remembering(redactEmails)];
  return {
    ...result,
    groups: redactAll(groups),
    outcomes: outcomes.map((outcome) => redactOutcome(outcome, name, message)),
    problems: problems.map(redactProblem),
    ...(changes === undefined ? {} : { changes: changes.map((change) => redactChange(change, name)) }),
    ...(failedWrites === undefined ? {} : { failedWrites: redactAll(failedWrites) }),
  };
}

/** `change`, which is not repeated for the same text as before: whole runs of outcomes share a sentence. */
function remembering(change: Redactor): Redactor {
  let [last, changed] = ['', ''];
  return (text) => {
    if (text !== last) [last, changed] = [text, change(text)];
    return changed;
  };
}

function redactOutcome(outcome: Outcome, ofName: Redactor, ofMessage: Redactor): Outcome {
  const { input, user, groupName, previousRole, message, note } = outcome;
  return {
    ...outcome,
    input: redactEmails(input),
    user: user === null ? null : redactEmails(user),
    groupName: ofName(groupName),
    previousRole: previousRole === null ? null : redactEmails(previousRole),
    message: ofMessage(message),
    ...(note === undefined ? {} : { note: redactEmails(note) }),
  };
}

/** Usernames stay: they are what is approved. The names of groups are not a part of the hash. */
function redactChange<T extends Change>(change: T, ofName: Redactor): T {
  const { member } = change;
  const hidden = { input: redactEmails(member.input), groupName: ofName(member.groupName) };
  return { ...change, member: { ...member, ...hidden } };
}

/** Of a row that could not be read, it is not known which of its cells is an address. */
function redactProblem({ message, remedy, ...problem }: RunProblem): RunProblem {
  const shown = problem.location === undefined ? message : hideQuotations(message);
  return { ...problem, message: redactEmails(shown), remedy: redactEmails(remedy) };
}
