import { domainToASCII } from 'node:url';
import { isRole } from '../roles.ts';
import { foldCase, quoted } from '../text/words.ts';
import type { Address } from './entry.ts';

/** A username or an email address, not both. */
export type SingleAddress = Exclude<Address, { readonly kind: 'both' }>;

/** A person as written: `input` is the part of the text that names the person, `address` what it means. */
export interface Person {
  readonly input: string;
  readonly address: SingleAddress;
}

/**
 * The Hub's own rule for new names, without what it may have allowed earlier: letters, digits, `-`, `_`, `.`,
 * at most 96. No `..` and no `.` at either end, so that a name in a path cannot lead anywhere else.
 */
const USERNAME = /^(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?$/;

/**
 * The pattern of the query parameter `email` of `GET /api/organizations/{name}/members` (hub-openapi.json).
 */
const EMAIL =
  /^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;

/** RFC 5321, 4.5.3.1.3: a path is at most 256 characters, two of which are its angle brackets. */
const MAX_EMAIL = 254;

/** Longer text is not looked at closely: that would take time that grows with its square. */
const MAX_EXAMINED = 300;

/** The address of a page before a username, as it is copied from the browser: the site, and the name. */
const PAGE = /^(?:https?:\/\/)?(?:www\.)?([^/?#@\s]+)\/([^/?#]+)\/?$/i;

/** Sites whose usernames are the Hub's, besides the Hub's own origin. */
const HUB_SITES: readonly string[] = ['huggingface.co', 'hf.co'];

/** The name in the address of a person's page on the Hub; undefined if it is no such address. */
function nameInPage(text: string, hubUrl: string): string | undefined {
  const [, site = '', name] = PAGE.exec(text) ?? [];
  const own = hubUrl.replace(/^https?:\/\/(?:www\.)?/i, '');
  return [...HUB_SITES, own].includes(foldCase(site)) ? name : undefined;
}

/** The username or email address that `text` is, letter for letter; undefined if it is neither. */
export function parseAddress(text: string): SingleAddress | undefined {
  if (text.length > MAX_EMAIL) return undefined;
  if (!text.includes('@')) return USERNAME.test(text) ? { kind: 'username', username: text } : undefined;
  const email = asciiDomain(text);
  return email !== undefined && EMAIL.test(email) ? { kind: 'email', email } : undefined;
}

/**
 * `email` with its domain as the Hub knows it (IDNA). Only what becomes punycode is converted: a full-width
 * or look-alike letter that the conversion would turn into a plain one must not make one domain of two.
 */
function asciiDomain(email: string): string | undefined {
  const at = email.lastIndexOf('@');
  const domain = email.slice(at + 1);
  if (!/\P{ASCII}/u.test(domain)) return email;
  const ascii = domainToASCII(domain);
  const labels = ascii.split('.');
  const written = domain.split('.');
  const isExact =
    labels.length === written.length &&
    written.every((label, index) =>
      /\P{ASCII}/u.test(label) ? labels[index]?.startsWith('xn--') : labels[index] === foldCase(label),
    );
  return isExact ? `${email.slice(0, at + 1)}${ascii}` : undefined;
}

/**
 * The person that a cell or an entry of `users` names: an address, also after `mailto:`, beside a display
 * name (`Name <address>`, `address (Name)`), or a username, also after `@` or the Hub's own address, of which
 * `hubUrl` is the origin. Undefined if it is none of these. Nothing is ever taken from the display name.
 */
export function parsePerson(text: string, hubUrl = ''): Person | undefined {
  const plain = parseAddress(text);
  if (plain !== undefined) return { input: text, address: plain };
  if (text.length > MAX_EXAMINED) return undefined;
  const bare = clean(text);
  const inner = besideName(bare) ?? bare.replace(/^mailto:\s*/i, '');
  const name = /^@\s?([^@]+)$/.exec(inner)?.[1] ?? nameInPage(inner, hubUrl);
  const input = name ?? inner;
  const address = parseAddress(input);
  if (address === undefined || (name !== undefined && address.kind === 'email')) return undefined;
  return { input, address };
}

/** The address in `Name <address>` or `address (Name)`, if the name holds no other address. */
function besideName(text: string): string | undefined {
  const [, before = '', inAngles] = /^([^<>]*)<\s*([^<>\s]+)\s*>$/.exec(text) ?? [];
  const [, outside, inBrackets = ''] = /^([^\s()]+)\s*\(([^()]*)\)$/.exec(text) ?? [];
  const address = (inAngles ?? outside)?.replace(/^mailto:/i, '');
  if (address === undefined || parseAddress(address)?.kind !== 'email') return undefined;
  const name = (inAngles === undefined ? inBrackets : before).replace(/["']/g, '').trim();
  return name.includes('@') && foldCase(name) !== foldCase(address) ? undefined : address;
}

/** What is wrong with `text`, which names no person, and what to write. It proposes no name of a person. */
export function notAPerson(text: string): string {
  return `${quoted(text)} is not a username and not an email address. ${advice(clean(text))}`;
}

function advice(text: string): string {
  if (text.length > MAX_EXAMINED) return 'It is too long for either.';
  const [, rest = '', role = ''] = /^(.*\S)\s*[:=,;|/，；]\s*([A-Za-z]+)$/.exec(text) ?? [];
  if (isRole(foldCase(role)) && parsePerson(rest) !== undefined) {
    return 'The role does not go beside the person, but into a column `role` of a CSV file, or into the input `role`.';
  }
  // Not for usernames: in `Lovelace, Ada`, each part can be the username of a stranger.
  const people = text.split(/[\s,;|、，；]+/).filter((part) => part !== '');
  if (people.length > 1 && people.every((person) => parseAddress(person)?.kind === 'email')) return SEVERAL;
  if (/:\/\/|^www\.|^[^\s@/]+\.[^\s@/]+\/|\.[a-z]{2,}\/[^\s]/i.test(text)) {
    return 'It is the address of a web page. Write the username on the Hub, or the email address.';
  }
  if (/[@＠]/.test(text)) {
    return /[\s<>()[\]"]/.test(text)
      ? 'Write only the email address, without a name or other words beside it.'
      : 'An email address looks like `name@example.com`.';
  }
  return 'A username has only letters (a to z), digits, `-`, `_` and `.`, as in the address of its page on the Hub.';
}

const SEVERAL =
  'It looks like several people. Write each of them in an entry of its own, or on a row of its own.';

/**
 * Characters without a width, which come with text pasted from chat tools, documents and web pages: soft
 * hyphen, zero-width spaces and joiners, direction marks, byte-order marks. Overrides of the direction
 * (U+202D, U+202E) stay, because they make text look like other text: a cell with one is a mistake.
 */
const ZERO_WIDTH = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202c\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** The same without the two joiners, which emoji and several scripts need. */
const ZERO_WIDTH_BUT_JOINERS =
  /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202c\u2060-\u2064\u2066-\u2069\ufeff]/g;

const NOT_PLAIN = /[^ -~]/;

/** `text` without characters of no width and without the white space around it. */
export function clean(text: string): string {
  return NOT_PLAIN.test(text) ? text.replace(ZERO_WIDTH, '').trim() : text.trim();
}

/** A name for people, such as a group's: cleaned, with joiners kept, in Unicode's normalization form NFC. */
export function cleanName(text: string): string {
  return NOT_PLAIN.test(text)
    ? text.replace(ZERO_WIDTH_BUT_JOINERS, '').trim().normalize('NFC')
    : text.trim();
}

/**
 * Whether `text` holds characters that no name has: control characters, or what stands for a lost character.
 */
export function isDamaged(text: string): boolean {
  return /[\p{Cc}\ufffd\u202d\u202e]/u.test(text);
}

/**
 * Without the apostrophe that our own files put before a sign that would start a formula (src/text/csv.ts),
 * so that they can be read again.
 */
export function unguarded(text: string): string {
  return text.includes("'") ? text.replace(/^(["\s]*)'(?=[=+\-@＝＋－＠])/, '$1') : text;
}
