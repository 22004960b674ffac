import { type ActionName, type RunOptions, type RunOutcome, runBundle } from '../scripts/runner.ts';
import { TEST_TOKEN } from '../simulator/index.ts';
import { ORG } from './organization.ts';

/** A finished run of a bundle, and what it took. */
export interface MeasuredRun extends RunOutcome {
  readonly seconds: number;
  /** Most memory that the process held at once, in MiB. */
  readonly peakMiB: number;
}

/**
 * Says at the end how much memory the process held at most. Linux counts that for each program from its start
 * (`VmHWM`), where `maxRSS` may be that of the process that started it.
 */
const PEAK = `data:text/javascript,${encodeURIComponent(`
import { readFileSync, writeSync } from 'node:fs';
process.on('exit', () => {
  let peak = process.resourceUsage().maxRSS;
  try {
    peak = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1];
  } catch {}
  writeSync(2, 'peak memory: ' + peak + ' kB');
});
`)}`;

/** Runs a bundle as a runner does, on the Hub at `url`. Throws where it fails, unless `mayFail`. */
export async function measuredRun(
  action: ActionName,
  url: string,
  { inputs, env, files = {}, onStart }: RunOptions,
  mayFail = false,
): Promise<MeasuredRun> {
  const outcome = await runBundle(action, {
    inputs: { 'hf-token': TEST_TOKEN, org: ORG, 'hub-url': url, 'redact-emails': 'false', ...inputs },
    env: { NODE_OPTIONS: `--import=${PEAK}`, ...env },
    files,
    ...(onStart === undefined ? {} : { onStart }),
  });
  const peak = /peak memory: (\d+) kB/.exec(outcome.stderr)?.[1];
  if (peak === undefined || (outcome.exitCode !== 0 && !mayFail)) {
    throw new Error(
      `${action} ended with ${outcome.exitCode}: ${outcome.stdout.slice(-2_000)} ${outcome.stderr.slice(-2_000)}`,
    );
  }
  return { ...outcome, seconds: outcome.milliseconds / 1000, peakMiB: Number(peak) / 1024 };
}
