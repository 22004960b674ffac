import type { Dispatcher } from 'undici';
import { HubError, type HubErrorKind } from '../errors.ts';
import type { CancellationSignals } from './cancellation.ts';
import type { Clock } from './clock.ts';
import { errorMessage, headerValue } from './error-message.ts';
import { type HttpRequest, type HttpResponse, isGood, type Method, NetworkError, sendOnce } from './http.ts';
import { announcedQuota, retryAfterMs } from './rate-limit-headers.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { backOffMs, decide, type Failure } from './retry.ts';
import type { Schema } from './schemas.ts';
import { throwIfStopped, type WaitBudget } from './wait-budget.ts';

export interface ClientOptions {
  /** Scheme, host and port: the only place that the token goes to. */
  readonly origin: string;
  readonly token: string;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly rateLimiter: RateLimiter;
  readonly budget: WaitBudget;
  readonly cancellation: CancellationSignals;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: { readonly warning: (line: string) => void; readonly debug: (line: string) => void };
}

export interface Request<T> {
  readonly method?: Method;
  /** Segments of the path; each is encoded. What cannot be one (`..`) is refused before anything is sent. */
  readonly segments: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly schema: Schema<T>;
  /** Not sent again, whatever comes of it. */
  readonly once?: boolean;
}

export interface Reply<T> {
  readonly value: T;
  readonly headers: HttpResponse['headers'];
}

export interface HubClient {
  readonly origin: string;
  /**
   * Sends a request, again where that is safe, and gives back the checked answer. Throws a HubError.
   * Anything but a GET is sent again only where it is certain that the Hub did not act on it.
   */
  send<T>(request: Request<T>): Promise<Reply<T>>;
  /** Like `send`, for a GET after the run was cancelled: once, without waiting, until the last deadline. */
  readAfterCancel<T>(request: Request<T>): Promise<Reply<T>>;
  /** Waits as long as after the `attempts`-th failure of a request, or as the Hub asked for when it failed. Throws a HubError. */
  backOff(attempts: number): Promise<void>;
  /** Requests sent so far, and how many of them were repetitions. */
  readonly counts: { readonly total: number; readonly retries: number };
}

const USER_AGENT = 'add-resource-group-members (GitHub Actions)';

/** The client through which everything goes that is asked of the Hub. */
export function createClient(options: ClientOptions): HubClient {
  const { rateLimiter, budget, clock, random, cancellation } = options;
  const counts = { total: 0, retries: 0 };
  const warned = new Set<string>();
  /** When the Hub is to be asked again after an answer after which its request was given up. */
  let askedBackAt = 0;

  async function once<T>(
    call: HttpRequest,
    schema: Schema<T>,
    signal: AbortSignal,
  ): Promise<HttpResponse<T>> {
    counts.total += 1;
    const started = clock.now();
    const where = `${call.method} ${call.path.replace(/\?.*/, '')}`;
    try {
      const answer = await sendOnce(call, { ...options, userAgent: USER_AGENT, schema, signal });
      options.log.debug(`${where}: ${answer.status} after ${clock.now() - started} ms`);
      const [topic, message] = headerValue(answer.headers['x-hf-warning'])?.split(';', 2) ?? [];
      if (topic !== undefined && message !== undefined && !warned.has(topic)) {
        warned.add(topic);
        options.log.warning(`The Hub says: ${message.trim()}`);
      }
      return answer;
    } catch (error) {
      if (error instanceof NetworkError) options.log.debug(`${where}: ${error.code}`);
      throw error;
    }
  }

  async function attempt<T>(
    request: Request<T>,
    call: HttpRequest,
    signal: AbortSignal,
  ): Promise<Reply<T> | FailedAttempt> {
    try {
      const answer = await once(call, request.schema, signal);
      if (!isGood(answer.status)) {
        return {
          failure: { kind: 'status', status: answer.status },
          answer,
          text: sentence(answer, options),
        };
      }
      if (answer.body !== undefined) return { value: answer.body.value, headers: answer.headers };
      const text = `The Hub's answer (${answer.status}) is not what this call answers with.`;
      return { failure: { kind: 'unusable' }, answer, text };
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const text = `No answer from ${options.origin} (${error.code}).`;
      return { failure: { kind: 'network', sent: error.sent }, code: error.code, cause: error, text };
    }
  }

  async function send<T>(request: Request<T>): Promise<Reply<T>> {
    const call = httpRequestOf(request);
    const write = call.method !== 'GET';
    let attempts = 0;
    let rateLimited = 0;
    for (;;) {
      await rateLimiter.acquire();
      if (attempts + rateLimited > 0) counts.retries += 1;
      const result = await attempt(
        request,
        call,
        write ? cancellation.writeDeadline : cancellation.stop,
      ).catch((error: unknown) => {
        rateLimiter.release();
        throw error;
      });
      rateLimiter.release('value' in result ? result.headers : result.answer?.headers);
      if ('value' in result) return result;
      if (is429(result)) rateLimited += 1;
      else attempts += 1;
      const serverSaysMs = waitFrom(result.answer, clock.date().getTime());
      const decision = decide(result.failure, { write, attempts, rateLimited, serverSaysMs, random });
      if (!decision.retry) {
        askedBackAt = Math.max(askedBackAt, clock.now() + (serverSaysMs ?? 0));
        throw failed(decision.kind, result);
      }
      if (request.once) throw failed(decision.rateLimit ? 'rate-limited' : 'unavailable', result);
      throwIfStopped(cancellation.stop);
      if (decision.rateLimit) rateLimiter.pauseFor(decision.waitMs);
      else await pauseOr(result, decision.waitMs);
    }
  }

  async function pauseOr(failure: FailedAttempt, ms: number): Promise<void> {
    try {
      await budget.wait(ms, 'unavailable');
    } catch (error) {
      if (error instanceof HubError && error.kind === 'unavailable') throw failed('unavailable', failure);
      throw error;
    }
  }

  return {
    origin: options.origin,
    counts,
    send,
    async readAfterCancel(request) {
      const result = await attempt(request, httpRequestOf(request), cancellation.readDeadline);
      if ('value' in result) return result;
      throw failed('unavailable', result);
    },
    backOff: (attempts) =>
      budget.wait(Math.max(backOffMs(attempts, random), askedBackAt - clock.now()), 'unavailable'),
  };
}

