import { readFileSync } from 'node:fs';
import { type ActionName, type RunOptions, type RunOutcome, runBundle } from '../../scripts/runner.ts';
import { type SimulatedHub, TEST_TOKEN } from '../../simulator/index.ts';
import type { Role } from '../../src/roles.ts';

export const GROUP = 'Cohort 2024';

/** One result of the report (interface.md, section 4). */
export interface Result {
  readonly source: string;
  readonly input: string;
  readonly user: string | null;
  readonly group: string;
  readonly groupName: string;
  /** Null if the person should not be in the group. */
  readonly role: Role | null;
  readonly status: string;
  readonly code: string;
  readonly message: string;
}

export interface Report {
  readonly version: number;
  readonly org: string;
  readonly dryRun: boolean;
  readonly groups: readonly { readonly id: string; readonly name: string }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly requests: {
    readonly total: number;
    readonly retries: number;
    readonly rateLimitWaitSeconds: number;
  };
  readonly results: readonly Result[];
}

export interface Step extends RunOutcome {
  /** Undefined if the step left none. */
  readonly report: Report | undefined;
  readonly reportCsv: string;
}

/** Runs a bundle as a runner does, for one group of `acme` unless the inputs say otherwise. */
export async function runStep(
  hub: SimulatedHub,
  options: RunOptions,
  action: ActionName = 'add-members',
): Promise<Step> {
  const inputs = {
    'hf-token': TEST_TOKEN,
    org: 'acme',
    'resource-group': GROUP,
    'hub-url': hub.url,
    ...options.inputs,
  };
  const outcome = await runBundle(action, { ...options, inputs });
  const read = (output: string) => {
    const path = outcome.outputs[output];
    return path ? readFileSync(path, 'utf8') : '';
  };
  const report = read('report');
  return {
    ...outcome,
    report: report === '' ? undefined : JSON.parse(report),
    reportCsv: read('report-csv'),
  };
}
