import type { Dispatcher } from 'undici';
import { HubError } from '../errors.ts';
import type { CancellationSignals, Clock } from './cancellation.ts';
import { createTokenRedactor, headerValue, type Route, TIMED_OUT } from './error-message.ts';
import type { HttpRequest, HttpResponse, Method } from './http.ts';
import { type RateLimiter, requestedWaitMs } from './rate-limiter.ts';
import type { BodyReader } from './read-response.ts';
import {
  attempt,
  backOffMs,
  decide,
  type FailedAttempt,
  type FailedWrite,
  failedWriteOf,
  hubErrorOf,
  type Reply,
} from './retry.ts';
import { throwIfStopped, type WaitBudget } from './wait-budget.ts';

export interface ClientOptions extends Route {
  /** Goes to `origin` and nowhere else. */
  readonly token: string;
  readonly dispatcher: Dispatcher;
  readonly timeoutMs: number;
  readonly rateLimiter: RateLimiter;
  readonly budget: WaitBudget;
  readonly cancellation: CancellationSignals;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: {
    readonly warning: (message: string, at?: undefined, title?: string) => void;
    readonly debug: (line: string) => void;
  };
}

export interface Request<T> {
  readonly method?: Method;
  /** Segments of the path; each is encoded. What cannot be one (`..`) is refused before anything is sent. */
  readonly segments: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** How the body of the response is read. */
  readonly reader: BodyReader<T>;
  /** Never sent again. */
  readonly once?: boolean;
  /** Not sent again if there was no answer in time: the sender asks for less then, or in another way. */
  readonly isImpatient?: boolean;
}

export interface HubClient {
  readonly origin: string;
  /**
   * Sends a request, again if that is safe, and returns the checked response. Throws a HubError.
   * Anything but a GET is sent again only if it is certain that the Hub did not act on it.
   */
  send<T>(request: Request<T>): Promise<Reply<T>>;
  /** Like `send`, but after the run was canceled: once, without waiting, until the last deadline. */
  readAfterCancel<T>(request: Request<T>): Promise<Reply<T>>;
  /**
   * Waits as long as after the `attempts`-th failure of a request, or as long as the Hub asked for when a request
   * failed for good. Throws a HubError.
   */
  backOff(attempts: number): Promise<void>;
  /** Requests sent so far, and how many of them were repetitions. */
  readonly counts: { readonly total: number; readonly retries: number };
  /** Writes that failed for good, in the order in which they failed. */
  readonly failedWrites: readonly FailedWrite[];
}

const USER_AGENT = 'add-resource-group-members (GitHub Actions)';

/** Creates the client that every request to the Hub goes through. */
export function createClient(options: ClientOptions): HubClient {
  const { origin, rateLimiter, budget, clock, random, cancellation, log } = options;
  const redactor = createTokenRedactor(options.token);
  const counts = { total: 0, retries: 0 };
  const failedWrites: FailedWrite[] = [];
  const shownWarnings = new Set<string>();
  /** Until when the Hub asked not to be asked, in a response after which its request was given up. */
  let askedBackAt = 0;

  async function send<T>(request: Request<T>): Promise<Reply<T>> {
    const httpRequest = httpRequestOf(request);
    const isWrite = httpRequest.method !== 'GET';
    const signal = isWrite ? cancellation.writeDeadline : cancellation.stop;
    let attempts = 0;
    let rateLimited = 0;
    let failed: FailedAttempt | undefined;
    try {
      for (;;) {
        // 1. Wait for admission, then send.
        await rateLimiter.acquire();
        if (attempts + rateLimited > 0) counts.retries += 1;
        const result = await logged(httpRequest, signal);
        rateLimiter.release(responseOf(result)?.headers);
        if ('value' in result) return result;
        failed = result;

        // 2. Decide if the request can be sent again.
        const { failure, response } = result;
        if (response?.status === 429) rateLimited += 1;
        else attempts += 1;
        const serverSaysMs = response && requestedWaitMs(response, clock.date().getTime());
        const decision = decide(failure, { write: isWrite, attempts, rateLimited, serverSaysMs, random });
        if (!decision.retry) {
          askedBackAt = Math.max(askedBackAt, clock.now() + (serverSaysMs ?? 0));
          throw hubErrorOf(decision.kind, result);
        }
        throwIfStopped(cancellation.stop);
        if (request.once) throw hubErrorOf(decision.rateLimit ? 'rate-limited' : 'unavailable', result);
        if (request.isImpatient && result.cause?.code === TIMED_OUT) throw hubErrorOf('unavailable', result);

        // 3. Wait: all requests if the rate limit is used up, else this one.
        if (decision.rateLimit) rateLimiter.pauseFor(decision.waitMs);
        else await waitAfter(result, decision.waitMs);
      }
    } catch (error) {
      const told = isWrite && failed ? failedWriteOf(httpRequest, failed, clock.date()) : undefined;
      if (told !== undefined) failedWrites.push(told);
      throw error;
    }
  }

  async function logged<T>(request: HttpRequest<T>, signal: AbortSignal): Promise<Reply<T> | FailedAttempt> {
    counts.total += 1;
    const began = clock.now();
    const result = await attempt(request, { ...options, userAgent: USER_AGENT, redactor, signal });
    const response = responseOf(result);
    const outcome = response?.status ?? ('cause' in result ? result.cause?.code : undefined);
    const path = request.path.replace(/\?.*/, '');
    log.debug(`${request.method} ${path}: ${outcome} after ${Math.round(clock.now() - began)} ms`);
    showWarning(response?.headers);
    return result;
  }

  /** `X-HF-Warning: topic; message`, once per topic. */
  function showWarning(headers: HttpResponse['headers'] = {}): void {
    const [topic, message] = headerValue(headers['x-hf-warning'])?.split(';', 2) ?? [];
    if (topic === undefined || message === undefined || shownWarnings.has(topic)) return;
    shownWarnings.add(topic);
    log.warning(`The Hub says: ${message.trim()}`, undefined, 'Message of the Hub');
  }

  /** If there is no time to wait, the request ends in what went wrong with it. */
  async function waitAfter(failed: FailedAttempt, ms: number): Promise<void> {
    try {
      await budget.wait(ms, 'unavailable');
    } catch (error) {
      if (error instanceof HubError && error.kind === 'unavailable') throw hubErrorOf('unavailable', failed);
      throw error;
    }
  }

  return {
    origin,
    counts,
    failedWrites,
    send,
    async readAfterCancel(request) {
      const result = await logged(httpRequestOf(request), cancellation.readDeadline);
      if ('value' in result) return result;
      throw hubErrorOf('unavailable', result);
    },
    backOff: (attempts) =>
      budget.wait(Math.max(backOffMs(attempts, random), askedBackAt - clock.now()), 'unavailable'),
  };
}

function responseOf(
  result: Reply<unknown> | FailedAttempt,
): Pick<HttpResponse, 'status' | 'headers'> | undefined {
  return 'value' in result ? result : result.response;
}

function httpRequestOf<T>({ method = 'GET', segments, query, body, reader }: Request<T>): HttpRequest<T> {
  const bad = segments.find((segment) => /^\.{0,2}$/.test(segment) || !segment.isWellFormed());
  if (bad !== undefined) {
    throw new HubError('refused', `${JSON.stringify(bad)} cannot be a part of an address on the Hub.`);
  }
  const path = `/${segments.map(encodeURIComponent).join('/')}`;
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
  return { method, path: `${path}${search}`, reader, ...(body === undefined ? {} : { body }) };
}
