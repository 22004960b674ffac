/*
 * Redaction comes first, cutting afterwards: text that was cut before its `@` no longer shows that it is an
 * address. Text that was cut by others ends in an ellipsis, and the word before that counts as an address,
 * too.
 */

/**
 * An `@` in every spelling that people and programs use: full-width, in a URL, as an HTML entity, as an
 * escape of JSON, in brackets; or the end of text that was cut.
 */
const AT =
  /([@＠﹫]|%(?:25)*40|&(?:amp;)*(?:#0*64|#x0*40|commat);|\\u(?:0040|\{40\})|\s{0,3}[([{<]\s?at\s?[)\]}>]|…(?=["”]|$))/iu;

/** An `@` that is plain text otherwise: it counts as one only if a domain follows. */
const IN_BRACKETS = /^\s{0,3}[([{<]/;

/** The start of a domain with a dot in it, also in another spelling, after an `@`. */
const DOMAIN_AHEAD = /^\s{0,3}[\p{L}\p{N}_-]{1,63}\s?(?:[.。．]|[([{<]\s?dot\s?[)\]}>])/iu;

/** The domain of the address before, which another address can follow after a comma. */
const DOMAIN = /^[\p{L}\p{N}.-]+/u;

/** Opens a quotation, or stands between a label and an address: it is not the first letter of the address. */
const OPENING = /^["'`“‘«([{<,;:=/|]+/;

/**
 * `text` with the local part of each email address cut to its first letter: `a***@acme.com`. Whatever touches
 * an `@` on its left counts as an address, so that no unusual one slips through. A word that is apart from
 * the `@` counts if a domain follows (`ada @acme.com`). Takes time linear in the length of `text`; a second
 * time changes nothing.
 */
export function redactEmails(text: string): string {
  if (!AT.test(text)) return text;
  // Alternates: text, @, text, @, …, text. Only text before an @ can contain a local part.
  const parts = text.split(AT);
  return parts
    .map((part, index) => {
      const at = parts[index + 1];
      if (index % 2 === 1 || at === undefined) return part;
      const apart = /\s$/.test(part.slice(-1)) || IN_BRACKETS.test(at);
      if (apart && !DOMAIN_AHEAD.test(parts[index + 2] ?? '')) return part;
      return redactEnd(part, at, index === 0 ? 0 : (DOMAIN.exec(part)?.[0].length ?? 0));
    })
    .join('');
}

/**
 * `part`, which ends at `at`, with its last word redacted. The domain of the address before ends at
 * `domainEnd`.
 */
function redactEnd(part: string, at: string, domainEnd: number): string {
  const end = part.trimEnd().length;
  const start = Math.max(wordStart(part, end), domainEnd < end ? domainEnd : 0);
  const word = part.slice(start, end);
  if (word === '') return part;
  const opening = OPENING.exec(word)?.[0] ?? '';
  // A quotation of which nothing is shown.
  if (word === opening && at === '…') return part;
  const [first = ''] = word.slice(opening.length);
  // The stars of an address that is redacted already are not its first letter.
  return `${part.slice(0, start)}${opening}${first === '*' ? '' : first}***${part.slice(end)}`;
}

/**
 * Where the word that ends at `end` begins. A pattern that is anchored at its end would take quadratic time.
 */
function wordStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && !/\s/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/**
 * `text` without what {@link quoted} put into it. If a row could not be read, no one knows which of its cells
 * holds an address, and in which spelling; the file and line lead to it.
 */
export function hideQuotations(text: string): string {
  return text.replace(/"[^"]*"/g, '"…"');
}

/**
 * `value` with each email address in its strings redacted, at any depth. Properties in `except` stay as they
 * are, and so do all keys.
 */
export function redactAll<T>(value: T, except: ReadonlySet<string> = new Set()): T {
  return redacted(value, except) as T;
}

function redacted(value: unknown, except: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return redactEmails(value);
  if (Array.isArray(value)) return value.map((part) => redacted(part, except));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, except.has(key) ? part : redacted(part, except)]),
  );
}
