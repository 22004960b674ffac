import type { Role } from '../roles.ts';
import { foldCase } from '../text/fold-case.ts';

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

/** A line for the log about how a file was read. */
export interface RosterNotice {
  readonly location?: SourceLocation;
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
  /** Whether a file is only a part of a roster: it begins with the comment of a `retry-csv`. */
  readonly isPart: boolean;
}
