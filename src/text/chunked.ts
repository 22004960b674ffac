/** Things that are made when somebody goes through them, anew each time, and not kept; an array will do as well. */
export interface Lazy<T> extends Iterable<T> {
  readonly length: number;
}

/** What `make` makes of each of `items`. */
export function lazily<Item, T>(items: readonly Item[], make: (item: Item) => T): Lazy<T> {
  return {
    length: items.length,
    *[Symbol.iterator]() {
      for (const item of items) yield make(item);
    },
  };
}

/** Characters that are worth a write. */
const PIECE = 64 * 1024;

/** `texts` one after the other, several of them in one piece: a report of 100,000 people need not be in memory as a whole. */
export function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}
