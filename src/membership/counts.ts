import { type Outcome, type ReportProblem, type RunResult, STATUS_OF, type Status } from './outcome.ts';

/** How many outcomes there are of each status (interface.md, "Outputs"); `planned` holds both `would-` statuses. */
export interface Counts {
  readonly added: number;
  readonly updated: number;
  readonly skipped: number;
  readonly missing: number;
  readonly failed: number;
  readonly planned: number;
}

const COUNTED_AS: Readonly<Record<Status, keyof Counts>> = {
  added: 'added',
  updated: 'updated',
  skipped: 'skipped',
  missing: 'missing',
  failed: 'failed',
  'would-add': 'planned',
  'would-update': 'planned',
};

/** Counts of `outcomes`, one for each person and group. */
export function countsOf(outcomes: readonly Outcome[]): Counts {
  const counts = { added: 0, updated: 0, skipped: 0, missing: 0, failed: 0, planned: 0 };
  for (const { code } of outcomes) counts[COUNTED_AS[STATUS_OF[code]]] += 1;
  return counts;
}

/** Whether somebody has to look at `outcome`: the person was asked for and is not in the group. */
export function needsAttention({ code }: Pick<Outcome, 'code'>): boolean {
  return STATUS_OF[code] === 'failed' || STATUS_OF[code] === 'missing';
}

/** Whether `outcome` makes the step fail, and its annotation an error (interface.md, "Outcomes"). */
export function isFailure({ code }: Outcome, allowMissing: boolean): boolean {
  return STATUS_OF[code] === 'failed' || (STATUS_OF[code] === 'missing' && !allowMissing);
}

/** Whether the step ends with exit status 1. */
export function failsStep({ outcomes, problems, cancelled, allowMissing }: RunResult): boolean {
  return cancelled || problems.length > 0 || outcomes.some((outcome) => isFailure(outcome, allowMissing));
}

/** Trouble of the whole run, as opposed to a row's or a group's. */
export function runWide({ problems }: RunResult): ReportProblem[] {
  return problems.filter(({ source, group }) => source === undefined && group === undefined);
}

/** Rows that could not be read: they stop a run before anything is changed. */
export function badRows({ problems }: RunResult): ReportProblem[] {
  return problems.filter(({ source }) => source !== undefined);
}
