import { GROUP_ID } from '../roles.ts';
import { foldCase } from '../text/fold-case.ts';
import { quoted } from '../text/quoted.ts';
import { formatLocation, type RosterEntry, type RosterProblem } from './entry.ts';

/** An entry as it was found in a text, before those of one person are merged. */
export interface FoundEntry {
  readonly entry: RosterEntry;
  /** The end date as written, if there is one. */
  readonly expires?: string;
}

/** What one of the texts says. */
export interface Found {
  readonly entries: FoundEntry[];
  readonly problems: RosterProblem[];
}

/**
 * Each person once per group, in the order of first mention, and a problem for each later mention with
 * another role, state or end date. Only what is written alike is compared: that a username and an address are
 * one person turns out later.
 */
export function merge(
  all: Iterable<FoundEntry>,
): Pick<Found, 'problems'> & { readonly entries: RosterEntry[] } {
  const firsts = new Map<string, Map<string, FoundEntry>>();
  const entries: RosterEntry[] = [];
  const problems: RosterProblem[] = [];
  for (const found of all) {
    const { entry } = found;
    const group = groupKey(entry);
    const ofGroup = firsts.get(group) ?? new Map<string, FoundEntry>();
    firsts.set(group, ofGroup);
    const first = ofGroup.get(entry.key);
    if (first === undefined) {
      ofGroup.set(entry.key, found);
      entries.push(entry);
    } else {
      const difference = differenceOf(first, found);
      if (difference !== undefined) problems.push(conflict(first.entry, entry, difference));
    }
  }
  return { entries, problems };
}

function groupKey({ group = '' }: RosterEntry): string {
  return GROUP_ID.test(group) ? foldCase(group) : group;
}

/**
 * What two rows for one person and group contradict each other in; the role of people who leave does not
 * matter.
 */
function differenceOf(first: FoundEntry, second: FoundEntry): [string, string, string] | undefined {
  const [isPresent, wasPresent] = [isIn(second), isIn(first)];
  if (isPresent !== wasPresent) return ['state', stateOf(second), stateOf(first)];
  if (!isPresent) return undefined;
  if (first.entry.role !== second.entry.role) return ['role', second.entry.role, first.entry.role];
  const [now = 'none', then = 'none'] = [second.expires, first.expires];
  return now === then ? undefined : ['end date', now, then];
}

function isIn({ entry }: FoundEntry): boolean {
  return entry.state === 'present';
}

function stateOf({ entry }: FoundEntry): string {
  return entry.state === 'expired' ? 'absent (expired)' : entry.state;
}

function conflict(
  first: RosterEntry,
  second: RosterEntry,
  [what, now, then]: [string, string, string],
): RosterProblem {
  const there =
    'input' in first.location
      ? `in the input \`${first.location.input}\``
      : `on line ${lineOf(first, second)}`;
  return {
    location: second.location,
    message: `${quoted(second.input)} has the ${what} \`${now}\` here, but \`${then}\` ${there}, in the same group. Keep one of the two.`,
  };
}

/** The line of `first`, with its file if that is another one than that of `second`. */
function lineOf({ location }: RosterEntry, second: RosterEntry): string {
  const isSameFile =
    'file' in location && 'file' in second.location && location.file === second.location.file;
  return isSameFile
    ? String(location.line)
    : `${formatLocation(location).replace(/^(.*):(\d+)$/s, '$2 of $1')}`;
}
