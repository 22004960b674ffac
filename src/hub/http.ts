import type { Dispatcher } from 'undici';
import { readJson } from './read-json.ts';
import type { Schema } from './schemas.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

export interface HttpRequest {
  readonly method: Method;
  /** Path and query, starting with a slash. */
  readonly path: string;
  readonly body?: unknown;
}

export interface HttpResponse<T = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body of a 2xx, where it is of the shape that was asked for. */
  readonly body?: { readonly value: T };
  /** The body of any other answer. */
  readonly text: string;
}

/** No whole answer came. `sent` is false only where it is certain that the request never reached the Hub. */
export class NetworkError extends Error {
  override name = 'NetworkError';
  readonly code: string;
  readonly sent: boolean;

  constructor(code: string, sent: boolean, cause: unknown) {
    super(code, { cause });
    this.code = code;
    this.sent = sent;
  }
}

/** Codes of errors that happen before a connection exists, so that nothing can have been sent over it. */
const BEFORE_SENDING = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_CONN',
  'UND_ERR_PRX_TLS',
]);

/** Code of a request that was given up from here: the Hub may deal with it still. */
export const GIVEN_UP = 'ECANCELED';

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/;

export interface SendOptions<T> {
  /** The shape of the body of a 2xx. */
  readonly schema: Schema<T>;
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly token: string;
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Sends one request, once, to `origin` and nowhere else: redirects are not followed, they are an answer like another.
 * Gives back the whole answer, whatever its status. Throws a {@link NetworkError} where there is none in `timeoutMs` milliseconds.
 */
export async function sendOnce<T>(call: HttpRequest, options: SendOptions<T>): Promise<HttpResponse<T>> {
  const limit = timeLimit(options.timeoutMs, options.signal);
  // Wherever the Hub, or something on the way to it, echoes what it was sent.
  const redactToken = (text: string) => text.replaceAll(options.token, '***');
  try {
    const response = await options.dispatcher.request({
      origin: options.origin,
      path: call.path,
      method: call.method,
      headers: {
        authorization: `Bearer ${options.token}`,
        accept: 'application/json',
        'user-agent': options.userAgent,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      headersTimeout: 0,
      bodyTimeout: 0,
      signal: limit.signal,
    });
    const { statusCode: status, body } = response;
    const headers = redactedHeaders(response.headers, redactToken);
    if (!isGood(status)) return { status, headers, text: redactToken(await body.text()) };
    const read = await readJson(body, options.schema, redactToken);
    return { status, headers, text: '', ...(read === undefined ? {} : { body: read }) };
  } catch (error) {
    if (options.signal.aborted) throw new NetworkError(GIVEN_UP, true, error);
    if (limit.passed()) throw new NetworkError('ETIMEDOUT', true, error);
    const code = codeOf(error);
    throw new NetworkError(code, !BEFORE_SENDING.has(code) && !CERTIFICATE.test(code), error);
  } finally {
    limit.lift();
  }
}

/**
 * A signal that is aborted after `ms` milliseconds, or with `stop`. Unlike `AbortSignal.any` and `AbortSignal.timeout`
 * it leaves nothing behind when it is lifted: theirs add up to 10 kB for each request until its time has passed.
 */
function timeLimit(ms: number, stop: AbortSignal) {
  const controller = new AbortController();
  let passed = false;
  const abort = () => controller.abort();
  const timer = setTimeout(() => {
    passed = true;
    abort();
  }, Math.ceil(ms));
  stop.addEventListener('abort', abort);
  if (stop.aborted) abort();
  return {
    signal: controller.signal,
    passed: () => passed,
    lift: () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', abort);
    },
  };
}

/** Whether the Hub did what was asked (2xx). */
export function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

function redactedHeaders(
  headers: HttpResponse['headers'],
  redactToken: (text: string) => string,
): HttpResponse['headers'] {
  const clean = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(redactToken) : value === undefined ? value : redactToken(value),
  ]);
  return Object.fromEntries(clean);
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error && error.cause !== undefined ? codeOf(error.cause) : 'UNKNOWN';
}
