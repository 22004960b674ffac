import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RunOutcome } from '../../../scripts/runner.ts';
import type { SimulatedHub } from '../../../simulator/index.ts';
import type { PlanFile } from '../../../src/membership/plan-file.ts';

const validator = (file: string) => new Ajv2020().compile(JSON.parse(readFileSync(file, 'utf8')) as object);
const isPlan = validator('schema/plan.schema.json');
const isReport = validator('schema/report.schema.json');

/** The text of the file that an output names; empty if it names none. */
export function fileOf({ outputs }: Pick<RunOutcome, 'outputs'>, output: string): string {
  const path = outputs[output];
  return path ? readFileSync(path, 'utf8') : '';
}

/** The plan of a run, after a look at it and at the report: both follow their schemas. */
export function planOf(run: Pick<RunOutcome, 'outputs'>): PlanFile {
  isReport(JSON.parse(fileOf(run, 'report')));
  expect(isReport.errors).toBeNull();
  const plan = JSON.parse(fileOf(run, 'plan')) as PlanFile;
  isPlan(plan);
  expect(isPlan.errors).toBeNull();
  expect(run.outputs['plan-hash']).toBe(plan.hash);
  return plan;
}

/** What the groups of a Hub would be after the changes of a plan, by the names of the groups. */
export function planned(hub: SimulatedHub, { changes }: PlanFile): Record<string, Record<string, string>> {
  const groups: Record<string, Record<string, string>> = {};
  for (const { groupName, user, to } of changes) {
    const members = { ...(groups[groupName] ?? hub.members(groupName)) };
    if (to === null) delete members[user];
    else members[user] = to;
    groups[groupName] = members;
  }
  return groups;
}
