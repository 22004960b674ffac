import { HubError, type RunError } from '../../errors.ts';
import type { WantedMember } from '../assignment.ts';
import type { Code, Outcome } from '../outcome.ts';
import type { GroupWork } from '../plan.ts';
import { addPeople } from './add-people.ts';
import { type ApplyContext, createGroupRun, type GroupRun } from './group-run.ts';
import { updateRoles } from './update-roles.ts';

export interface Applied {
  readonly outcomes: ReadonlyMap<WantedMember, Outcome>;
  /** Why the group could not be finished, where that is nobody's in particular. */
  readonly problem: RunError | HubError | undefined;
}

/**
 * Does the work in one group, one write at a time. Gives back what became of everybody, whatever happens:
 * it throws for no refusal, no fault and no cancellation.
 */
export async function applyToGroup(work: GroupWork, context: ApplyContext): Promise<Applied> {
  const run = createGroupRun(work, context);
  try {
    const { somebody, problem } = await addPeople(work.add, run);
    await updateRoles(run, somebody);
    return { outcomes: run.outcomes, problem };
  } catch (error) {
    const { error: cause, scope } = await context.refusals.ofGroup(error, work.group);
    if (scope === 'run') context.run.ended ??= cause;
    const problem = scope === 'run' ? (context.run.ended ?? cause) : cause;
    settleRest([...work.add, ...run.updates], problem, run);
    return { outcomes: run.outcomes, problem };
  }
}

/** Settles everybody who was not dealt with, by what ended the work. */
function settleRest(people: readonly WantedMember[], problem: RunError | HubError, run: GroupRun): void {
  const { outcomes, writer, settle, context } = run;
  for (const person of people) {
    if (outcomes.has(person)) continue;
    if (writer.isInDoubt(person)) {
      settle(person, 'unconfirmed', 'The request was sent, but nobody could find out what became of it.');
    } else if (context.stop.aborted) {
      settle(person, 'cancelled', 'The run was cancelled before.');
    } else {
      settle(person, codeOf(problem), problem.message);
    }
  }
}

function codeOf(problem: RunError | HubError): Code {
  const kind = problem instanceof HubError ? problem.kind : undefined;
  return kind === 'rate-limited' || kind === 'unavailable' ? kind : 'not-attempted';
}
