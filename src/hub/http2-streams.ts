import { subscribe } from 'node:diagnostics_channel';
import type { ClientHttp2Stream } from 'node:http2';

/** "The stream is no longer needed" (RFC 9113, section 7). */
const CANCEL = 0x8;

/*
 * Two things that undici 8.11 leaves open in the HTTP/2 streams that it begins.
 *
 * It closes the stream of an aborted request without a code, and destroys it at once. If a part of the request's body has
 * still to be sent, Node then neither resets the stream nor forgets it, and makes empty frames for it without end: the
 * process hangs, and its memory grows. With a code, Node resets the stream at once.
 *
 * It listens for one error at most of a stream that it has done with. Trouble of the connection can bring another one, and
 * an error without a listener ends the process (undici issue 5936).
 */
subscribe('http2.client.stream.created', (message) => {
  const { stream } = message as { readonly stream: ClientHttp2Stream };
  // Tests load this file more than once in a process.
  if (stream.listenerCount('error') > 0) return;
  const close = stream.close.bind(stream);
  stream.close = (code = CANCEL, callback) => close(code, callback);
  stream.on('error', () => undefined);
});
