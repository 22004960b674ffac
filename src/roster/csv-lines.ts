/** The number of line ends in `text`. */
export function countLineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/**
 * A comment begins with `#` and white space, or is `#` alone. Any other `#` is text (interface.md,
 * "Comments").
 */
export function isComment(line: string, delimiter: string): boolean {
  if (!line.startsWith('#')) return false;
  return line.length === 1 || (/\s/.test(line.charAt(1)) && line.charAt(1) !== delimiter);
}

export interface LineFinder {
  /** The offset of the line end at or behind `at`, or the length of the text. */
  readonly endOf: (at: number) => number;
  /** Where the next line begins, behind the line end at `end`. */
  readonly after: (end: number) => number;
}

/**
 * Finds line ends (LF, CRLF, CR). Offsets should be asked for in ascending order, or else it searches again.
 */
export function lineFinder(text: string): LineFinder {
  const [nextLf, nextCr] = [finder(text, '\n'), finder(text, '\r')];
  return {
    endOf: (at) => Math.min(nextLf(at), nextCr(at), text.length),
    after: (end) => end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1),
  };
}

/**
 * The next offset of a character at or behind a given one; remembers the last, so that a text is searched
 * once.
 */
export function finder(text: string, character: string): (at: number) => number {
  let [from, found] = [0, -1];
  return (at) => {
    if (at < from || at > found) {
      const next = text.indexOf(character, at);
      [from, found] = [at, next === -1 ? Number.POSITIVE_INFINITY : next];
    }
    return found;
  };
}
