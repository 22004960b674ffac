import { setFlagsFromString } from 'node:v8';
import { debug, ExitCode, error as errorAnnotation, info, isDebug, setSecret } from '@actions/core';
import { HubError, InputError, RunError, unforeseen } from '../errors.ts';
import { type CancellationSignals, untilSignal } from '../hub/cancellation.ts';
import { diskTrouble, isDiskTrouble } from '../runner/disk-trouble.ts';
import { givenToken } from '../runner/input-values.ts';
import { createLog } from '../runner/log.ts';
import { setOutputs, summaryBytes, writeSummary } from '../runner/outputs.ts';
import { lastLines, shouldRedact } from '../runner/workflow-run.ts';
import { prose } from '../text/html.ts';
import { oneLine } from '../text/one-line.ts';
import { redactEmails } from '../text/redact.ts';

/**
 * V8 lets garbage grow to several times what is in use if a machine has much memory. A quarter is enough,
 * takes no longer, and keeps the promise of 500 MiB (docs/decisions.md has the figures).
 */
setFlagsFromString('--heap-growing-percent=25');

/** What an action does, from its inputs on. Returns why the step fails, or undefined if all is well. */
export type Main = (cancellation: CancellationSignals) => Promise<string | undefined>;

/**
 * Runs an action as a step. Masks the token before anything else, and turns whatever is thrown into one
 * message, an annotation under `title`. If the inputs are wrong, `emptyOutputs` are set, so that expressions
 * of later steps find numbers.
 */
export async function runAction(
  title: string,
  main: Main,
  emptyOutputs: Readonly<Record<string, string | number | boolean>> = {},
): Promise<void> {
  // A reader of the log that went away must not end the run halfway (EPIPE).
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const token = givenToken();
  if (token !== '') setSecret(token);
  const summaryBefore = await summaryBytes();
  const fail = async (error: unknown) => {
    // The inputs can contain email addresses, also if it could not be read whether to redact them.
    const redact = await shouldRedact('auto');
    const clean = redact ? redactEmails : (text: string) => text;
    const log = createLog({ redact });
    if (error instanceof InputError) setOutputs(emptyOutputs, log);
    if ((await summaryBytes()) === summaryBefore) await writeSummary(clean(summaryOf(error)), log);
    setFailed(title, clean(messageOf(error)));
    if (isDebug() && error instanceof Error && error.stack !== undefined) debug(clean(error.stack));
  };
  process.on('uncaughtException', (error) => void fail(error).finally(end));
  try {
    const failure = await main(untilSignal());
    if (failure !== undefined) setFailed(title, failure);
  } catch (error) {
    await fail(error);
  }
  await end();
}

/** What `setFailed` of @actions/core does, with a title. Called once. */
function setFailed(title: string, message: string): void {
  process.exitCode = ExitCode.Failure;
  errorAnnotation(message, { title });
}

/**
 * Ends the process, since open connections would keep it alive. What the runner did not read yet is waited
 * for.
 */
async function end(): Promise<void> {
  for (const line of lastLines(process.env)) info(line);
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit();
}

/** What is wrong, and what to do about it. Problems with the inputs have a line each. */
function messageOf(error: unknown): string {
  return error instanceof InputError ? error.message : oneLine(toldOf(error).join(' '));
}

/** The job summary of a step that ended before it had anything else to tell. */
function summaryOf(error: unknown): string {
  if (!(error instanceof InputError)) {
    const [message = '', ...remedy] = toldOf(error).map((text) => prose(text));
    return `<h2>❌ The run could not be completed</h2>\n\n<p>${[`<b>${message}</b>`, ...remedy].join('<br>')}</p>`;
  }
  const problems = error.message.split('\n').map((problem) => `<li>${prose(problem)}</li>`);
  return `<h2>❌ The inputs must be corrected</h2>\n\n<p>Nothing was changed.</p>\n\n<ul>${problems.join('')}</ul>`;
}

/** What happened, and what to do about it if that is known. */
function toldOf(error: unknown): string[] {
  if (error instanceof HubError) return [error.message];
  if (isDiskTrouble(error)) return [diskTrouble('A file of the runner could not be used', error)];
  const { message, remedy } = error instanceof RunError ? error : unforeseen(error);
  return [message, remedy];
}
