import { GROUP_ID } from '../hub/group-id.ts';
import type { RosterEntry, RosterProblem } from './entry.ts';

/** An entry, and where an annotation on it belongs: nowhere for the `users` input. */
export interface Found {
  readonly entry: RosterEntry;
}

/** What one of the two inputs says. */
export interface Part {
  readonly found: Found[];
  readonly problems: RosterProblem[];
}

/**
 * Each person once a group, in the order of first mention, and a problem for each later mention with another role.
 * Usernames, e-mails and ids that differ in case only are the same; a username and an e-mail are never, at this stage.
 */
export function mergeFound(all: readonly Found[]): { entries: RosterEntry[]; problems: RosterProblem[] } {
  const firsts = new Map<string, Map<string, Found>>();
  const entries: RosterEntry[] = [];
  const problems: RosterProblem[] = [];
  for (const found of all) {
    const { entry } = found;
    const group = groupKey(entry);
    const ofGroup = firsts.get(group) ?? new Map<string, Found>();
    firsts.set(group, ofGroup);
    const person = entry.key;
    const first = ofGroup.get(person);
    if (first === undefined) {
      ofGroup.set(person, found);
      entries.push(entry);
    } else if (first.entry.role !== entry.role) {
      problems.push(conflict(found, first));
    }
  }
  return { entries, problems };
}

function groupKey({ group = '' }: RosterEntry): string {
  return GROUP_ID.test(group) ? group.toLowerCase() : group;
}

function conflict({ entry }: Found, first: Found): RosterProblem {
  const where =
    'file' in first.entry.location ? `on line ${first.entry.location.line}` : 'in the input `users`';
  return {
    location: entry.location,
    message: `"${entry.input}" has the role \`${entry.role}\` here, but \`${first.entry.role}\` ${where}, in the same group. Keep one of the two.`,
  };
}
