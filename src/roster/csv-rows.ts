/*
 * The rows of a CSV (RFC 4180), read by hand: a reader of ours has to know, for each cell, whether its quotes
 * are right, because that matters in cells that are used only, and for each row, the line that an editor
 * shows. A line without a quote is split at the delimiter. Otherwise a cell is quoted if its closing quote is
 * followed by a delimiter or a line end; if not, the quotes in it are text, and the cell ends at the next
 * delimiter or line end. So one slip spoils one cell, and never hides the rows below.
 *
 * Linear in the size of the text: a search for a closing quote goes over runs of an even number of quotes
 * only, and a cell that begins with such a run ends at once. So no stretch is searched more than twice.
 */

/** How the quotes of a cell are wrong. `open`: one opens the cell, and none closes it on its line. */
export type QuoteMistake = 'inside' | 'after' | 'open';

export interface Row {
  /** The line that the row begins on, counted from 1 as an editor does. */
  readonly line: number;
  /** As written, without the quotes around them. */
  readonly cells: string[];
  /** The cells whose quotes are text because they are not those of a CSV. */
  readonly mistakes?: ReadonlyMap<number, QuoteMistake>;
}

export interface RowReader {
  /** The rows that are neither blank nor comments, in order. */
  readonly rows: Generator<Row, void, undefined>;
  /** How many comments were skipped so far. */
  readonly comments: () => number;
}

/** Reads `text` from the beginning of a line on. `line` is the number of that line. */
export function readRows(text: string, delimiter: string, at = 0, line = 1): RowReader {
  let comments = 0;
  function* rows(): Generator<Row, void, undefined> {
    const lines = lineFinder(text);
    const nextQuote = finder(text, '"');
    let [start, number] = [at, line];
    while (start < text.length) {
      // A byte-order mark begins a file, also one that was appended to another.
      if (text.charCodeAt(start) === 0xfeff) start++;
      const end = lines.endOf(start);
      const content = text.slice(start, end);
      if (isComment(content, delimiter)) comments++;
      else if (content.trim() !== '') {
        if (nextQuote(start) >= end) yield { line: number, cells: content.split(delimiter) };
        else {
          const quoted = readQuoted(text, start, delimiter, lines);
          yield {
            line: number,
            cells: quoted.cells,
            ...(quoted.mistakes.size > 0 ? { mistakes: quoted.mistakes } : {}),
          };
          number += quoted.lineEnds;
          start = lines.after(quoted.end);
          number++;
          continue;
        }
      }
      start = lines.after(end);
      number++;
    }
  }
  return { rows: rows(), comments: () => comments };
}

/**
 * A comment begins with `#` and white space, or is `#` alone. Any other `#` is text (interface.md,
 * "Comments").
 */
export function isComment(line: string, delimiter: string): boolean {
  if (!line.startsWith('#')) return false;
  return line.length === 1 || (/\s/.test(line.charAt(1)) && line.charAt(1) !== delimiter);
}

interface QuotedRow {
  readonly cells: string[];
  readonly mistakes: Map<number, QuoteMistake>;
  /** The offset of the line end behind the row, and the number of line ends inside of its cells. */
  readonly end: number;
  readonly lineEnds: number;
}

function readQuoted(text: string, start: number, delimiter: string, lines: LineFinder): QuotedRow {
  const cells: string[] = [];
  const mistakes = new Map<number, QuoteMistake>();
  let [at, end, lineEnds] = [start, lines.endOf(start), 0];
  const isBlank = (offset: number) =>
    /[^\S\r\n]/.test(text.charAt(offset)) && text.charAt(offset) !== delimiter;
  const skipBlanks = (offset: number) => {
    let to = offset;
    while (isBlank(to)) to++;
    return to;
  };
  for (;;) {
    const opening = skipBlanks(at);
    let next = -1;
    if (text[opening] === '"') {
      const close = closingQuote(text, opening + 1);
      const after = close === -1 ? -1 : skipBlanks(close + 1);
      const isClosed =
        after !== -1 &&
        (after >= text.length || /[\r\n]/.test(text.charAt(after)) || text[after] === delimiter);
      if (isClosed) {
        const cell = text.slice(opening + 1, close);
        cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
        if (close > end) {
          lineEnds += cell.match(/\r\n|\r|\n/g)?.length ?? 0;
          end = lines.endOf(after);
        }
        next = after;
      } else mistakes.set(cells.length, close === -1 || close >= end ? 'open' : 'after');
    }
    if (next === -1) {
      const stop = text.slice(at, end).indexOf(delimiter);
      next = stop === -1 ? end : at + stop;
      const cell = text.slice(at, next);
      if (cell.includes('"') && !mistakes.has(cells.length)) mistakes.set(cells.length, 'inside');
      cells.push(cell);
    }
    if (next >= end) return { cells, mistakes, end, lineEnds };
    at = next + delimiter.length;
  }
}

/** The quote that ends a cell that was opened before `from`: the first that is not doubled. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
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
function finder(text: string, character: string): (at: number) => number {
  let [from, found] = [0, -1];
  return (at) => {
    if (at < from || at > found) {
      const next = text.indexOf(character, at);
      [from, found] = [at, next === -1 ? Number.POSITIVE_INFINITY : next];
    }
    return found;
  };
}
