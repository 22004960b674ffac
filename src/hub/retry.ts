import { HubError, type HubErrorKind } from '../errors.ts';
import { errorMessage, headerValue, NetworkError, requestIdOf } from './error-message.ts';
import {
  type Failure,
  type HttpRequest,
  type HttpResponse,
  isGood,
  type SendOptions,
  sendOnce,
} from './http.ts';

/** Maximum number of times that one request is sent, rate limits apart: those are bounded by the budget for waiting. */
export const MAX_ATTEMPTS = 5;
/** Maximum number of times that one request is answered with 429; a guard against a Hub that never stops saying so. */
export const MAX_RATE_LIMITED = 30;

const BASE_MS = 500;
const CAP_MS = 20_000;
const RATE_LIMIT_BASE_MS = 4_000;
const RATE_LIMIT_CAP_MS = 120_000;

/** Statuses about the moment, not the request (RFC 9110, RFC 8470). */
const TEMPORARY = new Set([408, 425]);

export interface Attempt {
  /** Whether the request changes something on the Hub. */
  readonly write: boolean;
  /** How often the request was sent by now, 429 apart; at least 1. */
  readonly attempts: number;
  /** How often it was answered with 429. */
  readonly rateLimited: number;
  /** What the Hub asked for, in milliseconds. */
  readonly serverSaysMs: number | undefined;
  readonly random: () => number;
}

export type Decision =
  | { readonly retry: true; readonly waitMs: number; readonly rateLimit: boolean }
  | { readonly retry: false; readonly kind: HubErrorKind };

/**
 * Whether a request is sent again, and after how many milliseconds. A write is sent again only if it is certain that the
 * Hub did not act on it; otherwise it is `lost` (hub-api.md, trap 4).
 */
export function decide(failure: Failure, attempt: Attempt): Decision {
  if (failure.kind === 'status' && failure.status === 429) {
    if (attempt.rateLimited >= MAX_RATE_LIMITED) return { retry: false, kind: 'rate-limited' };
    const waitMs =
      attempt.serverSaysMs ??
      backOffMs(attempt.rateLimited, attempt.random, RATE_LIMIT_BASE_MS, RATE_LIMIT_CAP_MS);
    return { retry: true, waitMs, rateLimit: true };
  }
  if (failure.kind === 'status' && failure.status < 500 && !TEMPORARY.has(failure.status)) {
    return { retry: false, kind: 'refused' };
  }
  if (attempt.write && !(failure.kind === 'network' && !failure.sent)) return { retry: false, kind: 'lost' };
  if ((failure.kind !== 'status' && failure.isFinal) || attempt.attempts >= MAX_ATTEMPTS) {
    return { retry: false, kind: 'unavailable' };
  }
  const waitMs = attempt.serverSaysMs ?? backOffMs(attempt.attempts, attempt.random);
  return { retry: true, waitMs, rateLimit: false };
}

/** Exponential back-off with full jitter, capped: milliseconds to wait after the `attempts`-th failure (1, 2, …). */
export function backOffMs(
  attempts: number,
  random: () => number,
  baseMs: number = BASE_MS,
  capMs: number = CAP_MS,
): number {
  return Math.ceil(random() * Math.min(capMs, baseMs * 2 ** Math.max(0, attempts - 1)));
}

/** A usable response. */
export interface Reply<T> {
  readonly value: T;
  readonly status: number;
  readonly headers: HttpResponse['headers'];
}

/** A request that brought no usable response, and what a person should be told about it. */
export interface FailedAttempt {
  readonly failure: Failure;
  readonly message: string;
  readonly response?: HttpResponse;
  readonly cause?: NetworkError;
}

/** A write that failed for good, as the Hub's support or an auditor can find it. */
export interface FailedWrite {
  /** When it failed: RFC 3339, in UTC. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** HTTP status of the last response; null if there was none. */
  readonly status: number | null;
  /** The Hub's id of the last attempt; null if it gave none. */
  readonly requestId: string | null;
}

/** What is told of a write whose last attempt was `failed`; undefined if that was never sent. */
export function failedWriteOf(
  { method, path }: Pick<HttpRequest<unknown>, 'method' | 'path'>,
  { response, cause }: FailedAttempt,
  at: Date,
): FailedWrite | undefined {
  if (response === undefined && cause?.sent === false) return undefined;
  const requestId = response === undefined ? null : (requestIdOf(response.headers) ?? null);
  return { at: at.toISOString(), method, path, status: response?.status ?? null, requestId };
}

/** Sends a request once. What can go wrong on the way to the Hub and back is returned, not thrown. */
export async function attempt<T>(
  request: HttpRequest<T>,
  options: SendOptions,
): Promise<Reply<T> | FailedAttempt> {
  try {
    const response = await sendOnce(request, options);
    const { status, body, headers, isTooLarge = false } = response;
    if (!isGood(status)) {
      const message = refusal(response, options);
      return { failure: { kind: 'status', status }, message, response };
    }
    if (body !== undefined) return { value: body.value, status, headers };
    const what = isTooLarge ? 'a response that is too large for this request' : 'an unexpected response';
    const message = `The Hub returned ${what} (${status}).`;
    return { failure: { kind: 'unusable', isFinal: isTooLarge }, message, response };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const { sent, isFinal, message } = error;
    return { failure: { kind: 'network', sent, isFinal }, message, cause: error };
  }
}

/** The error that a request ends in after its last attempt. */
export function hubErrorOf(kind: HubErrorKind, { message, response, cause }: FailedAttempt): HubError {
  const code = cause?.code ?? headerValue(response?.headers['x-error-code']);
  return new HubError(kind, message, {
    cause,
    ...(response === undefined ? {} : { status: response.status }),
    ...(code === undefined ? {} : { code }),
  });
}

function refusal(response: HttpResponse, { origin, redactor }: SendOptions): string {
  const { status } = response;
  if (status >= 300 && status < 400) {
    const target = redactor.text(targetOf(response, origin));
    return `${origin} answered with a redirect (${status})${target}, which is not followed: are hub-url and org right?`;
  }
  const text = errorMessage(response, redactor);
  // What the Hub says need not be a sentence, and more sentences follow it.
  return text === ''
    ? `The Hub answered ${status}.`
    : `The Hub answered ${status}: "${text}"${/[.!?…]$/.test(text) ? '' : '.'}`;
}

/** Where a redirect leads, without its query; empty if it does not say. */
function targetOf({ headers }: HttpResponse, origin: string): string {
  const target = URL.parse(headerValue(headers['location']) ?? '', origin);
  if (target === null || headers['location'] === undefined) return '';
  return ` to ${target.origin === origin ? '' : target.origin}${target.pathname}`;
}
