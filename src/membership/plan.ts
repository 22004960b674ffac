import type { HubError } from '../errors.ts';
import type { Group } from '../hub/schemas.ts';
import { formatLocation, type RosterEntry } from '../roster/entry.ts';
import { many } from '../text/words.ts';
import {
  type Assignment,
  type GroupMember,
  type MemberAssignment,
  membersByKey,
  userKey,
} from './assignment.ts';
import { type Add, type Change, changeFor, isChange, type Remove, type UpdateRole } from './change.ts';
import { needsAttention, type Outcome, outcomeOf } from './outcome.ts';
import type { Resolution } from './resolve/identity.ts';

export interface PlanPolicy {
  readonly onExisting: 'keep' | 'update';
  /** Whether people who should not be in a group are removed, or only not added. */
  readonly removesAbsent: boolean;
  /** Whether names that are in no listing are sent, for the Hub to decide (hub-api.md, trap 7). */
  readonly sendsUnlisted: boolean;
  /** Groups that could not be read, by the reference that the roster gives, with the reason. */
  readonly unreadable: ReadonlyMap<string, HubError>;
}

/** A row or an entry of the roster, the groups that it means, and who it is. */
export interface ResolvedEntry {
  readonly entry: RosterEntry;
  readonly groups: readonly Group[];
  readonly resolution: Resolution;
}

/** What is to be done in one group, in this order. */
export interface GroupPlan {
  readonly group: Group;
  readonly add: Add[];
  readonly updateRoles: UpdateRole[];
  readonly remove: Remove[];
  /** Whether it is known of every row for this group whom it means. */
  everyRowResolved: boolean;
  /** Whether a row of a file is for this group. */
  hasRows: boolean;
}

export interface Plan {
  /** Every person and group once, in the order of the input; unlisted members after them, group by group. */
  readonly assignments: Assignment[];
  /** By position in `assignments`: the outcome, if it is decided without a write. */
  readonly decided: (Outcome | undefined)[];
  readonly groups: readonly GroupPlan[];
}

export const NOT_LISTED = "The organization's member listing does not have this username.";

/** Classifies every assignment as a change or an outcome. Pure. */
export function planChanges(rows: Iterable<ResolvedEntry>, policy: PlanPolicy): Plan {
  const { assignments, decided, positions, groups } = mergeRows(rows, policy);
  for (const groupPlan of groups) {
    const here = positions.get(groupPlan.group.id) ?? [];
    const members = membersByKey(groupPlan.group, new Set(here.flatMap((at) => assignments[at]?.user ?? [])));
    for (const position of here) {
      const assignment = assignments[position];
      if (assignment === undefined) continue;
      const step = decided[position] ?? classify(position, assignment as MemberAssignment, members, policy);
      if (!isChange(step)) decided[position] = step;
      else if (step.action === 'add') groupPlan.add.push(step);
      else if (step.action === 'update-role') groupPlan.updateRoles.push(step);
      else groupPlan.remove.push(step);
      const unlisted = isChange(step) && step.action === 'add' && step.member.listed === false;
      if (unlisted || (!isChange(step) && needsAttention(step))) groupPlan.everyRowResolved = false;
    }
  }
  return { assignments, decided, groups };
}

/** All changes of a plan, group by group. */
export function changesOf({ groups }: Pick<Plan, 'groups'>): Change[] {
  return groups.flatMap(({ add, updateRoles, remove }): Change[] => [...add, ...updateRoles, ...remove]);
}

/**
 * The changes that a plan file names. A name that no listing has is only tried, for the Hub to decide: a dry run does not
 * show it, and the same roster must have the same plan.
 */
export function plannedChangesOf(
  plan: Pick<Plan, 'groups'>,
  outcomes: readonly (Outcome | undefined)[],
): Change[] {
  return changesOf(plan).filter(
    ({ action, member, position }) =>
      // Without the listing, it is known only after the Hub refused the name.
      action !== 'add' || (member.listed !== false && outcomes[position]?.code !== 'not-in-organization'),
  );
}

function classify(
  position: number,
  member: MemberAssignment,
  members: ReadonlyMap<string, GroupMember>,
  policy: PlanPolicy,
): Change | Outcome {
  const unreadable = policy.unreadable.get(member.groupName);
  if (unreadable !== undefined) return outcomeOf(member, 'not-attempted', unreadable.message);
  const current = members.get(userKey(member.user));
  if (member.role !== null) {
    const step = changeFor(position, member, current, policy.onExisting);
    const isSent = member.listed !== false || policy.sendsUnlisted;
    return isChange(step) && step.action === 'add' && !isSent
      ? outcomeOf(member, 'not-in-organization', NOT_LISTED)
      : step;
  }
  if (!policy.removesAbsent) return notAdded(member, current?.role);
  if (current === undefined)
    return outcomeOf(member, 'not-a-member', 'Is not in the group, as the roster says.');
  return {
    action: 'remove',
    position,
    member: { ...member, user: current.user },
    from: current.role,
    to: null,
  };
}

