import pMap from 'p-map';
import { HubError, type RunError } from '../../errors.ts';
import type { Change } from '../change.ts';
import type { OutcomeCode } from '../outcome.ts';
import type { GroupPlan } from '../plan.ts';
import { addPeople } from './add-people.ts';
import { type ApplyContext, createGroupRun, type GroupRun } from './group-run.ts';
import { updateRoles } from './update-roles.ts';

/** Groups that are written to at the same time; each of them gets one write at a time. */
const GROUPS_AT_ONCE = 16;

/** Removes people from a group; only sync-members has it, so that add-members holds no code that could. */
export type RemovePeople = (groupPlan: GroupPlan, run: GroupRun) => Promise<RunError | undefined>;

/** Why a group could not be finished, if the cause is not specific to one person. */
export interface GroupProblem {
  readonly group: string;
  readonly error: RunError | HubError;
}

/**
 * Carries out the changes of all groups, several groups side by side. Records the outcome of each change in
 * `context.outcomes`, whatever happens: it throws for no refusal, no fault, and no cancellation.
 */
export async function applyPlan(
  groups: readonly GroupPlan[],
  context: ApplyContext,
  removePeople?: RemovePeople,
): Promise<GroupProblem[]> {
  const work = groups.filter(
    ({ add, updateRoles: roles, remove }) => add.length + roles.length + remove.length > 0,
  );
  const problems = await pMap(
    work,
    async (groupPlan) => {
      const error = await applyToGroup(groupPlan, context, removePeople);
      return error === undefined ? [] : [{ group: groupPlan.group.id, error }];
    },
    { concurrency: GROUPS_AT_ONCE },
  );
  return problems.flat();
}

/** In this order, so that a person who was renamed is added before the old name is removed. */
async function applyToGroup(
  groupPlan: GroupPlan,
  context: ApplyContext,
  removePeople: RemovePeople | undefined,
): Promise<RunError | HubError | undefined> {
  const run = createGroupRun(groupPlan, context);
  try {
    const problem = await addPeople(groupPlan.add, run);
    await updateRoles(run);
    // That no one can be added does not keep those in who should leave.
    const problemOfRemoval = await removePeople?.(groupPlan, run);
    return problem ?? problemOfRemoval;
  } catch (error) {
    const { error: cause, scope } = await context.refusals.ofGroup(error, groupPlan.group);
    if (scope === 'run') context.run.ended ??= cause;
    const problem = scope === 'run' ? (context.run.ended ?? cause) : cause;
    recordRest([...groupPlan.add, ...run.updateRoles, ...groupPlan.remove], problem, run);
    return problem;
  }
}

/** Records all changes that were not processed, by what ended the work. */
function recordRest(changes: readonly Change[], problem: RunError | HubError, run: GroupRun): void {
  const { writer, record, context } = run;
  for (const change of changes) {
    if (context.outcomes[change.position] !== undefined) continue;
    if (writer.isInDoubt(change.member)) {
      record(change, 'unconfirmed', 'The request was sent, but its result is unknown.', change.from);
    } else if (context.stop.aborted) {
      record(change, 'cancelled', 'The run was canceled before this change.', change.from);
    } else {
      record(change, codeOf(problem), problem.message, change.from);
    }
  }
}

/** The code of people whom a problem of the run or the group kept from being processed. */
export function codeOf(problem: Error): OutcomeCode {
  const kind = problem instanceof HubError ? problem.kind : undefined;
  return kind === 'rate-limited' || kind === 'unavailable' || kind === 'cancelled' ? kind : 'not-attempted';
}
