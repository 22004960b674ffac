import { quoted } from '../text/quoted.ts';
import type { Address } from './entry.ts';

/**
 * The Hub's own rule for new names, without what it may have allowed earlier: letters, digits, `-`, `_`, `.`, at most 96.
 * No `..` and no `.` at either end, so that a name in a path cannot lead anywhere else.
 */
const USERNAME = /^(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?$/;

/** The pattern of the query parameter `email` of `GET /api/organizations/{name}/members` in the Hub's OpenAPI description. */
const EMAIL =
  /^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;

/** RFC 5321, 4.5.3.1.3: a path is at most 256 characters, two of which are its angle brackets. */
const MAX_EMAIL = 254;

/** Longer text is no slip of the pen that could be guessed at, and guessing takes time that grows with its square. */
const MAX_GUESSED = 300;

/** The username or e-mail that `text` is, letter for letter; `undefined` where it is neither. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_EMAIL) return undefined;
  if (EMAIL.test(text)) return { kind: 'email', email: text };
  return USERNAME.test(text) ? { kind: 'username', username: text } : undefined;
}

/** What to say where `text` is neither a username nor an e-mail: two sentences at most, with what was meant where that is plain. */
export function notAnAddress(text: string): string {
  return `${quoted(text)} is not a username and not an e-mail. ${advice(text)}`;
}

function advice(text: string): string {
  if (text.length > MAX_GUESSED) return 'It is too long for either.';
  const people = text.split(/\s*[,;|]\s*/);
  if (people.length > 1 && people.every((person) => parseAddress(person) !== undefined)) {
    return 'It looks like several people: write each on a line of their own.';
  }
  const meant = meantAddress(text);
  if (meant !== undefined) return `Write \`${meant}\`.`;
  return text.includes('@')
    ? 'An e-mail looks like `ada@acme.com`.'
    : 'A username is letters (a to z), digits, `-`, `_` and `.` only, as in the address of its page on the Hub.';
}

function meantAddress(text: string): string | undefined {
  const emails = text.match(/[^\s<>()[\]"',;:]+@[^\s<>()[\]"',;:]+/g) ?? [];
  const page = /^(?:https?:\/\/)?[^\s/]+\.[^\s/]+\/([^\s/?#]+)\/?$/i.exec(text)?.[1];
  const bare = text.replace(/^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$/gu, '');
  const guesses = emails.length > 1 ? [] : [...emails, page ?? '', bare];
  return guesses.find((guess) => parseAddress(guess) !== undefined);
}
