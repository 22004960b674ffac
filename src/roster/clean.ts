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
