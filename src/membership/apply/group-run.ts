import {
  mentionsScim,
  type Refusal,
  type RefusalExplainer,
  scimRemedy,
} from '../../access/explain-refusal.ts';
import { HubError, RunError } from '../../errors.ts';
import type { Clock } from '../../hub/cancellation.ts';
import type { HubClient } from '../../hub/client.ts';
import type { Group } from '../../hub/schemas.ts';
import { duration, many, number } from '../../text/words.ts';
import { membersByKey, userKey } from '../assignment.ts';
import { type Add, type Change, changeFor, isChange, type UpdateRole } from '../change.ts';
import { type Outcome, type OutcomeCode, outcomeOf, statusOf } from '../outcome.ts';
import type { GroupPlan } from '../plan.ts';
import type { ChunkLimit } from './chunk-queue.ts';
import { createGroupWriter, type GroupWriter } from './group-writer.ts';

/** After this many people were refused alone and no one was accepted, the Hub is asked what the token may do, … */
export const REFUSED_BEFORE_ASKING = 2;
/** … and after this many who are members for certain, the cause is the group and not they. */
const REFUSED_BEFORE_GIVING_UP = 6;
/** After this many answers in a row were lost without an effect, others are tried, … */
export const LOST_BEFORE_TRYING_OTHERS = 6;
/** … and after this many the group counts as out of order, regardless of who is named. */
export const LOST_BEFORE_GIVING_UP = 13;

export interface ApplyContext {
  readonly hub: HubClient;
  readonly org: string;
  readonly onExisting: 'keep' | 'update';
  /** Whether the plan is an approved one: what is removed must be in it with the role that the person has. */
  readonly isApproved: boolean;
  /** Group admins that must be left after demotions and removals. */
  readonly minAdmins: number;
  readonly refusals: RefusalExplainer;
  /** Whether the member listing was asked about the people before; if not, they are all usernames for one request. */
  readonly wasListed: boolean;
  /** Aborted when the run is canceled. */
  readonly stop: AbortSignal;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: { readonly info: (line: string) => void };
  /** By position; filled as the run goes on. */
  readonly outcomes: (Outcome | undefined)[];
  /** What all groups of the run share: what ended it, and the size of chunks. */
  readonly run: ChunkLimit & { ended?: RunError | HubError };
}

/** The work in one group while it is done, and what each step of it needs. */
export interface GroupRun {
  readonly group: Group;
  readonly context: ApplyContext;
  readonly writer: GroupWriter;
  /** Roles to change: those planned, and people who turned out to be in the group with another role. */
  readonly updateRoles: UpdateRole[];
  /** Whether the Hub accepted any write to the group. */
  anyAccepted: boolean;
  record(
    change: Pick<Change, 'position' | 'member'>,
    code: OutcomeCode,
    message: string,
    previousRole?: string | null,
  ): void;
  /**
   * Records those whom `group` shows, and returns the others. `accepted`: it is the Hub's answer to a request that named
   * them, so that another role than the one asked for is no role that they had.
   */
  recordShown(group: Group, adds: Iterable<Add>, accepted: boolean): Add[];
  /**
   * What to record if the group, as it was last seen, shows another role than the plan: no guard and no approval has seen the
   * change that it would be now. Undefined if it does not, or if no check looked at the plan.
   */
  changedSincePlan(update: UpdateRole): Outcome | undefined;
  /** Whether the group, as it was last seen, would have too few admins without this one. */
  isLastAdmin(change: Pick<Change, 'member'>): boolean;
  /** Throws the refusal, if there is one. If it goes for all groups, it ends the run and is the same for each. */
  endIf(refusal: Refusal | undefined): void;
  /** Throws if the token or its owner may not manage this group, which refused a write with `error`. */
  endIfDenied(error: HubError): Promise<void>;
  /** What to say if so many people were refused alone that they cannot be the cause. */
  everyoneRefused(people: number, error: HubError): RunError;
}

