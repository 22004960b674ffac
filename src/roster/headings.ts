import { distance } from 'fastest-levenshtein';
import { nearest } from '../text/words.ts';
import { clean } from './address.ts';
import {
  COLUMNS,
  type Column,
  HEADS,
  INVERTED_STATES,
  NAMES,
  OF_AN_EVENT,
  OF_THE_PERSON,
  OTHER_SYSTEM,
  PREPOSITIONS,
} from './column-names.ts';

/** Text in brackets of any kind, which explains a heading and is no part of it: `Role (read/write)`. */
const BRACKETED = /[([{（【［「][^)\]}）】］」]*[)\]}）】］」]/gu;

/** Longer headings are text, not the name of a column. */
const MAX_HEADING = 100;

/** Made when the first heading is read: a run without a CSV need not wait for it. */
let columnOf: ReadonlyMap<string, Column> | undefined;

function knownColumn(name: string): Column | undefined {
  columnOf ??= new Map(
    COLUMNS.flatMap((column) => NAMES[column].map((known) => [joined(wordsOf(known)), column] as const)),
  );
  return columnOf.get(name);
}

const STATE_WORDS = new Set(NAMES.state);
const INVERTED = new Set(INVERTED_STATES);
const EXPIRY_WORDS = new Set(['expires', 'expiry', 'expiration', 'expire', 'end']);
const PERSON_WORDS = new Set(OF_THE_PERSON);

/** English names that a slip of the pen can be near to, and what people write for `group`. */
const SPELLED = new Map<string, Column>([
  ...(['user', 'username', 'login'] as const).map((name) => [name, 'user'] as const),
  ...(['email', 'mail', 'emailaddress'] as const).map((name) => [name, 'email'] as const),
  ['role', 'role'],
  ...(['resourcegroup', 'group', 'groupid', 'groupname'] as const).map(
    (name) => [name, 'resource-group'] as const,
  ),
]);
/** A slip in these is certain at one letter only: `start` and `site` are columns of others. */
const SPELLED_LONG = new Map<string, Column>([
  ...(['status', 'suspended', 'disabled', 'enabled'] as const).map((name) => [name, 'state'] as const),
  ...(['expires', 'expiry'] as const).map((name) => [name, 'expires'] as const),
]);

const NAME_OR_ID = /^(?:name|nom|nombre|nome|id)$/;

const HEADED = ['user', 'email', 'role', 'resource-group'] as const;

/** What a heading says. */
export type Heading =
  /** It names the column. `isInverted`: a yes in it means absent. */
  | { readonly kind: 'known'; readonly column: Column; readonly isInverted?: boolean }
  /** Its main word is the name of a column, so it may be that column, or another thing. */
  | { readonly kind: 'doubtful'; readonly column: Column; readonly isOtherSystem: boolean }
  | { readonly kind: 'other' };

const OTHER: Heading = { kind: 'other' };

/** What the text of a heading says (interface.md, section 1, "Columns"). */
export function readHeading(text: string): Heading {
  if (text.length > MAX_HEADING) return OTHER;
  const words = wordsOf(text);
  const column = spellings(words)
    .map(knownColumn)
    .find((known) => known !== undefined);
  if (column !== undefined) {
    const isInverted = column === 'state' && spellings(words).some((name) => INVERTED.has(name));
    return { kind: 'known', column, ...(isInverted ? { isInverted } : {}) };
  }
  return ofThePerson(words) ?? inDoubt(words);
}

/** The column that a heading without a known name most likely means: by a slip of the pen, or as the name of a group. */
export function misspelled(text: string): Column | undefined {
  if (text.length > MAX_HEADING) return undefined;
  const words = wordsOf(text);
  if (isGroupReference(words)) return 'resource-group';
  const name = joined(words);
  const near = nearest(name, [...SPELLED.keys()]) ?? '';
  // `userType` is no slip for `username`: two letters that are wrong, or two that are swapped, are.
  const isSlip = distance(name, near) <= 2;
  const long = [...SPELLED_LONG.keys()].find((one) => distance(name, one) === 1);
  return (isSlip ? SPELLED.get(near) : undefined) ?? SPELLED_LONG.get(long ?? '');
}

