import type { ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import { TLSSocket } from 'node:tls';

/** Ends the exchange without an answer: the connection is reset, over HTTP/2 only the stream. */
export function reset(response: ServerResponse): void {
  const stream = streamOf(response);
  const { socket } = response;
  if (stream) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  // Only a plain TCP socket can send a RST.
  else if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

/** Ends the connection with everything that is in flight on it, without an answer. */
export function drop(response: ServerResponse): void {
  const stream = streamOf(response);
  if (stream) stream.session?.destroy();
  else response.socket?.destroy();
}

/**
 * Says over HTTP/2 that the connection ends, and ends it without an answer. `processed`: whether the GOAWAY frame
 * counts this stream among those that were processed. Over HTTP/1.1 the same as {@link drop}.
 */
export function goAway(response: ServerResponse, processed: boolean): void {
  const stream = streamOf(response);
  const id = stream?.id ?? 1;
  stream?.session?.goaway(constants.NGHTTP2_NO_ERROR, processed ? id : id - 2);
  setImmediate(drop, response);
}

/** Whether the client has left, or the stream or connection ended otherwise. */
export function isGone(response: ServerResponse): boolean {
  return (streamOf(response) ?? response).destroyed;
}

/** The stream of an HTTP/2 response, which comes in the shape of an HTTP/1.1 one. */
function streamOf(response: ServerResponse): ServerHttp2Stream | undefined {
  return (response as ServerResponse & { stream?: ServerHttp2Stream }).stream;
}
