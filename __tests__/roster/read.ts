import { parseRoster, type RosterText } from '../../src/roster/roster.ts';

/** Reads `csv` as members.csv, with the role `read` and a default group unless told otherwise. */
export function read(csv: string | Uint8Array, rest: Partial<RosterText> = {}) {
  const bytes = typeof csv === 'string' ? Buffer.from(csv) : csv;
  return parseRoster({ csv: { path: 'members.csv', bytes }, role: 'read', hasDefaultGroup: true, ...rest });
}

/** The entries in short: line or `users`, input, role and group. */
export function entries(csv: string | Uint8Array, rest: Partial<RosterText> = {}): string[] {
  return read(csv, rest).entries.map(({ source, input, role, group }) =>
    [source.replace('members.csv:', ''), input, role, group ?? '-'].join(' '),
  );
}

/** The problems in short: line and message. */
export function problems(csv: string | Uint8Array, rest: Partial<RosterText> = {}): string[] {
  return read(csv, rest).problems.map(({ line, message }) => `${line ?? '-'}: ${message}`);
}
