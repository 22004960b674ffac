import './http2-streams.ts';
import { setImmediate } from 'node:timers/promises';
import api from 'undici/lib/api/index.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
import {
  GIVEN_UP,
  NetworkError,
  networkErrorOf,
  type ResponseHeaders,
  type Route,
  TIMED_OUT,
  type TokenRedactor,
} from './error-message.ts';
import { type BodyReader, bytesOf, TooLargeError, textOf } from './read-response.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface HttpRequest<T = unknown> {
  readonly method: Method;
  /** Path and query, starting with a slash. */
  readonly path: string;
  readonly body?: unknown;
  /** How the body of a 2xx is read. */
  readonly reader: BodyReader<T>;
}

export interface HttpResponse<T = unknown> {
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** The body of a 2xx; absent if it is not of the expected shape. */
  readonly body?: { readonly value: T };
  /** The body of a 2xx was larger than expected, and was not read. */
  readonly isTooLarge?: boolean;
  /** The body of any other response, or its beginning. */
  readonly text: string;
}

/** What went wrong with one request. */
export type Failure =
  | { readonly kind: 'status'; readonly status: number }
  /** A 2xx whose body cannot be used. `isFinal`: asking again would bring the same. */
  | { readonly kind: 'unusable'; readonly isFinal: boolean }
  | { readonly kind: 'network'; readonly sent: boolean; readonly isFinal: boolean };

export interface SendOptions extends Route {
  readonly dispatcher: Dispatcher;
  readonly token: string;
  readonly redactor: TokenRedactor;
  readonly userAgent: string;
  /** Maximum time from sending to the end of the body, the time to connect included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Nothing that the Hub says about an error is longer. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Sends one request, once, to `origin` and nowhere else: redirects are not followed, they are a response like another.
 * Returns the whole response, whatever its status. Throws a {@link NetworkError} if none comes within `timeoutMs`, or
 * before `signal` is aborted.
 */
export async function sendOnce<T>(request: HttpRequest<T>, options: SendOptions): Promise<HttpResponse<T>> {
  const limit = createTimeLimit(options.timeoutMs, options.signal);
  try {
    // undici marks a connection as free only after the code that awaits its last response has run. Without this pause
    // the next request would open another connection.
    await setImmediate();
    // undici rejects an aborted request only when its connection is open, which can be never: hence the race.
    return await Promise.race([receive(request, options, limit.signal), limit.isOver]);
  } catch (error) {
    if (options.signal.aborted) throw given(GIVEN_UP, error, options);
    if (limit.hasPassed()) throw given(TIMED_OUT, error, options);
    throw networkErrorOf(error, options);
  } finally {
    limit.lift();
  }
}

async function receive<T>(
  request: HttpRequest<T>,
  { dispatcher, origin, token, userAgent, redactor }: SendOptions,
  signal: AbortSignal,
): Promise<HttpResponse<T>> {
  const response = await dispatcher.request({
    origin,
    path: request.path,
    method: request.method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'accept-encoding': 'gzip',
      'user-agent': userAgent,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: request.body === undefined ? null : JSON.stringify(request.body),
    headersTimeout: 0,
    bodyTimeout: 0,
    signal,
  });
  const status = response.statusCode;
  const headers = redactHeaders(response.headers, redactor);
  if (!isGood(status)) {
    const text = redactor.text(await textOf(bytesOf(response, MAX_ERROR_BYTES)));
    return { status, headers, text };
  }
  try {
    const body = await request.reader.read(bytesOf(response, request.reader.maxBytes), redactor);
    return { status, headers, text: '', ...(body === undefined ? {} : { body }) };
  } catch (error) {
    if (!(error instanceof TooLargeError)) throw error;
    return { status, headers, text: '', isTooLarge: true };
  }
}

/**
 * A signal that is aborted after `ms` milliseconds, or with `stop`. Unlike `AbortSignal.any` and `AbortSignal.timeout`
 * it leaves nothing behind when it is lifted: theirs add up to 10 kB for each request until its time has passed.
 */
function createTimeLimit(ms: number, stop: AbortSignal) {
  const controller = new AbortController();
  const over = Promise.withResolvers<never>();
  let hasPassed = false;
  const abort = () => {
    controller.abort();
    over.reject(controller.signal.reason);
  };
  const timer = setTimeout(() => {
    hasPassed = true;
    abort();
  }, Math.ceil(ms));
  stop.addEventListener('abort', abort);
  // The race may not have begun yet.
  over.promise.catch(() => undefined);
  if (stop.aborted) abort();
  return {
    signal: controller.signal,
    /** Rejects when the signal is aborted. */
    isOver: over.promise,
    hasPassed: () => hasPassed,
    lift: () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', abort);
    },
  };
}

/** A request that was given up after it may have been sent. */
function given(code: string, cause: unknown, { origin }: Route): NetworkError {
  return new NetworkError(`No answer from ${origin} (${code}).`, { code, sent: true, cause });
}

/** Whether the Hub did what was asked (2xx). */
export function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

function redactHeaders(headers: HttpResponse['headers'], { text }: TokenRedactor): HttpResponse['headers'] {
  const clean = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(text) : value === undefined ? value : text(value),
  ]);
  return Object.fromEntries(clean);
}

/*
 * What undici's own index does, as far as it is needed here. The index loads fetch, WebSocket, caches and mocks as well,
 * which is half of the time that the action takes to start (`npm run bench -- start`).
 */
Object.assign(Dispatcher.prototype, api);

/** Connections kept open at most; requests beyond these wait for one. */
const MAX_CONNECTIONS = 16;
/** Maximum time to open a connection, TLS included, and never more than half of the time for a whole request. */
const CONNECT_TIMEOUT_MS = 10_000;

export interface Connection {
  readonly dispatcher: Dispatcher;
  /** Host and port of the proxy, without credentials. */
  readonly proxyHost?: string;
}

/** Prepares connections to one Hub, through `proxy` (a URL) if there is one. Opens none yet. */
export function createConnection(proxy: string | undefined, timeoutMs: number): Connection {
  const connectTimeout = Math.ceil(Math.min(CONNECT_TIMEOUT_MS, timeoutMs / 2));
  const options = { connections: MAX_CONNECTIONS, connectTimeout, allowH2: true };
  if (proxy === undefined) return { dispatcher: new Agent(options) };
  const dispatcher = new ProxyAgent({
    ...options,
    uri: proxy,
    // A proxy that accepts the connection, but does not answer the request for a tunnel.
    clientFactory: (origin, opts) => new Pool(origin, { ...opts, headersTimeout: connectTimeout }),
  });
  return { dispatcher, proxyHost: new URL(proxy).host };
}