/** The text of a heading as it is compared: without case, brackets, punctuation. */
export function headingKey(text: string): string {
  return joined(wordsOf(text));
}

/**
 * `Account status`, `accountEnabled`, `Membership expiry`: the state or the end date of the person, not of a
 * thing.
 */
function ofThePerson(words: readonly string[]): Heading | undefined {
  const [last = '', ...before] = words.toReversed();
  const isState = STATE_WORDS.has(last);
  if (before.length === 0 || !(isState || EXPIRY_WORDS.has(last) || last === 'date')) return undefined;
  if (!before.every((word) => PERSON_WORDS.has(word) || (last === 'date' && EXPIRY_WORDS.has(word))))
    return undefined;
  if (isState) return { kind: 'known', column: 'state', ...(INVERTED.has(last) ? { isInverted: true } : {}) };
  const isDate = last !== 'date' || before.some((word) => EXPIRY_WORDS.has(word));
  return isDate ? { kind: 'known', column: 'expires' } : undefined;
}

function inDoubt(words: readonly string[]): Heading {
  const text = words.join(' ');
  for (const column of HEADED) {
    if (HEADS[column].some((head) => isMainWord(words, head))) {
      return { kind: 'doubtful', column, isOtherSystem: column === 'user' && OTHER_SYSTEM.test(text) };
    }
  }
  return OTHER;
}

/** `Group name`, `Gruppen-ID`, `Nom du groupe`, `グループ名`: nothing but a group, and its name or id. */
function isGroupReference(words: readonly string[]): boolean {
  const whole = joined(words);
  const rest = joined(words.filter((word) => !PREPOSITIONS.has(word) && !NAME_OR_ID.test(word)));
  const group = rest.replace(/(?:name|id|名|名称|名稱)$/u, '').replace(/^gruppen$/, 'gruppe');
  return group !== whole && knownColumn(group) === 'resource-group';
}

function isMainWord(words: readonly string[], head: string): boolean {
  const cut = words.findIndex((word, index) => index > 0 && PREPOSITIONS.has(word));
  const main = cut === -1 ? words : words.slice(0, cut);
  if (main.some((word) => OF_AN_EVENT.has(word))) return false;
  const endings = spellings(main);
  // One word of a language that joins words, or that writes none apart: Mitgliederrolle, orgrole, 所属グループ.
  const isLong = head.length >= 4 || /\p{sc=Han}|\p{sc=Katakana}/u.test(head);
  if (isLong && endings.some((name) => name.endsWith(head))) return true;
  if (spellings(main.slice(-1)).includes(head)) return true;
  // In Romance languages the main word comes first: Rôle principal, Correo institucional.
  return (
    /^(?:rôle|groupe|grupo|gruppo|ruolo|papel|correo|courriel|utilisateur|usuario|utente)$/.test(head) &&
    main[0] === head
  );
}

/** The words of a heading, in lower case: `E-Mail`, `userPrincipalName` and `group_id` are taken apart. */
function wordsOf(text: string): string[] {
  const whole = clean(text).normalize('NFC');
  const outside = whole.replace(BRACKETED, ' ');
  const bare = /[\p{L}\p{N}]/u.test(outside) ? outside : whole;
  return bare
    .normalize('NFKC')
    .replace(/(\p{Ll})(?=\p{Lu}\p{Ll})/gu, '$1 ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== '');
}

/** The words as one, and so that plurals and numbers behind are the same: `emails`, `group 1`. */
function spellings(words: readonly string[]): string[] {
  const whole = joined(words);
  const bare = whole.replace(/\p{N}+$/u, '') || whole;
  return [whole, bare, bare.replace(/s$/, ''), bare.replace(/es$/, '')];
}

function joined(words: readonly string[]): string {
  return words.join('');
}
