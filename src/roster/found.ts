import type { RosterEntry, RosterProblem } from './entry.ts';

/** An entry, and where an annotation on it belongs: nowhere for the `users` input. */
export interface Found {
  readonly entry: RosterEntry;
  readonly place: Pick<RosterProblem, 'file' | 'line'>;
}

/** What one of the two inputs says. */
export interface Part {
  readonly found: Found[];
  readonly problems: RosterProblem[];
}

const ID = /^[0-9a-f]{24}$/i;

/**
 * Each person once a group, in the order of first mention, and a problem for each later mention with another role.
 * Usernames, e-mails and ids that differ in case only are the same; a username and an e-mail are never, at this stage.
 */
export function mergeFound(all: readonly Found[]): { entries: RosterEntry[]; problems: RosterProblem[] } {
  const firsts = new Map<string, Found>();
  const problems: RosterProblem[] = [];
  for (const found of all) {
    const key = keyOf(found.entry);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, found);
    else if (first.entry.role !== found.entry.role) problems.push(conflict(found, first));
  }
  return { entries: [...firsts.values()].map(({ entry }) => entry), problems };
}

function keyOf({ address, group = '' }: RosterEntry): string {
  const person = address.kind === 'email' ? address.email : address.username;
  return `${person.toLowerCase()} ${ID.test(group) ? group.toLowerCase() : group}`;
}

function conflict({ entry, place }: Found, first: Found): RosterProblem {
  const where = first.place.line === undefined ? 'in the input `users`' : `on line ${first.place.line}`;
  return {
    ...place,
    message: `"${entry.input}" has the role \`${entry.role}\` here, but \`${first.entry.role}\` ${where}, in the same group. Keep one of the two.`,
  };
}
