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
