import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { safeParse } from 'valibot';
import type { TokenRedactor } from './error-message.ts';
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

const [QUOTE, COMMA, OPEN_ARRAY, BACKSLASH, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('",[\\]{}');

export interface ArraySplitter {
  /** The next bytes of the text. */
  write(chunk: Uint8Array): void;
  /** Whether the text so far is a whole array, provided that each of its elements is JSON. */
  isWhole(): boolean;
}

/**
 * Cuts the JSON text of an array (RFC 8259, in UTF-8) into the texts of its elements and hands them over one by one.
 * It looks at strings and brackets only: whether an element is JSON is for its parser to say.
 */
export function createArraySplitter(onElement: (json: string) => void): ArraySplitter {
  /** How many brackets are open: none before the array, and none after it. */
  let depth = 0;
  let inString = false;
  let escaped = false;
  let started = false;
  let broken = false;
  let elements = 0;
  /** What earlier chunks brought of the element under way. */
  let begun: Uint8Array[] = [];

  function finish(rest: Uint8Array, isLast: boolean): void {
    const text = Buffer.concat([...begun, rest]).toString();
    begun = [];
    if (isLast && elements === 0 && text.trim() === '') return;
    elements += 1;
    onElement(text);
  }

  return {
    write(chunk) {
      let from = 0;
      for (let at = 0; at < chunk.length; at++) {
        const byte = chunk[at];
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === BACKSLASH) escaped = true;
          else if (byte === QUOTE) inString = false;
        } else if (depth === 0) {
          if (byte === OPEN_ARRAY && !started) {
            started = true;
            depth = 1;
            from = at + 1;
          } else if (!isSpace(byte)) {
            broken = true;
          }
        } else if (byte === QUOTE) {
          inString = true;
        } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
          depth += 1;
        } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
          depth -= 1;
          if (depth > 0) continue;
          if (byte === CLOSE_OBJECT) broken = true;
          finish(chunk.subarray(from, at), true);
        } else if (byte === COMMA && depth === 1) {
          finish(chunk.subarray(from, at), false);
          from = at + 1;
        }
      }
      if (depth > 0) begun.push(chunk.subarray(from));
    },
    isWhole: () => started && depth === 0 && !broken,
  };
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** The body is larger than any response to such a request can be. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
}

/**
 * The bytes of a body, decompressed. Throws a TooLargeError after `maxBytes` of them, and an error if the body breaks off.
 * The connection is dropped if the bytes are not read to their end.
 */
export async function* bytesOf(
  { body, headers }: Pick<Dispatcher.ResponseData, 'body' | 'headers'>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  const isCompressed = /^(x-)?gzip$/i.test(String(headers['content-encoding'] ?? '').trim());
  // Errors reach the reader through the last stream, so the callback has nothing to do.
  const source = isCompressed ? pipeline(body, createGunzip(), () => undefined) : body;
  let bytes = 0;
  for await (const chunk of source as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLargeError();
    yield chunk;
  }
}

/** The text of `chunks`, or as much of it as came before a TooLargeError. */
export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const held: Uint8Array[] = [];
  try {
    for await (const chunk of chunks) held.push(chunk);
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
  }
  return decodeUtf8(held);
}

/** The text of UTF-8 bytes, without a byte-order mark. */
export function decodeUtf8(chunks: readonly Uint8Array[]): string {
  const text = Buffer.concat(chunks).toString();
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
