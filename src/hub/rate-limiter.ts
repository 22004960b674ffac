import type { Clock } from './cancellation.ts';
import type { HttpResponse } from './http.ts';
import { throwIfStopped, type WaitBudget } from './wait-budget.ts';

/** The Hub gives whole seconds to the reset; without this much more, a request could come just too soon. */
const RESET_SLACK_MS = 1_000;

export interface RateLimiterOptions {
  readonly clock: Clock;
  readonly budget: WaitBudget;
  /** Aborted when the run is canceled. */
  readonly stop: AbortSignal;
  /** Called when a wait for the rate limit begins. */
  readonly onWait: (ms: number, until: Date) => void;
}

/** Admits every request of a run to the Hub, no faster than the announced quota allows. */
export interface RateLimiter {
  /** Resolves when a request may be sent. Throws a HubError: `rate-limited` if the budget is too small, or `cancelled`. */
  acquire(): Promise<void>;
  /** Must be called once after each `acquire`, with the response's headers if there was a response. */
  release(headers?: HttpResponse['headers']): void;
  /** Admits no request for `ms` milliseconds, and then a single one: the Hub answered 429. */
  pauseFor(ms: number): void;
  /**
   * How many requests can still be sent within the budget for waiting; infinite if the Hub announces no quota. Requests of
   * other programs with the same account are not known.
   */
  capacity(): number;
  /** Milliseconds of waiting that `requests` requests take from now on; 0 if the Hub announces no quota. */
  waitFor(requests: number): number;
  /** The quota as last announced. */
  announced(): Announced | undefined;
  /** Seconds spent waiting for rate limits. */
  rateLimitWaitSeconds(): number;
}

export function createRateLimiter({ clock, budget, stop, onWait }: RateLimiterOptions): RateLimiter {
  let pausedUntil = 0;
  /** After a pause, a single request finds out whether the Hub accepts requests again. */
  let isTrial = false;
  let loggedUntil = 0;
  /** The end of the announced window; 0 if none is known. */
  let resetAt = 0;
  /** The smallest remainder announced in this window. Requests in flight may not be part of it yet. */
  let remaining = Number.POSITIVE_INFINITY;
  let inFlight = 0;
  let nextResponse = Promise.withResolvers<void>();
  let last: Announced | undefined;

  async function acquire(): Promise<void> {
    for (;;) {
      throwIfStopped(stop);
      startNewWindowIfDue();
      const ms = Math.max(pausedUntil, remaining <= 0 ? resetAt : 0) - clock.now();
      if (ms > 0) await budget.wait(ms, 'rate-limited', () => tell(ms));
      else if (inFlight === 0 || (!isTrial && remaining > inFlight)) break;
      else await nextResponse.promise;
    }
    inFlight += 1;
  }

  function startNewWindowIfDue(): void {
    if (resetAt === 0 || clock.now() < resetAt) return;
    remaining = last?.limit ?? Number.POSITIVE_INFINITY;
    resetAt = 0;
  }

  function tell(ms: number): void {
    const until = clock.now() + ms;
    if (until <= loggedUntil) return;
    loggedUntil = until + RESET_SLACK_MS;
    onWait(ms, new Date(clock.date().getTime() + ms));
  }

  function release(headers?: HttpResponse['headers']): void {
    inFlight -= 1;
    if (headers !== undefined) isTrial = false;
    nextResponse.resolve();
    nextResponse = Promise.withResolvers();
    const announced = headers === undefined ? undefined : announcedQuota(headers);
    if (announced === undefined) remaining -= 1;
    else adopt(announced);
  }

  function adopt(announced: Announced): void {
    const now = clock.now();
    const reset = now + announced.resetSeconds * 1000 + RESET_SLACK_MS;
    const sameWindow = resetAt > now && reset < resetAt + 2 * RESET_SLACK_MS;
    remaining = sameWindow ? Math.min(remaining, announced.remaining) : announced.remaining;
    resetAt = sameWindow ? Math.max(resetAt, reset) : reset;
    last = announced;
  }

  /** The quota of this window and of those to come, if all of it is known. */
  function windows() {
    const { limit = 0, windowSeconds = 0 } = last ?? {};
    if (limit === 0 || windowSeconds === 0) return undefined;
    startNewWindowIfDue();
    const left = Math.max(0, Math.min(remaining, limit) - inFlight);
    return {
      limit,
      left,
      untilResetMs: Math.max(0, resetAt - clock.now()),
      windowMs: windowSeconds * 1000 + RESET_SLACK_MS,
    };
  }

  function capacity(): number {
    const known = windows();
    if (known === undefined) return Number.POSITIVE_INFINITY;
    const { limit, left, untilResetMs, windowMs } = known;
    const afterReset = budget.leftMs() - untilResetMs;
    return left + (afterReset < 0 ? 0 : limit * (1 + Math.floor(afterReset / windowMs)));
  }

  function waitFor(requests: number): number {
    const known = windows();
    if (known === undefined || requests <= known.left) return 0;
    const more = Math.ceil((requests - known.left) / known.limit);
    return known.untilResetMs + (more - 1) * known.windowMs;
  }

  return {
    acquire,
    release,
    pauseFor(ms) {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms);
      isTrial = true;
    },
    capacity,
    waitFor,
    announced: () => last,
    rateLimitWaitSeconds: () => budget.waitedSeconds('rate-limited'),
  };
}

