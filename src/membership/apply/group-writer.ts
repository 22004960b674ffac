import { HubError, type RunError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import { addToGroup, changeRole, getGroup, getGroupAfterCancel } from '../../hub/endpoints.ts';
import { GIVEN_UP } from '../../hub/error-message.ts';
import type { Group } from '../../hub/schemas.ts';
import { type MemberAssignment, userKey } from '../assignment.ts';
import type { Add, UpdateRole } from '../change.ts';

export interface GroupWriterOptions {
  readonly hub: HubClient;
  readonly org: string;
  readonly group: Group;
  /** Aborted when the run is canceled: reads are then the last look at the result of a write. */
  readonly stop: AbortSignal;
  /** What ended the whole run; looked at before every write. */
  readonly run: { readonly ended?: RunError | HubError };
}

/** Writes to one group, and remembers which writes have an unknown result. */
export interface GroupWriter {
  /** The group as it was last seen. */
  readonly latest: Group;
  /** Adds people. Returns the group, or undefined if the answer was lost. Throws a HubError, or what ended the run. */
  add(adds: readonly Add[]): Promise<Group | undefined>;
  /** Changes a role. Returns and throws like `add`. */
  changeRole(change: UpdateRole): Promise<Group | undefined>;
  /** Sends a write that names one person. Returns and throws like `add`. */
  write(members: readonly MemberAssignment[], send: () => Promise<Group>): Promise<Group | undefined>;
  /** The group as it is now. Throws a HubError. */
  read(): Promise<Group>;
  /** Whether a lost write named this person: if the group shows them later, it was most likely this run. */
  wasSent(member: MemberAssignment): boolean;
  /** Whether a lost write named this person and the group was not read since, or the Hub can still be at work on it. */
  isInDoubt(member: MemberAssignment): boolean;
  /**
   * The group as it is after an answer was lost, once the Hub had time to act; at once if there is no time to wait:
   * `outOfTime` is then why nothing more should be sent. Throws a HubError.
   */
  readAfterLoss(): Promise<{ readonly group: Group; readonly outOfTime: HubError | undefined }>;
  /**
   * To be called when a write had an effect, whatever became of its answer, and before other people are written: what was
   * lost of earlier ones says nothing about them.
   */
  progressed(): void;
  /** Answers that were lost in a row without any effect. */
  readonly lostInARow: number;
}

export function createGroupWriter({ hub, org, group, stop, run }: GroupWriterOptions): GroupWriter {
  const sent = new Set<string>();
  const inDoubt = new Set<string>();
  const givenUp = new Set<string>();
  let latest = group;
  let lostInARow = 0;

  async function write(
    members: readonly MemberAssignment[],
    send: () => Promise<Group>,
  ): Promise<Group | undefined> {
    if (run.ended !== undefined) throw run.ended;
    try {
      latest = await send();
      lostInARow = 0;
      return latest;
    } catch (error) {
      if (!(error instanceof HubError) || error.kind !== 'lost') throw error;
      lostInARow += 1;
      for (const { user } of members) {
        sent.add(userKey(user));
        inDoubt.add(userKey(user));
        if (error.code === GIVEN_UP) givenUp.add(userKey(user));
      }
      return undefined;
    }
  }

  async function read(): Promise<Group> {
    latest = await (stop.aborted ? getGroupAfterCancel(hub, org, group.id) : getGroup(hub, org, group.id));
    inDoubt.clear();
    return latest;
  }

  async function backOff(): Promise<HubError | undefined> {
    try {
      if (!stop.aborted) await hub.backOff(lostInARow);
      return undefined;
    } catch (error) {
      if (error instanceof HubError) return error;
      throw error;
    }
  }

  return {
    get latest() {
      return latest;
    },
    get lostInARow() {
      return lostInARow;
    },
    write,
    add(adds) {
      const users = adds.map(({ member: { user }, to }) => ({ user, role: to }));
      return write(
        adds.map(({ member }) => member),
        () => addToGroup(hub, org, group.id, users),
      );
    },
    changeRole: ({ member, to }) => write([member], () => changeRole(hub, org, group.id, member.user, to)),
    read,
    async readAfterLoss() {
      const outOfTime = await backOff();
      return { group: await read(), outOfTime };
    },
    progressed() {
      lostInARow = 0;
    },
    wasSent: ({ user }) => sent.has(userKey(user)),
    isInDoubt: ({ user }) => inDoubt.has(userKey(user)) || givenUp.has(userKey(user)),
  };
}
