import { setOutput } from '@actions/core';
import { checkAccess, failureOf, outputsOf } from './check.ts';
import { accessSummary } from './summary.ts';
import type { CancellationSignals } from '../hub/cancellation.ts';
import { openSession } from '../hub/session.ts';
import { type AccessCheckInputs, MAX_WAIT_MS } from '../runner/inputs.ts';
import { createLog } from '../runner/log.ts';
import { writeSummary } from '../membership/report/publish.ts';
import { oneLine } from '../text/one-line.ts';

/** From the inputs to the outputs and the summary. Gives back why the step fails, or undefined; throws what kept it from an answer. */
export async function accessCheckStep(
  inputs: AccessCheckInputs,
  cancellation: CancellationSignals,
): Promise<string | undefined> {
  const log = createLog({ redact: false });
  const session = openSession({ ...inputs, maxWaitMs: MAX_WAIT_MS, cancellation, log });
  const check = await checkAccess(session, inputs, log.info);
  await session.close();
  for (const [name, value] of Object.entries(outputsOf(check))) setOutput(name, oneLine(value));
  await writeSummary(accessSummary(check), log);
  if (check.trouble !== undefined) throw check.trouble;
  const failure = failureOf(check);
  return failure === undefined ? undefined : oneLine(failure);
}
