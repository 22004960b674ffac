const MAX_SHOWN = 80;

/**
 * `text` in double quotes for a message of one line: long text is cut to 80 characters, and what nobody could
 * see (control characters, zero-width and no-break spaces) is shown as `\u{…}`, because it may be the very
 * thing that is wrong.
 */
export function quoted(text: string): string {
  const cut = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 1)}…` : text;
  const shown = cut.replace(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, codePoint);
  return `"${shown}"`;
}

function codePoint(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`;
}
