import { setFlagsFromString } from 'node:v8';
import { debug, isDebug, setFailed, setSecret } from '@actions/core';
import { HubError, InputError, RunError, unforeseen } from '../errors.ts';
import type { CancellationSignals } from '../hub/cancellation.ts';
import { givenToken } from '../runner/inputs.ts';
import { untilSignal } from '../hub/cancellation.ts';
import { redactEmails } from '../text/redact.ts';
import { oneLine } from '../text/one-line.ts';
import { shouldRedact } from '../runner/visibility.ts';

/**
 * V8 lets garbage grow to several times what is in use where a machine has much memory. A quarter is enough, and takes no longer:
 * a dry run over 200,000 rows peaks at 430 MiB instead of 550 (`npm run bench`).
 */
setFlagsFromString('--heap-growing-percent=25');

/**
 * Runs an action as a step: masks the token before anything else, and turns whatever is thrown into one message.
 * `main` gives back why the step fails, or undefined where all is well.
 */
export async function runAction(
  main: (cancellation: CancellationSignals) => Promise<string | undefined>,
): Promise<void> {
  const token = givenToken();
  if (token !== '') setSecret(token);
  const cancellation = untilSignal();
  try {
    const failure = await main(cancellation);
    if (failure !== undefined) setFailed(failure);
  } catch (error) {
    // Whatever the inputs say of e-mails may be what could not be read.
    const clean = (await shouldRedact('auto')) ? redactEmails : (text: string) => text;
    setFailed(clean(messageFor(error)));
    if (isDebug() && error instanceof Error && error.stack !== undefined) debug(clean(error.stack));
  }
  // What a runner has not read yet would be lost with the process.
  await new Promise((resolve) => process.stdout.write('', resolve));
  process.exit();
}

/** What is wrong, and what to do about it, in words for an administrator. */
function messageFor(error: unknown): string {
  if (error instanceof InputError) return error.message;
  if (error instanceof HubError) return oneLine(error.message);
  const { message, remedy } = error instanceof RunError ? error : unforeseen(error);
  return oneLine(`${message} ${remedy}`);
}