export function createGroupRun({ group, updateRoles: planned }: GroupPlan, context: ApplyContext): GroupRun {
  const { hub, org, onExisting, refusals, stop, run, outcomes } = context;
  const writer = createGroupWriter({ hub, org, group, stop, run });
  const updateRoles = [...planned];

  function record(
    { position, member }: Pick<Change, 'position' | 'member'>,
    code: OutcomeCode,
    message: string,
    previousRole?: string | null,
  ): void {
    outcomes[position] = outcomeOf(member, code, message, previousRole);
  }

  function recordShown(now: Group, some: Iterable<Add>, accepted: boolean): Add[] {
    const adds = [...some];
    const members = membersByKey(now, new Set(adds.map(({ member }) => member.user)));
    return adds.filter((add) => {
      const current = members.get(userKey(add.member.user));
      const step = changeFor(add.position, add.member, current, onExisting);
      if (current === undefined || (isChange(step) && step.action === 'add')) return true;
      if (current.role === add.to && (accepted || writer.wasSent(add.member))) {
        const member = { ...add.member, user: current.user };
        outcomes[add.position] = outcomeOf(member, 'added', `Added as ${add.to}.`);
      } else if (accepted) {
        return true;
      } else if (isChange(step)) {
        updateRoles.push(step);
      } else {
        outcomes[add.position] = step;
      }
      return false;
    });
  }

  function changedSincePlan({ position, member, from }: UpdateRole): Outcome | undefined {
    const current = membersByKey(writer.latest, new Set([member.user])).get(userKey(member.user));
    if (onExisting !== 'keep' || current === undefined || current.role === from) return undefined;
    const step = changeFor(position, member, current, 'keep');
    return isChange(step) ? undefined : step;
  }

  function isLastAdmin({ member }: Pick<Change, 'member'>): boolean {
    const admins = writer.latest.users.filter(({ role }) => role === 'admin');
    const isAdmin = admins.some(({ name }) => userKey(name) === userKey(member.user));
    return isAdmin && admins.length <= context.minAdmins;
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
    updateRoles,
    anyAccepted: false,
    record,
    recordShown,
    changedSincePlan,
    isLastAdmin,
    endIf,
    endIfDenied: async (error) => endIf(await refusals.ofAccess(group, error)),
    everyoneRefused: (people, error) =>
      new RunError(
        `The Hub refused ${people === 1 ? 'the one person who was tried' : `each of the ${people} people who were tried one by one`} in "${group.name}", although they are in the organization. ${error.message}`,
        mentionsScim(error)
          ? scimRemedy(org)
          : 'If your identity provider manages the group (SCIM), change its members there. Otherwise ask an administrator of the organization.',
        { cause: error },
      ),
  };
}

/** How many people must be refused alone until the cause is the group: fewer if the Hub says itself what it is. */
export function refusedBeforeGivingUp(error: HubError): number {
  return mentionsScim(error) ? REFUSED_BEFORE_ASKING : REFUSED_BEFORE_GIVING_UP;
}

/** The Hub's refusal, if `error` is one that can concern single people. Throws anything else. */
export function refusalIn(error: unknown, { context, endIf }: GroupRun): HubError {
  if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
  endIf(context.refusals.ofStatus(error));
  return error;
}

/** Seconds to go, above which the estimate is worth telling. */
const LONG = 10;

/** How many changes that are made one by one are told in one line. */
const TOLD_AT_ONCE = 50;

/** What became of the changes of one kind in a group so far. */
export interface Progress {
  /** How many were made and confirmed. */
  readonly made: number;
  readonly what: 'added' | 'removed' | 'changed';
  /** How many were refused alone. */
  readonly refused: number;
  /** How many have no result yet. */
  readonly left: number;
  readonly total: number;
}

/**
 * One line: `Cohort 2024: 148 added, 2 refused, 250 left; about 1 min 40 s to go (until 09:42:10 UTC)`. The
 * estimate is for long runs only, at the same pace from `now` on.
 */
export function progressLine(
  name: string,
  { made, what, refused, left, total }: Progress,
  elapsedMs: number,
  now: Date,
): string {
  const parts = [
    `${what === 'changed' ? many(made, 'role', 'roles') : number(made)} ${what}`,
    ...(refused > 0 ? [`${number(refused)} refused`] : []),
    ...(left > 0 ? [`${number(left)} left`] : []),
  ];
  const line = `${name}: ${parts.join(', ')}`;
  const done = total - left;
  const seconds = done > 0 ? (elapsedMs / 1000 / done) * left : 0;
  if (seconds < LONG) return line;
  const end = new Date(now.getTime() + seconds * 1000).toISOString().slice(11, 19);
  return `${line}; about ${duration(seconds)} to go (until ${end} UTC)`;
}

/** The status of a change that was made, in words for the log. */
const MADE = { removed: 'removed', updated: 'changed' } as const;

/**
 * Tells how far changes that are made one by one have come. To be called before each of them with how many were tried and
 * refused so far, and at the end: it logs after every fifty, and if `isEnd`.
 */
export function createProgressLog(
  changes: readonly Change[],
  status: keyof typeof MADE,
  { group, context: { clock, log, outcomes } }: Pick<GroupRun, 'group' | 'context'>,
): (tried: number, refused: number, isEnd?: boolean) => void {
  const began = clock.now();
  const isMade = ({ position }: Change) => {
    const outcome = outcomes[position];
    return outcome !== undefined && statusOf(outcome) === status;
  };
  return (tried, refused, isEnd = false) => {
    if (!isEnd && (tried === 0 || tried % TOLD_AT_ONCE !== 0)) return;
    const counts = { made: changes.filter(isMade).length, refused, left: changes.length - tried };
    const progress = { ...counts, what: MADE[status], total: changes.length };
    log.info(progressLine(group.name, progress, clock.now() - began, clock.date()));
  };
}
