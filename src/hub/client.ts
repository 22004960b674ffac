import type { Dispatcher } from 'undici';
import { HubError, type HubErrorKind } from '../errors.ts';
import type { Clock } from './clock.ts';
import { type Answer, type Call, exchange, isGood, type Method, NetworkError } from './http.ts';
import { type Gate, throwIfStopped } from './rate-limiter.ts';
import { announcedQuota, retryAfterMs } from './rate-limit-headers.ts';
import { backOffMs, decide, type Trouble } from './retry.ts';
import type { Schema } from './schemas.ts';
import { single, wordsOf } from './error-message.ts';

/** When a run is cancelled, it does not end at once: what was sent is waited for, and looked up. */
export interface Lifetime {
  /** Aborted on cancellation: nothing new is sent, waits end, reads are given up. */
  readonly stop: AbortSignal;
  /** Aborted a little later: the write in flight is given up. */
  readonly writeDeadline: AbortSignal;
  /** Aborted last: the look at what became of that write is given up. */
  readonly settleDeadline: AbortSignal;
}

export interface ClientOptions {
  /** Scheme, host and port: the only place that the token goes to. */
  readonly origin: string;
  readonly token: string;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly gate: Gate;
  readonly lifetime: Lifetime;
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
  readonly headers: Answer['headers'];
}

export interface HubClient {
  readonly origin: string;
  /**
   * Sends a request, again where that is safe, and gives back the checked answer. Throws a HubError.
   * Anything but a GET is sent again only where it is certain that the Hub did not act on it.
   */
  send<T>(request: Request<T>): Promise<Reply<T>>;
  /** Like `send`, for a GET after the run was cancelled: once, without waiting, until the last deadline. */
  settle<T>(request: Request<T>): Promise<Reply<T>>;
  /** Waits as long as after the `attempts`-th failure of a request, or as the Hub asked for when it failed. Throws a HubError. */
  backOff(attempts: number): Promise<void>;
  /** Requests sent so far, and how many of them were repetitions. */
  readonly counts: { readonly total: number; readonly retries: number };
}

const USER_AGENT = 'add-resource-group-members (GitHub Actions)';

