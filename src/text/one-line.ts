/** What nobody sees, or what turns the text around it: controls, bidi overrides, lone surrogates. Joiners stay: emoji and several scripts need them. */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\u200c\u200d]]/gv;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** `text` on one line: every run of white space (line ends of any kind too) is one space, every other unseen character is spelt out (`\u{202e}`). */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\u0085]+/g, ' ')
    .replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/**
 * `line` fit for the log: one line that the runner cannot take for a workflow command. It takes `::name::` at the start of a
 * line, after any white space, and `##[name]` anywhere in it (actions/runner, `ActionCommand.cs`).
 */
export function logSafe(line: string): string {
  return oneLine(line)
    .replaceAll('##[', '## [')
    .replace(/^ ?:(?=:)/, '$& ');
}

/** `text` on one line, with every character that means something in HTML written as an entity; fit for elements and quoted attributes. */
export function html(text: string): string {
  return oneLine(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The first `length` characters (code points) of `text`, with an ellipsis where more followed. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  // Never more than two UTF-16 units a code point: the rest need not be looked at.
  const characters = Array.from(text.slice(0, 2 * length + 2));
  return characters.length <= length ? text : `${characters.slice(0, length).join('').trimEnd()}…`;
}