/** What a response says about the quota (draft-ietf-httpapi-ratelimit-headers-09; hub-api.md, "Rate limits"). */
export interface Announced {
  readonly remaining: number;
  /** Seconds until the next window begins. */
  readonly resetSeconds: number;
  /** Requests per window, if `RateLimit-Policy` says so. */
  readonly limit?: number;
  /** Length of a window, if `RateLimit-Policy` says so. */
  readonly windowSeconds?: number;
}

/**
 * The quota that a response announces; of several, the one with the least left. Undefined if there is none, or none
 * that can be understood.
 */
export function announcedQuota(headers: HttpResponse['headers']): Announced | undefined {
  const policies = new Map<string, number>();
  const windows = new Map<string, number>();
  for (const { name, parameters } of listItems(headers['ratelimit-policy'])) {
    const quota = parameters.get('q');
    const window = parameters.get('w');
    if (window !== undefined) windows.set(name, Math.max(window, windows.get(name) ?? window));
    if (quota !== undefined) policies.set(name, Math.min(quota, policies.get(name) ?? quota));
  }
  return listItems(headers['ratelimit'])
    .flatMap(({ name, parameters }) => {
      const remaining = parameters.get('r');
      const limit = policies.get(name);
      // A policy that allows nothing at all limits nothing: the Hub did respond.
      if (remaining === undefined || limit === 0) return [];
      const item = { remaining, resetSeconds: parameters.get('t') ?? 0 };
      const windowSeconds = windows.get(name);
      return [
        {
          ...item,
          ...(limit === undefined ? {} : { limit }),
          ...(windowSeconds === undefined ? {} : { windowSeconds }),
        },
      ];
    })
    .reduce<Announced | undefined>(
      (least, item) => (least === undefined || item.remaining < least.remaining ? item : least),
      undefined,
    );
}

/**
 * How long the Hub asks to wait, in milliseconds: `Retry-After`, or on a 429 the reset of a quota that is used up.
 * `now` is the time of day. No time at all (a zero, a date that has passed) counts as none: a Hub that goes on saying
 * so would be asked again and again without a pause.
 */
export function requestedWaitMs(
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  now: number,
): number | undefined {
  const ms = retryAfterMs(headers, now);
  if (ms !== undefined && ms > 0) return ms;
  if (status !== 429) return undefined;
  const quota = announcedQuota(headers);
  return quota?.remaining === 0 ? (quota.resetSeconds + 1) * 1000 : undefined;
}

/** Milliseconds from `now` that `Retry-After` asks for: seconds or an HTTP date (RFC 9110, 10.2.3); else undefined. */
export function retryAfterMs(headers: HttpResponse['headers'], now: number): number | undefined {
  const text = [headers['retry-after']].flat()[0]?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Z][a-z]{2,8},? .* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

interface Item {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, number>;
}

/** Items of a structured-field list whose parameters are whole numbers (RFC 9651); `"fixed window";"api";q=1` names its item last. */
function listItems(header: string | string[] | undefined): Item[] {
  return [header]
    .flat()
    .flatMap((line) => line?.split(',') ?? [])
    .map((item) => {
      const parts = item.split(';').map((part) => part.trim());
      const name = parts.findLast((part) => part.startsWith('"')) ?? '';
      const parameters = parts.flatMap((part) => {
        const match = /^([a-z]+)=(\d+)$/.exec(part);
        return match?.[1] === undefined ? [] : [[match[1], Number(match[2])] as const];
      });
      return { name, parameters: new Map(parameters) };
    });
}