interface FailedAttempt {
  readonly failure: Failure;
  readonly text: string;
  readonly answer?: HttpResponse;
  readonly code?: string;
  readonly cause?: unknown;
}

function failed(kind: HubErrorKind, { text, answer, code, cause }: FailedAttempt): HubError {
  const errorCode = code ?? headerValue(answer?.headers['x-error-code']);
  const requestId = headerValue(answer?.headers['x-request-id']);
  return new HubError(kind, text, {
    cause,
    ...(answer === undefined ? {} : { status: answer.status }),
    ...(errorCode === undefined ? {} : { code: errorCode }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

function is429({ failure }: FailedAttempt): boolean {
  return failure.kind === 'status' && failure.status === 429;
}

/**
 * How long the Hub asks to wait: `Retry-After`, or on a 429 the reset of a quota that is used up. No time at all (a zero, a date
 * that has passed) is no answer: a Hub that goes on saying so would be asked again and again without a pause.
 */
function waitFrom(answer: HttpResponse | undefined, now: number): number | undefined {
  if (answer === undefined) return undefined;
  const asked = retryAfterMs(answer.headers, now);
  if (asked !== undefined && asked > 0) return asked;
  if (answer.status !== 429) return undefined;
  const quota = announcedQuota(answer.headers);
  return quota?.remaining === 0 ? (quota.resetSeconds + 1) * 1000 : undefined;
}

function sentence(answer: HttpResponse, { origin, token }: ClientOptions): string {
  if (answer.status >= 300 && answer.status < 400) {
    return `${origin} answered with a redirect (${answer.status}), which is not followed: is hub-url right?`;
  }
  const words = errorMessage(answer, token);
  return words === '' ? `The Hub answered ${answer.status}.` : `The Hub answered ${answer.status}: ${words}`;
}

function httpRequestOf({ method = 'GET', segments, query, body }: Request<unknown>): HttpRequest {
  const bad = segments.find((segment) => /^\.{0,2}$/.test(segment) || !segment.isWellFormed());
  if (bad !== undefined) {
    throw new HubError('refused', `${JSON.stringify(bad)} cannot be a part of an address on the Hub.`);
  }
  const path = `/${segments.map(encodeURIComponent).join('/')}`;
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
  return { method, path: `${path}${search}`, ...(body === undefined ? {} : { body }) };
}
