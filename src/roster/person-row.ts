import { isRole, ROLES, type Role, rankOf } from '../roles.ts';
import { foldCase, nearest, quoted } from '../text/words.ts';
import { isDamaged, notAPerson, type Person, parsePerson } from './address.ts';
import type { Column } from './column-names.ts';
import { type Address, addressKey, type RosterEntry, type RosterText } from './entry.ts';
import { notAnExpiry, notAState, parseExpiry, parseState, type StateColumn } from './state.ts';

/** What the cells of a row are read by. */
export interface RowRules extends Pick<RosterText, 'role' | 'maxRole' | 'hasDefaultGroup' | 'hubUrl'> {
  readonly now: Date;
  readonly state: StateColumn;
  readonly hasColumn: (column: Column) => boolean;
}

/** The entry of a row, or else everything that is wrong with the row, each fit for a message. */
export type PersonRow =
  | { readonly entry: Omit<RosterEntry, 'location'>; readonly expires?: string }
  | { readonly entry?: never; readonly problems: string[] };

/** Reads the cells of one person, cleaned; a column that is missing is empty. */
export function readPersonRow(cell: (column: Column) => string, rules: RowRules): PersonRow {
  const problems: string[] = [];
  const person = readPerson(cell('user'), cell('email'), rules.hubUrl, problems);
  const group = readGroup(cell('resource-group'), rules, problems);
  const { state, expires } = readState(cell('state'), cell('expires'), rules, problems);
  const role = readRole(cell('role'), state === 'present', rules, problems);
  if (person === undefined || problems.length > 0) return { problems };
  const { input, address } = person;
  const entry = { input, address, key: addressKey(address), role, group, state };
  return expires === '' ? { entry } : { entry, expires };
}

/**
 * Whom a row names. The column `user` may hold an address, but the column `email` no username: that is more
 * likely half an address. With both, each has to be right: the address is the proof that the username is of
 * that person.
 */
function readPerson(
  user: string,
  email: string,
  hubUrl: string | undefined,
  problems: string[],
): { readonly input: string; readonly address: Address } | undefined {
  if (user === '' && email === '') problems.push(NO_PERSON);
  const byUser = user === '' ? undefined : read(user, hubUrl, problems);
  const byEmail = email === '' ? undefined : read(email, hubUrl, problems);
  if (byEmail?.address.kind === 'username') {
    problems.push(`${quoted(email)} is not an email address. Usernames go into a column called \`user\`.`);
    return undefined;
  }
  if (byUser === undefined || byEmail === undefined) return byUser ?? byEmail;
  if (byUser.address.kind === 'username') {
    const address = {
      kind: 'both',
      username: byUser.address.username,
      email: byEmail.address.email,
    } as const;
    return { input: byUser.input, address };
  }
  if (addressKey(byUser.address) !== addressKey(byEmail.address)) problems.push(TWO_ADDRESSES);
  return byUser;
}

function read(text: string, hubUrl: string | undefined, problems: string[]): Person | undefined {
  const person = parsePerson(text, hubUrl);
  if (person === undefined) problems.push(notAPerson(text));
  return person;
}

const NO_PERSON = 'This row names no person. Write a username or an email address, or delete the row.';
const TWO_ADDRESSES =
  'This row has two different email addresses. Leave one of the two cells empty, or settle in the input `csv-columns` which column counts, for example with the line `user = -`.';

function readGroup(
  group: string,
  { hasDefaultGroup, hasColumn }: RowRules,
  problems: string[],
): string | undefined {
  if (group === '') {
    if (hasColumn('resource-group') && !hasDefaultGroup) problems.push(NO_GROUP);
    return undefined;
  }
  if (group === '*') problems.push(STAR);
  else if (isSeveralGroups(group)) {
    problems.push(
      `${quoted(group)} looks like several groups. Write one row for each group. If it is one group, write its id instead of its name.`,
    );
  } else if (isDamaged(group))
    problems.push(`${quoted(group)} holds characters that no group's name has. Write it again.`);
  return group;
}

/** Whether a cell holds what separates names in a list. A comma does not count: it is common in a name. */
function isSeveralGroups(group: string): boolean {
  return (
    /[;；|、]|\s*[\r\n]+\s*/.test(group) &&
    group.split(/[;；|、\r\n]+/).filter((one) => one.trim() !== '').length > 1
  );
}

const NO_GROUP =
  'This row names no group. Write the id or the name of one, or give one for all such rows in the input `resource-group`.';
const STAR =
  'Only the input `resource-group` knows `*`. Leave the cell empty for the groups of that input, or write the id or the name of one group.';

function readState(
  stateText: string,
  expires: string,
  { state: column, now }: RowRules,
  problems: string[],
): { readonly state: RosterEntry['state']; readonly expires: string } {
  const state = parseState(stateText, column);
  if (state === undefined) problems.push(notAState(stateText));
  const last = expires === '' ? undefined : parseExpiry(expires);
  if (expires !== '' && last === undefined) problems.push(notAnExpiry(expires));
  const isPast = last !== undefined && last < now.getTime();
  return { state: state === 'present' && isPast ? 'expired' : (state ?? 'present'), expires };
}

function readRole(
  text: string,
  isPresent: boolean,
  { role: fallback, maxRole }: RowRules,
  problems: string[],
): Role {
  const role = foldCase(text);
  if (role === '') return fallback;
  if (!isRole(role)) {
    problems.push(`${quoted(text)} is not a role.${hintAt(role)} The roles are ${LIST}.`);
    return fallback;
  }
  // The role of a person who should not be in the group is granted to no one.
  if (isPresent && maxRole !== undefined && isAbove(role, maxRole)) {
    problems.push(
      `The role \`${role}\` is above \`${maxRole}\`, the highest that the input \`max-role\` allows. Write a lower role, or set \`max-role: ${role}\`.`,
    );
  }
  return role;
}

/** What to write instead of a role that there is not. It never proposes `admin`. */
function hintAt(role: string): string {
  const closest = CLOSEST.get(role);
  if (closest !== undefined) return ` The closest role is \`${closest}\`.`;
  const near = nearest(
    role,
    ROLES.filter((one) => one !== 'admin'),
  );
  return near === undefined ? '' : ` Did you mean \`${near}\`?`;
}

/** Roles of other services. */
const CLOSEST: ReadonlyMap<string, Role> = new Map([
  ['viewer', 'read'],
  ['member', 'read'],
  ['guest', 'read'],
  ['reader', 'read'],
  ['developer', 'write'],
  ['editor', 'write'],
  ['writer', 'write'],
]);

/** Whether `role` may do more than `limit`. */
export function isAbove(role: Role, limit: Role): boolean {
  return rankOf(role) > rankOf(limit);
}

const LIST = ROLES.map((name) => `\`${name}\``).join(', ');
