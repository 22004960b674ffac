/**
 * Values that are computed while they are iterated, each time again, and not stored. An array is one, too.
 */
export interface Lazy<T> extends Iterable<T> {
  readonly length: number;
}

/** The results of `make` for each of `items`, computed when they are iterated. */
export function lazyMap<Item, T>(items: readonly Item[], make: (item: Item) => T): Lazy<T> {
  return {
    length: items.length,
    *[Symbol.iterator]() {
      for (const item of items) yield make(item);
    },
  };
}

/** Characters per chunk: large enough that writing it pays. */
const CHUNK_LENGTH = 64 * 1024;

/**
 * `texts` joined to chunks of about 64 K characters, so that a report of 100,000 people is never one string.
 */
export function* chunked(texts: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
