import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { constants, gzipSync } from 'node:zlib';
import type { RecordedRequest } from './options.ts';
import { isGone } from './wire.ts';

const MEBIBYTE = 2 ** 20;
const TICKS_PER_SECOND = 20;

/** Sends parts one after the other, no faster than they are read, until they or the connection end. */
export async function pour(
  response: ServerResponse,
  request: RecordedRequest,
  parts: Iterable<Buffer>,
): Promise<void> {
  const iterator = parts[Symbol.iterator]();
  for (let next = iterator.next(); !next.done && !isGone(response); ) {
    const part = next.value;
    next = iterator.next();
    request.sentBytes = (request.sentBytes ?? 0) + part.length;
    if (next.done) finish(response, request, part);
    else if (!response.write(part)) await drained(response);
  }
}

/** Sends a body at a rate, a twentieth of a second at a time. */
export async function trickle(
  response: ServerResponse,
  request: RecordedRequest,
  body: Buffer,
  bytesPerSecond: number,
): Promise<void> {
  const size = Math.max(1, Math.ceil(bytesPerSecond / TICKS_PER_SECOND));
  for (let sent = 0; sent < body.length && !isGone(response); sent += size) {
    await sleep((size / bytesPerSecond) * 1000, undefined, { ref: false });
    const part = body.subarray(sent, sent + size);
    request.sentBytes = sent + part.length;
    if (request.sentBytes === body.length) finish(response, request, part);
    else response.write(part);
  }
}

/** `start`, and then `filling` for ever. */
export function* endless(start: string, filling: string): Generator<Buffer> {
  yield Buffer.from(start);
  const part = Buffer.from(filling.repeat(Math.ceil(65_536 / filling.length)));
  while (true) yield part;
}

/** A text that is padded with white space to a size, so that JSON stays JSON. */
export function* padded(text: Buffer, bytes: number): Generator<Buffer> {
  yield text;
  const part = Buffer.alloc(MEBIBYTE, ' ');
  for (let left = bytes - text.length; left > 0; left -= MEBIBYTE) yield part.subarray(0, left);
}

/** A JSON string of `x` of a size, as gzip: one member for each MiB, so that making it costs nothing. */
export function* gzipBomb(bytes: number): Generator<Buffer> {
  yield gzipSync('["');
  const part = gzipSync(Buffer.alloc(MEBIBYTE, 'x'));
  for (let left = bytes; left > 0; left -= MEBIBYTE) yield part;
  yield gzipSync('"]');
}

/** The first half of a text as gzip, and then a block of a type that deflate does not have (RFC 1951, 3.2.3). */
export function brokenGzip(text: Buffer): Buffer {
  const half = text.subarray(0, Math.ceil(text.length / 2));
  return Buffer.concat([gzipSync(half, { finishFlush: constants.Z_FULL_FLUSH }), Buffer.from([0b111])]);
}

/** Noted before the last byte leaves, as for every response. */
function finish(response: ServerResponse, request: RecordedRequest, last: Buffer): void {
  request.finishedAt ??= performance.now();
  if (isGone(response)) return;
  request.status = response.statusCode;
  response.end(last);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}
