const MAX_SHOWN = 80;

/** Control characters, zero-width and no-break spaces, and the quote that would end the quotation early. */
const SPELLED_OUT = /["\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/**
 * `text` in double quotes, for a message of one line. Long text is cut to 80 characters. Invisible characters
 * are shown as `\u{…}`, because one of them can be the very thing that is wrong. No double quote is left
 * inside, so that `hideQuotations` finds the end.
 */
export function quoted(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
  return `"${cut.replace(SPELLED_OUT, codePoint)}"`;
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
