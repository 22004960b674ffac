import { InputError } from '../../errors.ts';
import { EVERY_GROUP } from '../../hub/find-groups.ts';
import { formatLocation } from '../../roster/entry.ts';
import type { Roster } from '../../roster/roster.ts';
import type { MaxRemovals, SyncMembersInputs } from '../../runner/inputs.ts';
import { userKey } from '../assignment.ts';

/** What the inputs of sync-members say about removals (interface.md, section 2). */
export interface RemovalPolicy {
  readonly onUnlisted: 'keep' | 'remove';
  readonly maxRemovals: MaxRemovals;
  /** By `userKey`. */
  readonly protectedUsers: ReadonlySet<string>;
  readonly minAdmins: number;
}

export function removalPolicy(inputs: SyncMembersInputs): RemovalPolicy {
  const { onUnlisted, maxRemovals, minAdmins } = inputs;
  return { onUnlisted, maxRemovals, minAdmins, protectedUsers: new Set(inputs.protectedUsers.map(userKey)) };
}

/** Maximum number of unlisted members removed from a group of `members`. */
export function mostRemovals({ kind, value }: MaxRemovals, members: number): number {
  return kind === 'number' ? value : Math.ceil((value * members) / 100);
}

/** Throws an InputError if unlisted members would be removed by a roster that cannot be meant for it. */
export function checkRoster(roster: Roster, groups: readonly string[], { onUnlisted }: RemovalPolicy): void {
  if (onUnlisted !== 'remove') return;
  const ofFiles = roster.entries.filter(({ location }) => 'file' in location);
  if (ofFiles.length === 0) {
    throw new InputError(
      '`on-unlisted: remove` needs a `csv` with at least one row: it would take the few people in `users` for everyone. To empty a group, give each member a row whose `state` is `absent`.',
    );
  }
  if (roster.isPart) {
    throw new InputError(
      'The `csv` has the comment of a `retry-csv`: it is only a part of a roster, so no one can be removed by it. Set `on-unlisted: keep`, or give the whole roster, without this comment.',
    );
  }
  const everywhere = groups.includes(EVERY_GROUP)
    ? ofFiles.find(({ group }) => group === undefined)
    : undefined;
  if (everywhere !== undefined) {
    throw new InputError(
      `\`on-unlisted: remove\` with \`resource-group: '*'\` would remove people from every group. Name the group of each row in the column \`resource-group\` (the first row without one is ${formatLocation(everywhere.location)}), or name the groups in the input.`,
    );
  }
}
