import type { Refusal, RefusalExplainer } from '../../access/explain-refusal.ts';
import { HubError, RunError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import type { Clock } from '../../hub/clock.ts';
import type { Group } from '../../hub/schemas.ts';
import { outcomeOf, sameName, shownIn, type WantedMember } from '../assignment.ts';
import type { Code, Outcome } from '../outcome.ts';
import { decide, type GroupWork, type PlanOptions } from '../plan.ts';
import type { ChunkLimit } from './chunk-queue.ts';
import { createGroupWriter, type GroupWriter } from './group-writer.ts';

/** So many refused one by one and nobody accepted: then it is worth asking what the token may do, … */
export const REFUSED_BEFORE_ASKING = 2;
/** … and so many of whom it is known that they are members: then it is the group, not they. */
export const REFUSED_BEFORE_GIVING_UP = 4;

export interface ApplyContext {
  readonly hub: HubClient;
  readonly org: string;
  readonly options: PlanOptions & ChunkLimit;
  readonly refusals: RefusalExplainer;
  /** Aborted when the run is cancelled. */
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: { readonly info: (line: string) => void };
  /** What all groups of the run share: what ended it, where each looks before it writes, and the size of chunks. */
  readonly run: ChunkLimit & { ended?: RunError | HubError };
}

/** The work in one group while it is done: who was settled how, and what everybody who does a part of it needs. */
export interface GroupRun {
  readonly group: Group;
  readonly context: ApplyContext;
  readonly writer: GroupWriter;
  readonly outcomes: Map<WantedMember, Outcome>;
  /** People who turned out to be in the group with a role that is to be changed. */
  readonly updates: WantedMember[];
  settle(person: WantedMember, code: Code, message: string): void;
  /** Settles those whom `group` shows and gives back the others. `ours`: a write of this run may have put them there. */
  settleFrom(group: Group, people: Iterable<WantedMember>, ours: boolean): WantedMember[];
  /** Throws the refusal, if there is one; where it goes for all groups, it ends the run and is the same for each. */
  endIf(refusal: Refusal | undefined): void;
  /** Throws where the token or its owner may not manage this group. */
  endIfDenied(): Promise<void>;
  /** What to say where so many people were refused one by one that it cannot be they. */
  everybodyRefused(people: number, error: HubError): RunError;
}

export function createGroupRun({ group, update }: GroupWork, context: ApplyContext): GroupRun {
  const { hub, org, options, refusals, stop, run } = context;
  const writer = createGroupWriter({ hub, org, groupId: group.id, stop, run });
  const outcomes = new Map<WantedMember, Outcome>();
  const updates = [...update];

  function settle(person: WantedMember, code: Code, message: string): void {
    outcomes.set(person, outcomeOf(person, code, message));
  }

  function settleFrom(now: Group, people: Iterable<WantedMember>, ours: boolean): WantedMember[] {
    const everybody = [...people];
    const shown = shownIn(now, everybody);
    return everybody.filter((person) => {
      const there = shown.get(sameName(person.user));
      const respelled = { ...person, user: there?.user ?? person.user };
      const step = decide(respelled, there?.role, options);
      if (step === 'add') return true;
      if (there?.role === person.role && (ours || writer.wasSent(person)))
        outcomes.set(person, outcomeOf(respelled, 'added', `Added as ${person.role}.`));
      else if (step === 'update') updates.push(person);
      else outcomes.set(person, step);
      return false;
    });
  }

  function endIf(refusal: Refusal | undefined): void {
    if (refusal === undefined) return;
    if (refusal.scope === 'run') run.ended ??= refusal.error;
    throw refusal.scope === 'run' ? run.ended : refusal.error;
  }

  return {
    group,
    context,
    writer,
    outcomes,
    updates,
    settle,
    settleFrom,
    endIf,
    endIfDenied: async () => endIf(await refusals.ofAccess(group)),
    everybodyRefused: (people, error) =>
      new RunError(
        `The Hub refused each of the ${people} people who were tried one by one in "${group.name}", though they are in the organization. ${error.message}`,
        'If your identity provider manages the group (SCIM), change its members there; otherwise ask an administrator of the organization.',
        { cause: error },
      ),
  };
}

/** The Hub's refusal, where `error` is one that may concern single people; anything else is thrown. */
export function refusalIn(error: unknown, { context, endIf }: GroupRun): HubError {
  if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
  endIf(context.refusals.ofStatus(error));
  return error;
}
