import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';

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
