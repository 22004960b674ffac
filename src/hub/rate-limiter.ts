import { HubError } from '../errors.ts';
import type { Clock } from './clock.ts';
import type { Answer } from './http.ts';
import { type Announced, announcedQuota } from './rate-limit-headers.ts';

/** The Hub gives whole seconds to the reset; without this much more, a request could come just too soon. */
const RESET_SLACK_MS = 1_000;

export interface GateOptions {
  readonly clock: Clock;
  /** Most time to wait, in sum, in milliseconds. Waits at the same time count once. */
  readonly budgetMs: number;
  /** Aborted when the run is to stop: every wait ends at once. */
  readonly stop: AbortSignal;
  /** Told of every wait for the rate limit when it begins. */
  readonly onWait: (ms: number, until: Date) => void;
}

/** The one gate that every request of a run passes: it keeps the announced quota, and the budget for waiting. */
export interface Gate {
  /** Resolves when a request may be sent. Throws a HubError, `rate-limited` where that would take longer than the budget. */
  enter(): Promise<void>;
  /** To be called once after each `enter`, with the answer, if there was one. */
  leave(headers?: Answer['headers']): void;
  /** Keeps everybody out for `ms` milliseconds: the Hub said that the quota is used up. */
  close(ms: number): void;
  /** Waits `ms` milliseconds between two attempts. Throws a HubError, `unavailable`, where the budget does not allow it. */
  pause(ms: number): Promise<void>;
  /** The quota as last announced. */
  announced(): Announced | undefined;
  /** Seconds spent waiting for rate limits. */
  rateLimitWaitSeconds(): number;
}

export function createGate(options: GateOptions): Gate {
  const { clock, stop } = options;
  const rateLimit = stopwatch();
  const all = stopwatch();
  let closedUntil = 0;
  let loggedUntil = 0;
  let resetAt = 0;
  /** The least that an answer in this window said was left; whatever it did not know of is in flight still. */
  let left = Number.POSITIVE_INFINITY;
  let inFlight = 0;
  let answer = Promise.withResolvers<void>();
  let last: Announced | undefined;

  async function wait(ms: number, kind: 'rate-limited' | 'unavailable'): Promise<void> {
    const now = clock.now();
    const until = now + ms;
    if (all.with(now, until) > options.budgetMs) throw overBudget(kind, ms, options.budgetMs);
    all.add(now, until);
    if (kind === 'rate-limited') {
      rateLimit.add(now, until);
      if (until > loggedUntil) {
        loggedUntil = until + RESET_SLACK_MS;
        options.onWait(ms, new Date(until));
      }
    }
    try {
      await clock.sleep(ms, stop);
    } catch {
      all.cut(clock.now());
      rateLimit.cut(clock.now());
    }
    throwIfStopped(stop);
  }

  return {
    async enter() {
      for (;;) {
        throwIfStopped(stop);
        const now = clock.now();
        if (now >= resetAt && resetAt > 0) {
          left = last?.limit ?? Number.POSITIVE_INFINITY;
          resetAt = 0;
        }
        const until = Math.max(closedUntil, left <= 0 ? resetAt : 0);
        if (until > now) await wait(until - now, 'rate-limited');
        else if (left > inFlight || inFlight === 0) break;
        // All that is left may be under way already: the next answer tells.
        else await answer.promise;
      }
      inFlight += 1;
    },
    leave(headers) {
      inFlight -= 1;
      answer.resolve();
      answer = Promise.withResolvers();
      const announced = headers === undefined ? undefined : announcedQuota(headers);
      if (announced === undefined) {
        left -= 1;
        return;
      }
      const now = clock.now();
      const reset = now + announced.resetSeconds * 1000 + RESET_SLACK_MS;
      const sameWindow = resetAt > now && reset < resetAt + 2 * RESET_SLACK_MS;
      left = sameWindow ? Math.min(left, announced.remaining) : announced.remaining;
      resetAt = sameWindow ? Math.max(resetAt, reset) : reset;
      last = announced;
    },
    close(ms) {
      closedUntil = Math.max(closedUntil, clock.now() + ms);
    },
    pause: (ms) => wait(ms, 'unavailable'),
    announced: () => last,
    rateLimitWaitSeconds: () => Math.round(rateLimit.total() / 100) / 10,
  };
}

export function throwIfStopped(stop: AbortSignal): void {
  if (stop.aborted) throw new HubError('cancelled', 'The run was cancelled before this was sent.');
}

function overBudget(kind: 'rate-limited' | 'unavailable', ms: number, budgetMs: number): HubError {
  const minutes = (value: number) => Math.ceil(value / 6_000) / 10;
  const what =
    kind === 'rate-limited' ? "The Hub's rate limit is used up" : 'The Hub does not answer as it should';
  return new HubError(
    kind,
    `${what}, and waiting ${minutes(ms)} min more would exceed max-wait-minutes (${minutes(budgetMs)}).`,
  );
}

/** Adds up periods of time, in milliseconds, so that what overlaps counts once; periods begin in order. */
function stopwatch() {
  let sum = 0;
  let end = 0;
  const grown = (from: number, to: number) => Math.max(0, to - Math.max(from, end));
  return {
    with: (from: number, to: number) => sum + grown(from, to),
    add(from: number, to: number) {
      sum += grown(from, to);
      end = Math.max(end, to);
    },
    /** The period under way ended early, at `at`. */
    cut(at: number) {
      sum -= Math.max(0, end - at);
      end = Math.min(end, at);
    },
    total: () => sum,
  };
}
