import { formatLocation } from '../../src/roster/entry.ts';
import { parseRoster, type RosterText } from '../../src/roster/roster.ts';

/** Reads `csv` as members.csv, with the role `read` and a default group unless told otherwise. */
export function read(csv: string | Uint8Array, rest: Partial<RosterText> = {}) {
  const bytes = typeof csv === 'string' ? Buffer.from(csv) : csv;
  return parseRoster({
    files: [{ path: 'members.csv', bytes }],
    role: 'read',
    hasDefaultGroup: true,
    ...rest,
  });
}

/** The entries in short: line or `users`, input, role and group, and the state unless it is `present`. */
export function entries(csv: string | Uint8Array, rest: Partial<RosterText> = {}): string[] {
  return read(csv, rest).entries.map(({ location, input, role, group, state }) =>
    [
      formatLocation(location).replace('members.csv:', ''),
      input,
      role,
      group ?? '-',
      ...(state === 'present' ? [] : [state]),
    ].join(' '),
  );
}

/** The problems in short: line, or `users`, or `-` for the inputs in general, and message. */
export function problems(csv: string | Uint8Array, rest: Partial<RosterText> = {}): string[] {
  return read(csv, rest).problems.map(({ location, message }) => {
    const place = location === undefined ? '-' : formatLocation(location).replace('members.csv:', '');
    return `${place}: ${message}`;
  });
}

/** The log lines about how the file was read. */
export function notices(csv: string | Uint8Array, rest: Partial<RosterText> = {}): string[] {
  return read(csv, rest).notices.map(({ message }) => message);
}
