import { distance } from 'fastest-levenshtein';

/**
 * The whole number `n` as people write it: `20,001`. `Intl` does this too, but loads longer than the rest of
 * the action.
 */
export function number(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `n` with its noun: `1 person`, `20,001 people`. */
export function many(n: number, one: string, more: string): string {
  return `${number(n)} ${n === 1 ? one : more}`;
}

/** A span of seconds in words: `0.4 s`, `41 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const [major, minor, units] =
    whole < 3600
      ? [Math.floor(whole / 60), whole % 60, ['min', 's']]
      : [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), ['h', 'min']];
  return minor === 0 ? `${major} ${units[0]}` : `${major} ${units[0]} ${minor} ${units[1]}`;
}

/** `text` with its first letter in upper case. */
export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

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

/**
 * `text` with the ASCII letters A to Z in lower case, and nothing else changed.
 *
 * Names and addresses on the Hub are ASCII. `toLowerCase` turns the Kelvin sign into a plain `k`, and so two
 * people into one (hub-api.md, trap 5). Compare usernames, email addresses and ids with this function only.
 *
 * It takes linear time and never changes the length of the text.
 */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * The candidate that is probably meant by `word`, in the candidate's own spelling, or undefined if none is
 * near. Near means one edit in two to four letters, two in five to seven, and so on, ignoring case. Two
 * swapped letters are two edits. Of equally near candidates the first is returned.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = foldCase(word);
  let best: string | undefined;
  let fewest = Math.floor((wanted.length + 1) / 3) + 1;
  for (const candidate of candidates) {
    const edits = distance(wanted, foldCase(candidate));
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}
