import type { ServerResponse } from 'node:http';
import type { Http2Session, ServerHttp2Stream } from 'node:http2';
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

/** The last stream of a connection that the Hub acted on, and the last one that it will. */
const lastStreams = new WeakMap<Http2Session, { acted: number; acting: number }>();

function lastStreamsOf(session: Http2Session) {
  const last = lastStreams.get(session) ?? { acted: 0, acting: Number.POSITIVE_INFINITY };
  lastStreams.set(session, last);
  return last;
}

/**
 * Says over HTTP/2 that the connection ends, and ends it without an answer. The GOAWAY frame counts as unprocessed the
 * streams after the last one that the Hub acted on, as RFC 9113, 6.8 demands. Over HTTP/1.1 the same as {@link drop}.
 */
export function goAway(response: ServerResponse): void {
  const session = streamOf(response)?.session;
  if (session) {
    const last = lastStreamsOf(session);
    last.acting = last.acted;
    session.goaway(constants.NGHTTP2_NO_ERROR, last.acted);
  }
  setImmediate(drop, response);
}

/** To be asked before the Hub acts on a request: false if a GOAWAY frame said that it would not. */
export function mayAct(response: ServerResponse): boolean {
  const stream = streamOf(response);
  if (!stream?.session || stream.id === undefined) return true;
  const last = lastStreamsOf(stream.session);
  if (stream.id > last.acting) return false;
  last.acted = Math.max(last.acted, stream.id);
  return true;
}

/** Whether the client has left, or the stream or connection ended otherwise. */
export function isGone(response: ServerResponse): boolean {
  return (streamOf(response) ?? response).destroyed;
}

/** The stream of an HTTP/2 response, which comes in the shape of an HTTP/1.1 one. */
function streamOf(response: ServerResponse): ServerHttp2Stream | undefined {
  return (response as ServerResponse & { stream?: ServerHttp2Stream }).stream;
}
