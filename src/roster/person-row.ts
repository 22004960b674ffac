import { isRole, ROLES, type Role } from '../roles.ts';
import { foldCase } from '../text/fold-case.ts';
import { nearest } from '../text/nearest.ts';
import { quoted } from '../text/quoted.ts';
import { notAnAddress, parseAddress } from './address.ts';
import type { Columns } from './columns.ts';
import type { Address, RosterEntry, RosterText } from './entry.ts';

/** What those get who bring nothing of their own. */
export type Fallback = Pick<RosterText, 'role' | 'hasDefaultGroup'>;

/** The entry of a row, or else everything that is wrong with the row, each fit for a message. */
export type PersonRow =
  | { readonly entry: Omit<RosterEntry, 'location'> }
  | { readonly entry?: never; readonly problems: string[] };

/**
 * Reads the cells of one person; white space around them does not count.
 * - A username counts for more than an e-mail, which then is as good as an ignored column: `n/a` in it is no mistake.
 *   A malformed username is one, though, even beside a good e-mail.
 * - A column `user` may hold an e-mail, but a column `email` no username: it is more likely half an address, and
 *   would name somebody else.
 * - A role may be written in capitals; any other spelling is a mistake.
 */
export function readPersonRow(cells: readonly string[], columns: Columns, fallback: Fallback): PersonRow {
  const problems: string[] = [];
  const cell = (index: number | undefined) => (index === undefined ? '' : (cells[index] ?? '').trim());
  const [user, email] = [cell(columns.user), cell(columns.email)];
  const input = user || email;
  const address = readAddress(user, email, problems);
  const role = readRole(cell(columns.role), fallback.role, problems);
  const group = cell(columns['resource-group']);
  const groupNeeded = columns['resource-group'] !== undefined && !fallback.hasDefaultGroup;
  if (group === '' && groupNeeded) problems.push(NO_GROUP);
  if (group === '*') problems.push(STAR);
  if (/[\t\r\n]/.test(group))
    problems.push(`${quoted(group)} is no group: names have no line breaks or tabs.`);
  const damaged = cells.find((text) => DAMAGE.test(text));
  if (damaged !== undefined) problems.push(`${quoted(damaged)} holds a control character. Write it again.`);
  if (address === undefined || problems.length > 0) return { problems };
  const key = foldCase(address.kind === 'email' ? address.email : address.username);
  return { entry: { input, address, key, role, group: group || undefined, state: 'present' } };
}

/** Control characters, apart from those that an ignored cell of several lines may well have. */
const DAMAGE = /[^\P{Cc}\t\r\n]/u;
const NO_PERSON = 'This row names nobody. Write a username or an e-mail, or delete the row.';
const NO_GROUP =
  'This row names no group. Write the id or the name of one, or give one for all such rows in the input `resource-group`.';
const STAR =
  'Only the input `resource-group` knows `*`. Leave the cell empty for the groups of that input, or write the id or the name of one group.';

function readAddress(user: string, email: string, problems: string[]): Address | undefined {
  const input = user || email;
  const address = parseAddress(input);
  if (input === '') problems.push(NO_PERSON);
  else if (address === undefined) problems.push(notAnAddress(input));
  else if (user === '' && address.kind === 'username') {
    problems.push(`${quoted(email)} is not an e-mail. Usernames go into a column called \`user\`.`);
  }
  return address;
}

function readRole(text: string, fallback: Role, problems: string[]): Role {
  const role = text.toLowerCase();
  if (role === '') return fallback;
  if (isRole(role)) return role;
  const near = nearest(role, ROLES);
  const hint = near === undefined ? '' : ` Did you mean \`${near}\`?`;
  const list = ROLES.map((name) => `\`${name}\``).join(', ');
  problems.push(`${quoted(text)} is not a role.${hint} The roles are ${list}.`);
  return fallback;
}
