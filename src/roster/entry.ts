import type { Role } from '../roles.ts';

/** A username, or an e-mail to find one by. */
export type Address =
  | { readonly kind: 'username'; readonly username: string }
  | { readonly kind: 'email'; readonly email: string };

/** One person who should be in a group, and where that was written. */
export interface RosterEntry {
  /** `<file>:<line>` of a row of the CSV, or `users`. */
  readonly source: string;
  /** The username or the e-mail as it was written, without the space around it. */
  readonly input: string;
  /** As written: usernames and e-mails that differ in case only are one person. */
  readonly address: Address;
  readonly role: Role;
  /** An id or a name as written in the row; `undefined`: the groups of the `resource-group` input. */
  readonly group: string | undefined;
}

/** Something wrong in the input. `message` says what, and what to write instead; where is said by `file` and `line` (from 1). */
export interface RosterProblem {
  readonly file?: string;
  readonly line?: number;
  readonly message: string;
}

/** The texts that a roster is read from, and what goes for those who bring nothing of their own. */
export interface RosterText {
  /** The `users` input. */
  readonly users?: string;
  readonly csv?: { readonly path: string; readonly bytes: Uint8Array };
  /** The role of those who bring none of their own. */
  readonly role: Role;
  /** Whether the `resource-group` input names a group for those who bring none of their own. */
  readonly hasDefaultGroup: boolean;
}
