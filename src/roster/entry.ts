import type { Role } from '../roles.ts';

/** Where something was written: a line of a file, counted from 1 as an editor does, or an input of the action. */
export type SourceLocation =
  | { readonly file: string; readonly line: number }
  | { readonly input: 'users' | 'remove-users' };

/** `members.csv:2`, or the name of the input. */
export function formatLocation(location: SourceLocation): string {
  return 'input' in location ? location.input : `${location.file}:${location.line}`;
}

export type Address =
  | { readonly kind: 'username'; readonly username: string }
  | { readonly kind: 'email'; readonly email: string }
  | { readonly kind: 'both'; readonly username: string; readonly email: string };

export interface RosterEntry {
  readonly location: SourceLocation;
  readonly input: string;
  readonly address: Address;
  readonly key: string;
  readonly role: Role;
  readonly group: string | undefined;
  readonly state: 'present' | 'absent' | 'expired';
  readonly mayBeHeading?: true;
}

export interface RosterProblem {
  readonly location?: SourceLocation;
  readonly message: string;
}

export interface RosterNotice {
  readonly location?: SourceLocation;
  readonly message: string;
}

export interface RosterText {
  readonly users?: string;
  readonly removeUsers?: string;
  readonly files?: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly csvColumns?: string;
  readonly role: Role;
  readonly maxRole?: Role;
  readonly hasDefaultGroup: boolean;
  readonly now?: Date;
}

export interface Roster {
  readonly entries: RosterEntry[];
  readonly problems: RosterProblem[];
  readonly notices: RosterNotice[];
  readonly isPart: boolean;
}
