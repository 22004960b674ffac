import { setOutput, summary } from '@actions/core';
import { checkAccess, failureOf, outputsOf } from '../access/check.ts';
import { accessSummary } from '../access/summary.ts';
import { openHub } from '../hub/open.ts';
import { MAX_WAIT_MS, readAccessCheckInputs } from '../inputs.ts';
import { createLog } from '../report/log.ts';
import { oneLine } from '../report/text.ts';
import { runAction } from './run-action.ts';

await runAction(async (lifetime) => {
  const inputs = readAccessCheckInputs();
  const log = createLog({ redact: false });
  const check = await checkAccess(
    openHub({ ...inputs, maxWaitMs: MAX_WAIT_MS, lifetime, log }),
    inputs,
    log.info,
  );
  for (const [name, value] of Object.entries(outputsOf(check))) setOutput(name, oneLine(value));
  await summary.addRaw(accessSummary(check)).write();
  if (check.trouble !== undefined) throw check.trouble;
  const failure = failureOf(check);
  return failure === undefined ? undefined : oneLine(failure);
});
