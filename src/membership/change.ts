import type { Role } from '../roles.ts';
import type { GroupMember, MemberAssignment } from './assignment.ts';
import { type Outcome, outcomeOf } from './outcome.ts';

interface Planned {
  /** Index of the assignment in the plan, and of its outcome among the outcomes. */
  readonly position: number;
  readonly member: MemberAssignment;
}

export interface Add extends Planned {
  readonly action: 'add';
  readonly from: null;
  readonly to: Role;
}

export interface UpdateRole extends Planned {
  readonly action: 'update-role';
  readonly from: string;
  readonly to: Role;
}

export interface Remove extends Planned {
  readonly action: 'remove';
  readonly from: string;
  readonly to: null;
}

/** One thing to be done on the Hub. */
export type Change = Add | UpdateRole | Remove;

/** Whether `step` is something to do, and not an outcome. */
export function isChange(step: Change | Outcome): step is Change {
  return 'action' in step;
}

/**
 * What an assignment of the state `present` means for a person whom the group shows as `current`, or does not show.
 * The Hub's spelling of the username replaces the roster's.
 */
export function changeFor(
  position: number,
  member: MemberAssignment,
  current: GroupMember | undefined,
  onExisting: 'keep' | 'update',
): Add | UpdateRole | Outcome {
  if (member.role === null) throw new TypeError('a person who should not be in the group has no role to get');
  if (current === undefined) return { action: 'add', position, member, from: null, to: member.role };
  const shown = current.user === member.user ? member : { ...member, user: current.user };
  const { role } = current;
  if (role === member.role)
    return outcomeOf(shown, 'already-member', `Is already a member as ${role}.`, role);
  if (onExisting === 'update')
    return { action: 'update-role', position, member: shown, from: role, to: member.role };
  const message = `Is already a member as ${role}, not as ${member.role}; ${role} was kept.`;
  return outcomeOf(shown, 'role-differs', message, role);
}

/** What a dry run says of a change. */
export function dryRunOutcome({ action, member, from, to }: Change): Outcome {
  if (action === 'remove') return outcomeOf(member, 'would-remove', REMOVAL[member.state], from);
  if (action === 'update-role')
    return outcomeOf(member, 'would-update', `Would be changed from ${from} to ${to}.`, from);
  const unchecked = member.listed === undefined ? ' The member listing could not be checked for them.' : '';
  return outcomeOf(member, 'would-add', `Would be added as ${to}.${unchecked}`);
}

const REMOVAL: Readonly<Record<MemberAssignment['state'], string>> = {
  present: 'Would be removed.',
  absent: 'Would be removed: the roster says that this person should not be in the group.',
  expired: 'Would be removed: the date in the roster has passed.',
  unlisted: 'Would be removed: no row of the roster names this person for this group.',
};
