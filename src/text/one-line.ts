/**
 * Invisible or text-reversing: controls, bidi overrides, lone surrogates. Joiners stay: emoji and some
 * scripts need them.
 */
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]--[\u200c\u200d]]/gv;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * `text` on one line: a run of white space or line ends becomes one space, any other invisible character
 * `\u{202e}`.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\u0085]+/g, ' ')
    .replace(UNSEEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/**
 * `line` for the log: one line that the runner cannot read as a workflow command. The runner reads `::name::`
 * at the start of a line, after any white space, and `##[name]` anywhere in it (actions/runner,
 * `ActionCommand.cs`).
 */
export function logSafe(line: string): string {
  return oneLine(line)
    .replaceAll('##[', '## [')
    .replace(/^ ?:(?=:)/, '$& ');
}

/** `json` without anything that the runner takes for a workflow command if a step prints it; its value is the same. */
export function printable(json: string): string {
  return json.replaceAll('##[', '##\\u005b');
}

/**
 * `text` on one line, with the special characters of HTML as entities, for elements and quoted attributes.
 */
export function html(text: string): string {
  return oneLine(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The first `length` characters (code points) of `text`, with an ellipsis if more followed. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  // A code point has at most two UTF-16 units, so the rest does not matter.
  const characters = Array.from(text.slice(0, 2 * length + 2));
  return characters.length <= length ? text : `${characters.slice(0, length).join('').trimEnd()}…`;
}