/** One assignment per person and group. Of two rows that are one person and ask for different things, neither is done. */
function mergeRows(rows: Iterable<ResolvedEntry>, policy: PlanPolicy) {
  const assignments: Assignment[] = [];
  const decided: (Outcome | undefined)[] = [];
  const groups = new Map<string, GroupPlan>();
  const positions = new Map<string, number[]>();
  const firsts = new Map<string, Map<string, number>>();
  for (const row of rows) {
    const person = 'user' in row.resolution ? userKey(row.resolution.user) : row.entry.key;
    for (const group of row.groups) {
      const groupPlan = upsert(groups, group.id, () => emptyPlan(group));
      if ('file' in row.entry.location) groupPlan.hasRows = true;
      const ofGroup = upsert(firsts, group.id, () => new Map<string, number>());
      const assignment = assignmentOf(row, group);
      if (assignment.isUnproven) groupPlan.everyRowResolved = false;
      const first = ofGroup.get(person);
      const earlier = first === undefined ? undefined : assignments[first];
      if (first === undefined || earlier === undefined) {
        const position = assignments.push(assignment) - 1;
        ofGroup.set(person, position);
        upsert(positions, group.id, () => []).push(position);
        decided[position] = unresolved(assignment, row.resolution, policy);
      } else if (earlier.role !== assignment.role) {
        decided[first] = outcomeOf(earlier, 'conflicting-roles', conflict(earlier, assignment));
      } else if (assignment.listed === true && earlier.listed !== true) {
        // A look-up by address finds members whom a partial listing does not have.
        assignments[first] = { ...earlier, user: assignment.user, listed: true };
      }
    }
  }
  return { assignments, decided, positions, groups: [...groups.values()] };
}

function upsert<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

function emptyPlan(group: Group): GroupPlan {
  return { group, add: [], updateRoles: [], remove: [], everyRowResolved: true, hasRows: false };
}

function assignmentOf({ entry, resolution }: ResolvedEntry, group: Group): Assignment {
  const { location, input, state } = entry;
  const role = state === 'present' ? entry.role : null;
  const known = 'user' in resolution ? resolution : { user: null, listed: undefined };
  const { user, listed } = known;
  // Without a spread: there can be 200,000 of these.
  const one = { location, input, user, listed, group: group.id, groupName: group.name, role, state };
  if ('isUnproven' in known && known.isUnproven) return { ...one, isUnproven: true };
  return 'note' in known && known.note !== undefined ? { ...one, note: known.note } : one;
}

/** The outcome of an assignment whose person is not known; undefined if the person is. */
function unresolved(
  assignment: Assignment,
  resolution: Resolution,
  { removesAbsent }: PlanPolicy,
): Outcome | undefined {
  if ('user' in resolution) return undefined;
  const { code, message } = resolution;
  if (assignment.role !== null) return outcomeOf(assignment, code, message);
  if (!removesAbsent) return notAdded(assignment, undefined);
  // The Hub searched: there is no one to remove.
  if (code === 'email-not-found') return outcomeOf(assignment, 'not-a-member', message);
  return outcomeOf(assignment, code, message);
}

/** A person who should not be in the group is not added; if they are in it, this action leaves them there. */
function notAdded(assignment: Assignment, current: string | undefined): Outcome {
  const why =
    assignment.state === 'expired' ? 'the date in the roster has passed' : 'the roster says `absent`';
  const still =
    current === undefined ? '' : ` Is still in the group as ${current}. Only sync-members removes members.`;
  const code = assignment.state === 'expired' ? 'skipped-expired' : 'skipped-absent';
  return outcomeOf(assignment, code, `Was not added: ${why}.${still}`, current ?? null);
}

function conflict(one: Assignment, other: Assignment): string {
  const side = ({ location, input, role }: Assignment) => {
    const where = location === undefined ? '' : ` (${formatLocation(location)})`;
    return `"${input}"${where} asks for ${role ?? 'no membership'}`;
  };
  return `Two rows are one person: ${side(one)}, ${side(other)}. Neither was done.`;
}

/** Why the plan has too many changes, with both figures and the value that would let it pass; undefined if not. */
export function tooManyChanges(plan: Plan, maxChanges: number | undefined): string | undefined {
  const count = changesOf(plan).length;
  if (maxChanges === undefined || count <= maxChanges) return undefined;
  return `${many(count, 'change', 'changes')} would be made; the limit is ${maxChanges}. If that is meant, set \`max-changes: ${count}\`.`;
}
