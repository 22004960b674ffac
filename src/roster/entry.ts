import { GROUP_ID, type Role } from '../roles.ts';
import { foldCase, quoted } from '../text/words.ts';

/** A line of a file, counted from 1 as an editor does, or an input of the action. */
export type SourceLocation =
  | { readonly file: string; readonly line: number }
  | { readonly input: 'users' | 'remove-users' };

/** `members.csv:2`, or the name of the input. */
export function formatLocation(location: SourceLocation): string {
  return 'input' in location ? location.input : `${location.file}:${location.line}`;
}

/**
 * A username, an email address to find a person by, or both. The domain of an address is in its ASCII form.
 * `both` comes from a row with a username and an address; they must turn out to be one person.
 */
export type Address =
  | { readonly kind: 'username'; readonly username: string }
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'both'; readonly username: string; readonly email: string };

/** The same for two spellings of one address; see `RosterEntry.key`. */
export function addressKey(address: Address): string {
  if (address.kind === 'username') return foldCase(address.username);
  if (address.kind === 'email') return foldCase(address.email);
  return foldCase(`${address.username} ${address.email}`);
}

/** One person in one group (or in the groups of the input), and where that was written. */
export interface RosterEntry {
  readonly location: SourceLocation;
  /** The username as written, or else the email address, without what surrounds it (name, brackets, `@`). */
  readonly input: string;
  readonly address: Address;
  /** Equal keys mean one person as written. Usernames and addresses ignore the case of ASCII letters. */
  readonly key: string;
  readonly role: Role;
  /** Id or name as written, in NFC; undefined for the groups of the `resource-group` input. */
  readonly group: string | undefined;
  /** `expired`: the row has an end date that has passed. */
  readonly state: 'present' | 'absent' | 'expired';
  /** The bare word in the first row of a file of a single column: it may be a heading. */
  readonly mayBeHeading?: true;
}

/** Something wrong in the input: what, and what to write instead. At most one for each row of a file. */
export interface RosterProblem {
  /** Undefined for the inputs in general. */
  readonly location?: SourceLocation;
  readonly message: string;
}

/** A line for the log about how a file was read, or an annotation of it. */
export interface RosterNotice {
  readonly location: SourceLocation;
  readonly isAnnotation?: true;
  readonly message: string;
}

/** A CSV file as bytes; `path` is how it is named in messages and annotations. */
export interface RosterFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The texts that a roster is read from, and what applies to people who bring nothing of their own. */
export interface RosterText {
  /** The input `users`. */
  readonly users?: string;
  /** The input `remove-users`. */
  readonly removeUsers?: string;
  readonly files?: readonly RosterFile[];
  /** The input `csv-columns`. */
  readonly csvColumns?: string;
  /** The role of people who bring none of their own. */
  readonly role: Role;
  /** The highest role that may be granted. */
  readonly maxRole?: Role;
  /** Origin of the Hub, whose address can stand before a username; huggingface.co always can. */
  readonly hubUrl?: string;
  /** Whether the input `resource-group` names a group for people who bring none of their own. */
  readonly hasDefaultGroup: boolean;
  /** The moment that end dates are compared with; the present by default. */
  readonly now?: Date;
}

export interface Roster {
  readonly entries: RosterEntry[];
  /** If there are any, nothing may be done with the entries. */
  readonly problems: RosterProblem[];
  readonly notices: RosterNotice[];
  /** Whether a file is only a part of a roster: it has the comment of a `retry-csv`. */
  readonly isPart: boolean;
}

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

/**
 * The comment that a `retry-csv` begins with. A roster with it is only a part of the whole, so no one may be
 * removed because it does not name them. No comma or quote, so that a spreadsheet that saves the file leaves
 * it as it is.
 */
export const RETRY_MARK = '# Part of a roster: only the rows that were missing or failed in an earlier run';

/** The mark in each encoding that a file can have. */
const RETRY_MARKS = [
  Buffer.from(RETRY_MARK),
  Buffer.from(RETRY_MARK, 'utf16le'),
  Buffer.from(RETRY_MARK, 'utf16le').swap16(),
];

/** Whether a file has the mark, on any line: a person can write a comment or `sep=;` above it. */
export function hasRetryMark({ bytes }: RosterFile): boolean {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return RETRY_MARKS.some((mark) => all.includes(mark));
}
