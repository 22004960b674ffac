import { HubError, type RunError } from '../errors.ts';
import type { HubClient } from '../hub/client.ts';
import { addToGroup, changeRole, getGroup, settleGroup } from '../hub/endpoints.ts';
import type { Group } from '../hub/shapes.ts';
import { sameName, type WantedMember } from './wanted.ts';

export interface GroupWriterOptions {
  readonly hub: HubClient;
  readonly org: string;
  readonly groupId: string;
  /** Aborted when the run is cancelled: reads are then the last look at what became of a write. */
  readonly stop: AbortSignal;
  /** What ended the whole run; looked at before every write. */
  readonly run: { readonly ended?: RunError | HubError };
}

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
  /** Whether a lost write named this person and the group was not read since. */
  isInDoubt(person: WantedMember): boolean;
  /** Lost answers since the last one that came. */
  lostInARow(): number;
}

export function createGroupWriter({ hub, org, groupId, stop, run }: GroupWriterOptions): GroupWriter {
  const sent = new Set<string>();
  const inDoubt = new Set<string>();
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
      }
      return undefined;
    }
  }

  return {
    add: (people) => {
      const users = people.map(({ user, role }) => ({ user, role }));
      return write(people, () => addToGroup(hub, org, groupId, users));
    },
    changeRole: (person) => write([person], () => changeRole(hub, org, groupId, person.user, person.role)),
    async read() {
      const group = await (stop.aborted ? settleGroup(hub, org, groupId) : getGroup(hub, org, groupId));
      inDoubt.clear();
      return group;
    },
    wasSent: (person) => sent.has(sameName(person.user)),
    isInDoubt: (person) => inDoubt.has(sameName(person.user)),
    lostInARow: () => lost,
  };
}
