import type { RunResult } from '../membership/outcome.ts';

/** An `@`, also as it stands in a URL. */
const AT = /(@|%40)/;

/** The domain of the address before, which another may follow after a comma. */
const DOMAIN = /^[\p{L}\p{N}.-]+/u;

/** What opens a quotation or stands between a label and an address: it is not the address's first letter. */
const OPENING = /^["'`“‘«([{<,;:=/|]+/;

/**
 * `text` with the local part of every e-mail cut to its first letter: `a***@acme.com`. Whatever touches an
 * `@` on its left counts as an address, so that no unusual one slips through. Takes time linear in the length
 * of `text`.
 */
export function redactEmails(text: string): string {
  if (!AT.test(text)) return text;
  const pieces = text.split(AT);
  // Pieces alternate: text, @, text, @, …, text. Only text before an @ can hold a local part.
  return pieces
    .map((piece, index) => {
      if (index % 2 === 1 || index === pieces.length - 1) return piece;
      return redactEnd(piece, index === 0 ? 0 : (DOMAIN.exec(piece)?.[0].length ?? 0));
    })
    .join('');
}

function redactEnd(piece: string, domainEnd: number): string {
  const start = Math.max(wordStart(piece), domainEnd < piece.length ? domainEnd : 0);
  const word = piece.slice(start);
  if (word === '') return piece;
  const opening = OPENING.exec(word)?.[0] ?? '';
  const [first = ''] = word.slice(opening.length);
  // The stars of an address that is redacted already are not its first letter.
  return `${piece.slice(0, start)}${opening}${first === '*' ? '' : first}***`;
}

/**
 * Where the last word of `text` begins. By hand, since a pattern anchored at the end alone takes quadratic
 * time.
 */
function wordStart(text: string): number {
  let start = text.length;
  while (start > 0 && !/\s/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/**
 * `result` with every e-mail in it redacted, wherever it stands: inputs, messages, names of groups. Sources
 * are left as they are, since annotations need the file's true name, and the line is how the person is found
 * again.
 */
export function redactResult(result: RunResult): RunResult {
  return redacted(result) as RunResult;
}

function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redactEmails(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, key === 'source' ? part : redacted(part)]),
  );
}
