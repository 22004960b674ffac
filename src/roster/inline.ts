import { isRole } from '../roles.ts';
import { many, quoted } from '../text/words.ts';
import { clean, notAPerson, type Person, parsePerson } from './address.ts';
import { addressKey, type Found, type RosterProblem, type RosterText } from './entry.ts';

/*
 * The inputs `users` and `remove-users`: text that people type or paste. What is pasted often holds names
 * beside addresses, and a name must never be taken for a username: any word can be the username of another
 * member. So text is read line by line, and where a line mixes addresses and words in a way that can be a
 * name, all of it is one error.
 */

const LINE_END = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/;

/** The mark of a list item: `- `, `* `, `• `, `1. `, `1) `, with or without a check box. */
const LIST_MARK = /^(?:(?:[-*+•‣·–—]|\d{1,4}[.)])\s+)(?:\[[ xX✓✔]?\]\s*)?/u;

/** A separator of entries, unless it stands in the quoted name before an `<address>`. */
const SEGMENT = /("[^"<>]*"\s*<[^<>]*>|[^;；"]|")+/g;
const ENTRY = /("[^"<>]*"\s*<[^<>]*>|[^,，、"]|")+/g;

/** Longer segments are not searched for quoted names. */
const MAX_WITH_NAMES = 10_000;

/** Everyone in the input `name`, and everything that is wrong with it. */
export function readInline(
  name: 'users' | 'remove-users',
  text: string,
  { role, hasDefaultGroup, hubUrl }: Pick<RosterText, 'role' | 'hasDefaultGroup' | 'hubUrl'>,
): Found {
  const state = name === 'users' ? 'present' : 'absent';
  const location = { input: name };
  const found: Found = { entries: [], problems: [] };
  const problem = (message: string): RosterProblem => ({
    location,
    message: `In the input \`${name}\`: ${message}`,
  });
  const lines = text
    .split(LINE_END)
    .map(clean)
    .filter((line) => line !== '');
  const isTable = lines.length > 1 && lines.every(pairsWordsWithAddress);
  const mixed: string[] = [];
  for (const line of lines) {
    const read = isTable ? { people: [], wrong: [], mixed: [line] } : readLine(line, hubUrl);
    for (const { input, address } of read.people) {
      const key = addressKey(address);
      if (isRole(key)) found.problems.push(problem(isTheNameOfARole(input)));
      else found.entries.push({ entry: { location, input, address, key, role, group: undefined, state } });
    }
    for (const message of read.wrong) found.problems.push(problem(message));
    for (const stretch of read.mixed) mixed.push(stretch);
  }
  if (mixed.length > 0) found.problems.push(problem(mixes(mixed)));
  const isEmpty = found.entries.length + found.problems.length === 0;
  if (!isEmpty && !hasDefaultGroup) found.problems.push({ location, message: noGroup(name) });
  return found;
}

interface LineOfPeople {
  readonly people: Person[];
  readonly wrong: string[];
}

/** `mixed`: the stretches that mix addresses and words. */
function readLine(line: string, hubUrl?: string): LineOfPeople & { readonly mixed: string[] } {
  const bare = line.replace(LIST_MARK, '');
  const isListItem = bare !== line;
  const read = { people: [] as Person[], wrong: [] as string[], mixed: [] as string[] };
  for (const segment of split(bare, SEGMENT, /[;；]/)) {
    const entries = split(segment, ENTRY, /[,，、]/).map((text) => readEntry(text, hubUrl));
    const isMixed = hasNames(entries) || (isListItem && entries.some(isSeveralWords));
    if (isMixed) read.mixed.push(segment);
    else {
      // Not spread into push: a pasted line can have more people than a call can have arguments.
      for (const { people, wrong } of entries) {
        for (const person of people) read.people.push(person);
        for (const message of wrong) read.wrong.push(message);
      }
    }
  }
  return read;
}

function split(text: string, pattern: RegExp, separator: RegExp): string[] {
  const parts =
    text.includes('"') && text.length <= MAX_WITH_NAMES ? (text.match(pattern) ?? []) : text.split(separator);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

interface Entry extends LineOfPeople {
  readonly text: string;
  /** What stands beside the address, such as a display name, if there is anything. */
  readonly isDecorated: boolean;
}

/** One entry, or several people that white space separates: all usernames, or all email addresses. */
function readEntry(text: string, hubUrl?: string): Entry {
  const person = parsePerson(text, hubUrl);
  if (person !== undefined) {
    return { text, people: [person], wrong: [], isDecorated: /[<(]/.test(text) };
  }
  const people = /[<>()]/.test(text) ? [] : text.split(/\s+/).map((part) => parsePerson(part, hubUrl));
  const kinds = new Set(people.map((one) => one?.address.kind));
  if (people.length > 1 && kinds.size === 1 && !kinds.has(undefined)) {
    return { text, people: people.filter((one) => one !== undefined), wrong: [], isDecorated: false };
  }
  return { text, people: [], wrong: [notAPerson(text)], isDecorated: /[<>()]/.test(text) };
}

/**
 * Whether words on the stretch can be names: bare words beside an entry with brackets (`Lovelace, Ada
 * <address>`, `(address, Ada)`), or several words at once beside an address (`Ada Lovelace, address`).
 */
function hasNames(entries: readonly Entry[]): boolean {
  if (entries.length < 2) return false;
  const hasWords = entries.some(
    ({ people }) => people.some(({ address }) => address.kind === 'username') || people.length === 0,
  );
  if (hasWords && entries.some(({ isDecorated }) => isDecorated)) return true;
  return entries.some(({ text }) => /[@＠]/.test(text.slice(1))) && entries.some(isSeveralWords);
}

function isSeveralWords({ text }: Entry): boolean {
  return /\s/.test(text) && !/[@＠<>]/.test(text);
}

/** Whether a line is one address beside words, like a row that was copied from a table. */
function pairsWordsWithAddress(line: string): boolean {
  const parts = line.split(/[\s,;|，、；]+/).filter((part) => part !== '');
  const addresses = parts.filter((part) => parsePerson(part)?.address.kind === 'email').length;
  return addresses === 1 && parts.length > 1 && !/[<>()]/.test(line);
}

/** One problem for all such stretches: they have one form, and one remedy. */
function mixes([first = '', ...more]: readonly string[]): string {
  const others = more.length === 0 ? '' : ` (and ${many(more.length, 'more place', 'more places')})`;
  return `${quoted(first)}${others} has other words beside an email address or a list mark. Write only the email address or the username, each person on a line of their own.`;
}

/** In doubt, no one gets access: what looks like the row of a roster ends in a word that can be a stranger's username. */
function isTheNameOfARole(input: string): string {
  return `${quoted(input)} is the name of a role. Write the role into the input \`role\`, or into a column \`role\` of a CSV file. If it is a username, name it in the column \`user\` of a CSV file.`;
}

function noGroup(name: string): string {
  return `The people in the input \`${name}\` have no group. Write the id or the name of one in the input \`resource-group\`.`;
}
