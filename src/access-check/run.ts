import { tokenType } from '../access/token.ts';
import { messageWithRemedy } from '../errors.ts';
import type { CancellationSignals } from '../hub/cancellation.ts';
import { openSession } from '../hub/session.ts';
import { type AccessCheckInputs, MAX_WAIT_MS } from '../runner/inputs.ts';
import { createLog } from '../runner/log.ts';
import { setOutputs, writeSummary } from '../runner/outputs.ts';
import { oneLine } from '../text/one-line.ts';
import {
  askWho,
  conclude,
  type Evidence,
  failureOf,
  findGroup,
  outputsOf,
  resultLines,
  tryToWrite,
} from './check.ts';
import { accessSummary } from './summary.ts';

/** Checks what a token can do. Returns why the step fails, or undefined. */
export async function accessCheckStep(
  inputs: AccessCheckInputs,
  cancellation: CancellationSignals,
): Promise<string | undefined> {
  const { org, hubUrl, group, probe } = inputs;
  const log = createLog({ redact: false });
  const session = openSession({ ...inputs, maxWaitMs: MAX_WAIT_MS, cancellation, log });
  let evidence: Evidence = { location: { org, hubUrl } };
  try {
    evidence = await log.phase('Ask whose token this is', async () => {
      const asked = await askWho(session.hub, evidence);
      log.info(`Account: ${asked.who?.name ?? 'unknown'}. Type of the token: ${tokenType(asked.who)}.`);
      return asked;
    });
    if (group !== undefined) {
      evidence = await log.phase(`Find the resource group ${group}`, async () => {
        const found = await findGroup(session.hub, evidence, group);
        const { id = 'unknown', name = group } = found.location.group ?? {};
        log.info(`Resource group: "${name}". Id: ${id}.`);
        return found;
      });
    }
    if (probe) {
      evidence = await log.phase('Try to write', () => tryToWrite(session, evidence, log.info));
    }
  } catch (trouble) {
    evidence = { ...evidence, trouble };
  }
  await session.close();

  const check = conclude(evidence, inputs);
  await writeSummary(accessSummary(check), log);
  setOutputs(outputsOf(check), log);
  if ('trouble' in check) return messageWithRemedy(check.trouble);
  for (const line of resultLines(check)) log.info(line);
  if (check.probe?.warning !== undefined) log.warning(check.probe.warning, undefined, 'Probe');
  const failure = failureOf(check);
  return failure === undefined ? undefined : oneLine(failure);
}