/** The client through which everything goes that is asked of the Hub. */
export function createClient(options: ClientOptions): HubClient {
  const { gate, clock, random, lifetime } = options;
  const counts = { total: 0, retries: 0 };
  const warned = new Set<string>();
  /** When the Hub is to be asked again after an answer after which its request was given up. */
  let askedBackAt = 0;

  async function once<T>(call: Call, schema: Schema<T>, signal: AbortSignal): Promise<Answer<T>> {
    counts.total += 1;
    const started = clock.now();
    const where = `${call.method} ${call.path.replace(/\?.*/, '')}`;
    try {
      const answer = await exchange(call, { ...options, userAgent: USER_AGENT, schema, signal });
      options.log.debug(`${where}: ${answer.status} after ${clock.now() - started} ms`);
      const [topic, message] = single(answer.headers['x-hf-warning'])?.split(';', 2) ?? [];
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
    call: Call,
    signal: AbortSignal,
  ): Promise<Reply<T> | Failure> {
    try {
      const answer = await once(call, request.schema, signal);
      if (!isGood(answer.status)) {
        return {
          trouble: { kind: 'status', status: answer.status },
          answer,
          text: sentence(answer, options),
        };
      }
      if (answer.body !== undefined) return { value: answer.body.value, headers: answer.headers };
      const text = `The Hub's answer (${answer.status}) is not what this call answers with.`;
      return { trouble: { kind: 'unusable' }, answer, text };
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const text = `No answer from ${options.origin} (${error.code}).`;
      return { trouble: { kind: 'network', sent: error.sent }, code: error.code, cause: error, text };
    }
  }

  async function send<T>(request: Request<T>): Promise<Reply<T>> {
    const call = callOf(request);
    const write = call.method !== 'GET';
    let attempts = 0;
    let rateLimited = 0;
    for (;;) {
      await gate.enter();
      if (attempts + rateLimited > 0) counts.retries += 1;
      const result = await attempt(request, call, write ? lifetime.writeDeadline : lifetime.stop).catch(
        (error: unknown) => {
          gate.leave();
          throw error;
        },
      );
      gate.leave('value' in result ? result.headers : result.answer?.headers);
      if ('value' in result) return result;
      if (is429(result)) rateLimited += 1;
      else attempts += 1;
      const serverSaysMs = waitFrom(result.answer, clock.now());
      const decision = decide(result.trouble, { write, attempts, rateLimited, serverSaysMs, random });
      if (!decision.retry) {
        askedBackAt = Math.max(askedBackAt, clock.now() + (serverSaysMs ?? 0));
        throw failed(decision.kind, result);
      }
      if (request.once) throw failed(decision.rateLimit ? 'rate-limited' : 'unavailable', result);
      throwIfStopped(lifetime.stop);
      if (decision.rateLimit) gate.close(decision.waitMs);
      else await pauseOr(result, decision.waitMs);
    }
  }

  async function pauseOr(failure: Failure, ms: number): Promise<void> {
    try {
      await gate.pause(ms);
    } catch (error) {
      if (error instanceof HubError && error.kind === 'unavailable') throw failed('unavailable', failure);
      throw error;
    }
  }

  return {
    origin: options.origin,
    counts,
    send,
    async settle(request) {
      const result = await attempt(request, callOf(request), lifetime.settleDeadline);
      if ('value' in result) return result;
      throw failed('unavailable', result);
    },
    backOff: (attempts) => gate.pause(Math.max(backOffMs(attempts, random), askedBackAt - clock.now())),
  };
}

interface Failure {
  readonly trouble: Trouble;
  readonly text: string;
  readonly answer?: Answer;
  readonly code?: string;
  readonly cause?: unknown;
}

function failed(kind: HubErrorKind, { text, answer, code, cause }: Failure): HubError {
  const errorCode = code ?? single(answer?.headers['x-error-code']);
  const requestId = single(answer?.headers['x-request-id']);
  return new HubError(kind, text, {
    cause,
    ...(answer === undefined ? {} : { status: answer.status }),
    ...(errorCode === undefined ? {} : { code: errorCode }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

function is429({ trouble }: Failure): boolean {
  return trouble.kind === 'status' && trouble.status === 429;
}

/**
 * How long the Hub asks to wait: `Retry-After`, or on a 429 the reset of a quota that is used up. No time at all (a zero, a date
 * that has passed) is no answer: a Hub that goes on saying so would be asked again and again without a pause.
 */
function waitFrom(answer: Answer | undefined, now: number): number | undefined {
  if (answer === undefined) return undefined;
  const asked = retryAfterMs(answer.headers, now);
  if (asked !== undefined && asked > 0) return asked;
  if (answer.status !== 429) return undefined;
  const quota = announcedQuota(answer.headers);
  return quota?.remaining === 0 ? (quota.resetSeconds + 1) * 1000 : undefined;
}

function sentence(answer: Answer, { origin, token }: ClientOptions): string {
  if (answer.status >= 300 && answer.status < 400) {
    return `${origin} answered with a redirect (${answer.status}), which is not followed: is hub-url right?`;
  }
  const words = wordsOf(answer, token);
  return words === '' ? `The Hub answered ${answer.status}.` : `The Hub answered ${answer.status}: ${words}`;
}

function callOf({ method = 'GET', segments, query, body }: Request<unknown>): Call {
  const bad = segments.find((segment) => /^\.{0,2}$/.test(segment) || !segment.isWellFormed());
  if (bad !== undefined) {
    throw new HubError('refused', `${JSON.stringify(bad)} cannot be a part of an address on the Hub.`);
  }
  const path = `/${segments.map(encodeURIComponent).join('/')}`;
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
  return { method, path: `${path}${search}`, ...(body === undefined ? {} : { body }) };
}
