import fc from 'fast-check';
import type { RosterEntry } from '../../src/roster/entry.ts';
import { GROUP_IDS, GROUPS, type Org } from './people.ts';
import type { Schedule } from './schedule.ts';

/** How the inputs and rows of a run write groups: by id also where a name would do, or only where no listing shows them. */
export const references = fc.constantFrom('ids-if-needed', 'ids-if-needed', 'ids-if-needed', 'ids', 'names');

export type References = 'ids-if-needed' | 'ids' | 'names';

/** What a run writes to mean a group. `*` stays. */
export function reference(org: Org, name: string, how: References): string {
  const byId = how === 'ids' || (how === 'ids-if-needed' && !listedGroups(org).includes(name));
  return byId ? (GROUP_IDS[name] ?? name) : name;
}

/** The name of the group that has this id; anything else stays. */
export function nameOfGroup(written: string): string {
  return GROUPS.find((name) => GROUP_IDS[name] === written) ?? written;
}

function listedGroups({ groupListing = 'allowed' }: Org): readonly string[] {
  if (groupListing === 'allowed') return GROUPS;
  return groupListing === 'refused' ? [] : groupListing;
}

function used({ entries, groups }: Schedule): string[] {
  return [...new Set(entries.flatMap(({ group }) => (group === undefined ? groups : [group])))];
}

/** The groups that a run can see: listed ones, and those that it is given by id. */
function visible(schedule: Schedule): string[] {
  const listed = listedGroups(schedule.org);
  const written = used(schedule);
  return GROUPS.filter((name) => listed.includes(name) || written.includes(GROUP_IDS[name] ?? name));
}

/** The names of the groups that a reference means. */
export function groupsMeant(schedule: Schedule, written: string): readonly string[] {
  return written === '*' ? visible(schedule) : [nameOfGroup(written)];
}

/** The groups in which an entry is told for certain: `*` means one that no listing shows only if it can be read. */
export function groupsToTell(schedule: Schedule, { group }: RosterEntry): string[] {
  const written = group === undefined ? schedule.groups : [group];
  return written.flatMap((one) => (one === '*' ? listedGroups(schedule.org) : nameOfGroup(one)));
}

/** Whether the Hub shows the run each group that it is given. If not, the run must not write. */
export function areFindable(schedule: Schedule): boolean {
  const isRefused = schedule.org.groupListing === 'refused';
  const seen = visible(schedule);
  return used(schedule).every((written) => {
    if (isRefused) return nameOfGroup(written) !== written;
    return written === '*' ? seen.length > 0 : seen.includes(nameOfGroup(written));
  });
}
