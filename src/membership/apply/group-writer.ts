import { HubError, type RunError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import { addToGroup, changeRole, getGroup, getGroupAfterCancel } from '../../hub/endpoints.ts';
import { GIVEN_UP } from '../../hub/network-error.ts';
import type { Group } from '../../hub/schemas.ts';
import { type ChunkLimit, LOSSES_BEFORE_HALVING } from './chunk-queue.ts';
import { sameName, type WantedMember } from '../assignment.ts';

export interface GroupWriterOptions {
  readonly hub: HubClient;
  readonly org: string;
  readonly groupId: string;
  /** Aborted when the run is cancelled: reads are then the last look at what became of a write. */
  readonly stop: AbortSignal;
  /** What ended the whole run; looked at before every write. */
  readonly run: ChunkLimit & { readonly ended?: RunError | HubError };
}

/** Answers that may be lost before one person at whom the Hub fails is found in a chunk, and some more for others like them. */
const LOST_BEFORE_GIVING_UP = LOSSES_BEFORE_HALVING + 6;

/** Writes to one group, and remembers which writes nothing is known of. */
export interface GroupWriter {
  /** Adds people; gives back the group, or undefined where the answer was lost. Throws a HubError, or what ended the run. */
  add(people: readonly WantedMember[]): Promise<Group | undefined>;
  /** Changes a role; gives back the group, or undefined where the answer was lost. Throws like `add`. */
  changeRole(person: WantedMember): Promise<Group | undefined>;
  /** The group as it is now. Throws a HubError. */
  read(): Promise<Group>;
  /** Whether a lost write named this person: if the group shows them later, it was most likely this run. */
  wasSent(person: WantedMember): boolean;
  /** Whether a lost write named this person and the group was not read since, or the Hub may still be at work on it. */
  isInDoubt(person: WantedMember): boolean;
  /**
   * The group as it is after an answer was lost, once the Hub had time to act, or at once where there is no time to wait:
   * then `outOfTime` is why nothing should be sent any more. Throws a HubError.
   */
  lookAfterLoss(): Promise<{ readonly group: Group; readonly outOfTime: HubError | undefined }>;
  /** Whether so many answers in a row were lost that the group cannot be written to, whoever is named. */
  isDeaf(): boolean;
}

export function createGroupWriter({ hub, org, groupId, stop, run }: GroupWriterOptions): GroupWriter {
  const sent = new Set<string>();
  const inDoubt = new Set<string>();
  const givenUp = new Set<string>();
  const mostLost = LOST_BEFORE_GIVING_UP + Math.ceil(Math.log2(run.chunkSize));
  let lost = 0;

  async function write(
    people: readonly WantedMember[],
    send: () => Promise<Group>,
  ): Promise<Group | undefined> {
    if (run.ended !== undefined) throw run.ended;
    try {
      const group = await send();
      lost = 0;
      return group;
    } catch (error) {
      if (!(error instanceof HubError) || error.kind !== 'lost') throw error;
      lost += 1;
      for (const { user } of people) {
        sent.add(sameName(user));
        inDoubt.add(sameName(user));
        if (error.code === GIVEN_UP) givenUp.add(sameName(user));
      }
      return undefined;
    }
  }

  async function read(): Promise<Group> {
    const group = await (stop.aborted ? getGroupAfterCancel(hub, org, groupId) : getGroup(hub, org, groupId));
    inDoubt.clear();
    return group;
  }

  async function backOff(): Promise<HubError | undefined> {
    try {
      if (!stop.aborted) await hub.backOff(lost);
      return undefined;
    } catch (error) {
      if (error instanceof HubError) return error;
      throw error;
    }
  }

  return {
    add: (people) => {
      const users = people.map(({ user, role }) => ({ user, role }));
      return write(people, () => addToGroup(hub, org, groupId, users));
    },
    changeRole: (person) => write([person], () => changeRole(hub, org, groupId, person.user, person.role)),
    read,
    async lookAfterLoss() {
      const outOfTime = await backOff();
      return { group: await read(), outOfTime };
    },
    wasSent: (person) => sent.has(sameName(person.user)),
    isInDoubt: ({ user }) => inDoubt.has(sameName(user)) || givenUp.has(sameName(user)),
    isDeaf: () => lost >= mostLost,
  };
}
