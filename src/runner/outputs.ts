import { setOutput } from '@actions/core';
import { oneLine } from '../text/one-line.ts';
import type { Log } from './log.ts';

/** Sets the outputs of the step, each on one line and each by itself: one that cannot be written is a warning. */
export function setOutputs(outputs: Readonly<Record<string, string>>, log: Log): void {
  for (const [name, value] of Object.entries(outputs)) {
    try {
      setOutput(name, oneLine(value));
    } catch (error) {
      const cause = error instanceof Error ? error.message : error;
      log.warning(`The runner could not write the output \`${name}\`: ${cause}`);
    }
  }
}
