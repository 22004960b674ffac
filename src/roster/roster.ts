import type { Role } from '../roles.ts';
import { readCsv } from './csv.ts';
import { mergeFound, type Part } from './found.ts';
import { readUsers } from './users.ts';

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

export interface RosterText {
  /** The `users` input. */
  readonly users?: string;
  readonly csv?: { readonly path: string; readonly bytes: Uint8Array };
  /** The role of those who bring none of their own. */
  readonly role: Role;
  /** Whether the `resource-group` input names a group for those who bring none of their own. */
  readonly hasDefaultGroup: boolean;
}

/**
 * Who should be in which group: first the people of the `users` input, then the rows of the CSV, each in the order written,
 * and each person once a group. Everything that is wrong is found at once; where there is a problem, nothing must be done
 * with the entries. Pure, and never throws. Rules: interface.md, section 1, "CSV".
 */
export function parseRoster(text: RosterText): { entries: RosterEntry[]; problems: RosterProblem[] } {
  const parts: Part[] = [readUsers(text.users ?? '', text)];
  if (text.csv !== undefined) parts.push(readCsv(text.csv, text));
  const { entries, problems: conflicts } = mergeFound(parts.flatMap(({ found }) => found));
  const problems = [...parts.flatMap((part) => part.problems), ...conflicts];
  if (entries.length === 0 && problems.length === 0) problems.push(nobody(text));
  return { entries, problems: problems.sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };
}

function nobody({ csv }: RosterText): RosterProblem {
  if (csv === undefined) return { message: 'There is nobody in the input `users`.' };
  return { file: csv.path, message: 'There is nobody in this file, and nobody in the input `users`.' };
}
