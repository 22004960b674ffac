/**
 * `text` with the ASCII letters A to Z in lower case, and nothing else changed. Names and addresses on the Hub are ASCII:
 * `toLowerCase` would make a plain `k` of the Kelvin sign, and so one person of two (hub-api.md, trap 5).
 */
export function foldCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
