import { safeParse } from 'valibot';
import { createArraySplitter } from './array-splitter.ts';
import { decodeUtf8 } from './body.ts';
import type { TokenRedactor } from './redact-token.ts';
import type { Schema } from './schemas.ts';

/** How the body of a successful response is read. */
export interface BodyReader<T> {
  /** No response of this kind has a larger body, in bytes after decompression; a larger one is not read to its end. */
  readonly maxBytes: number;
  /** The value of the body; undefined if it is not JSON of the expected shape. Rejects if `chunks` break off. */
  read(
    chunks: AsyncIterable<Uint8Array>,
    redactor: TokenRedactor,
  ): Promise<{ readonly value: T } | undefined>;
}

/** A list without those of its elements that are not of the expected shape. */
export interface Listing<T> {
  readonly items: T[];
  /** How many elements were dropped. If there are any, what is not in `items` can still be on the Hub. */
  readonly dropped: number;
}

/** Up to this many bytes, a list is parsed as a whole, which is faster; a page of 10,000 members is smaller. */
const SMALL_BYTES = 8 * 1024 * 1024;

/** Reads one JSON value. */
export function jsonBody<T>(schema: Schema<T>, maxBytes: number): BodyReader<T> {
  return {
    maxBytes,
    async read(chunks, redactor) {
      const held: Uint8Array[] = [];
      for await (const chunk of chunks) held.push(chunk);
      const value = parseJson(decodeUtf8(held), redactor);
      if (value === undefined) return undefined;
      const result = safeParse(schema, value);
      return result.success ? { value: result.output } : undefined;
    },
  };
}

/**
 * Reads a JSON array; `null` counts as a list that cannot be read. A list of more than `smallBytes` is read element by
 * element while it arrives, and only what the shape names is kept: all groups of a large organization are hundreds of
 * megabytes.
 */
export function jsonListBody<T>(
  item: Schema<T>,
  maxBytes: number,
  smallBytes: number = SMALL_BYTES,
): BodyReader<Listing<T>> {
  return {
    maxBytes,
    async read(chunks, redactor) {
      const items: T[] = [];
      let dropped = 0;
      let isJson = true;
      const add = (value: unknown) => {
        const result = safeParse(item, value);
        if (result.success) items.push(result.output);
        else dropped += 1;
      };
      const splitter = createArraySplitter((text) => {
        const value = parseJson(text, redactor);
        if (value === undefined) isJson = false;
        else if (isJson) add(value);
      });
      let held: Uint8Array[] = [];
      let bytes = 0;
      for await (const chunk of chunks) {
        held.push(chunk);
        bytes += chunk.length;
        if (bytes <= smallBytes) continue;
        for (const one of held) splitter.write(one);
        held = [];
      }
      if (bytes > smallBytes) return isJson && splitter.isWhole() ? { value: { items, dropped } } : undefined;
      const list = parseJson(decodeUtf8(held), redactor);
      if (list === null) return { value: { items, dropped: 1 } };
      if (!Array.isArray(list)) return undefined;
      for (const value of list) add(value);
      return { value: { items, dropped } };
    },
  };
}

/** The value of a JSON text, or undefined if it is none: no JSON text stands for undefined. */
function parseJson(text: string, redactor: TokenRedactor): unknown {
  try {
    return redactor.parseJson(text);
  } catch {
    return undefined;
  }
}
