import { countLineEnds, finder, isComment, type LineFinder, lineFinder } from './csv-lines.ts';

/*
 * Reads a CSV with mistakes in its quotes, which a strict parser stops at. It names the cell that is wrong,
 * because that matters in cells that are used only, and goes on after it. A cell is quoted if its closing
 * quote is followed by a delimiter or a line end; if not, the quotes in it are text, and the cell ends at the
 * next delimiter or line end. So one slip spoils one cell, and never hides the rows below. What is right is
 * read as csv-parse reads it.
 *
 * Linear in the size of the text: a search for a closing quote goes over runs of an even number of quotes
 * only, and a cell that begins with such a run ends at once. So no stretch is searched more than twice.
 */

/** How the quotes of a cell are wrong. `open`: one opens the cell, and none closes it on its line. */
export type QuoteMistake = 'inside' | 'after' | 'open';

/** What stands between two line ends that are in no quoted cell: a row, a comment, or a blank line. */
export interface CsvRecord {
  /** The line that the record begins on, without a byte-order mark. */
  readonly firstLine: string;
  /** As written, without the quotes around them. */
  readonly cells: string[];
  /** The cells whose quotes are text because they are not those of a CSV. */
  readonly mistakes?: ReadonlyMap<number, QuoteMistake>;
  /** The number of line ends inside of its cells. */
  readonly lineEnds: number;
}

/** The records of `text` from the beginning of a line on. */
export function* repairedRecords(text: string, at: number, delimiter: string): Generator<CsvRecord, void> {
  const lines = lineFinder(text);
  const nextQuote = finder(text, '"');
  let start = at;
  while (start < text.length) {
    // A byte-order mark begins a file, also one that was appended to another.
    if (text.charCodeAt(start) === 0xfeff) start++;
    const end = lines.endOf(start);
    const firstLine = text.slice(start, end);
    if (nextQuote(start) >= end || isComment(firstLine, delimiter)) {
      yield { firstLine, cells: firstLine.split(delimiter), lineEnds: 0 };
      start = lines.after(end);
    } else {
      const { cells, mistakes, lineEnds, end: last } = readQuoted(text, start, delimiter, lines);
      yield { firstLine, cells, lineEnds, ...(mistakes.size > 0 ? { mistakes } : {}) };
      start = lines.after(last);
    }
  }
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
          lineEnds += countLineEnds(cell);
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
