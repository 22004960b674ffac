import type { Group } from '../hub/schemas.ts';
import type { RosterEntry } from '../roster/roster.ts';
import { outcomeOf, sameName, shownIn, type Wanted, type WantedMember } from './assignment.ts';
import type { Outcome } from './outcome.ts';
import type { Resolution } from './resolve/email-lookup.ts';
import { addressKey } from './resolve/resolve.ts';

export interface PlanOptions {
  readonly onExisting: 'keep' | 'update';
  readonly dryRun: boolean;
}

/** What is to be done in one group. */
export interface GroupWork {
  readonly group: Group;
  readonly add: readonly WantedMember[];
  readonly update: readonly WantedMember[];
}

export interface Plan {
  /** Every person and group once, in the order of the input. */
  readonly wanted: readonly Wanted[];
  /** Those of them that are decided already. */
  readonly settled: ReadonlyMap<Wanted, Outcome>;
  readonly work: readonly GroupWork[];
}

/** What an entry of the roster came to: the groups it means, and who it is. */
export interface ResolvedEntry {
  readonly entry: RosterEntry;
  readonly groups: readonly Group[];
  readonly resolution: Resolution;
}

/** Who has to be added or updated in which group, and what is decided without asking the Hub again; pure. */
export function plan(entries: readonly ResolvedEntry[], options: PlanOptions): Plan {
  const settled = new Map<Wanted, Outcome>();
  const wanted = merge(entries, settled);
  const groups = new Map<string, Group>();
  for (const entry of entries) for (const group of entry.groups) groups.set(group.id, group);
  const open = wanted.filter(
    (request): request is WantedMember => !settled.has(request) && request.user !== null,
  );
  const work: GroupWork[] = [];
  const respelled = new Map<Wanted, WantedMember>();
  for (const [id, members] of Map.groupBy(open, ({ groupId }) => groupId)) {
    const group = groups.get(id);
    if (group === undefined) throw new Error(`group ${id} was planned for, but never looked at`);
    const add: WantedMember[] = [];
    const update: WantedMember[] = [];
    const shown = shownIn(group, members);
    for (const member of members) {
      const there = shown.get(sameName(member.user));
      const { user = member.user } = there ?? {};
      const person = user === member.user ? member : { ...member, user };
      if (person !== member) respelled.set(member, person);
      const step = decide(person, there?.role, options);
      if (step === 'add') add.push(person);
      else if (step === 'update') update.push(person);
      else settled.set(person, step);
    }
    if (add.length + update.length > 0) work.push({ group, add, update });
  }
  return { wanted: wanted.map((request) => respelled.get(request) ?? request), settled, work };
}

/** What is to be done about a person who has `role` in the group now, or none. */
export function decide(
  member: WantedMember,
  role: string | undefined,
  { onExisting, dryRun }: PlanOptions,
): Outcome | 'add' | 'update' {
  if (role === undefined) {
    if (!dryRun) return 'add';
    if (member.listed === false) return outcomeOf(member, 'not-in-organization', NOT_LISTED);
    const unchecked = member.listed === undefined ? ' The member listing could not be checked for them.' : '';
    return outcomeOf(member, 'would-add', `Would be added as ${member.role}.${unchecked}`);
  }
  if (role === member.role) {
    return outcomeOf(member, 'already-member', `Is in the group as ${role} already.`, role);
  }
  if (onExisting === 'keep') {
    return outcomeOf(
      member,
      'role-differs',
      `Is in the group as ${role}, not as ${member.role}; ${role} was kept.`,
      role,
    );
  }
  if (!dryRun) return 'update';
  return outcomeOf(member, 'would-update', `Would be changed from ${role} to ${member.role}.`, role);
}

export const NOT_LISTED = 'Is not in the organization, as far as its member listing shows.';

/** One request for each person and group; two addresses that turned out to be one person with two roles get neither. */
function merge(entries: readonly ResolvedEntry[], settled: Map<Wanted, Outcome>): Wanted[] {
  const all: Wanted[] = [];
  const byGroup = new Map<string, Map<string, Wanted>>();
  for (const { entry, groups, resolution } of entries) {
    const { source, input, role } = entry;
    const user = 'user' in resolution ? resolution.user : null;
    const listed = 'user' in resolution ? resolution.listed : undefined;
    const person = user === null ? addressKey(entry.address) : sameName(user);
    for (const group of groups) {
      const first = byGroup.get(group.id) ?? new Map<string, Wanted>();
      byGroup.set(group.id, first);
      const earlier = first.get(person);
      if (earlier === undefined) {
        const wanted = { source, input, user, listed, groupId: group.id, groupName: group.name, role };
        first.set(person, wanted);
        all.push(wanted);
        if ('code' in resolution) settled.set(wanted, outcomeOf(wanted, resolution.code, resolution.message));
      } else if (earlier.role !== role) {
        const sides = `${earlier.input} (${earlier.source}) is to have ${earlier.role}, ${input} (${source}) ${role}`;
        const message = `Two entries are one person and want two roles: ${sides}. Neither was done.`;
        settled.set(earlier, outcomeOf(earlier, 'conflicting-roles', message));
      }
    }
  }
  return all;
}
