import type { Dispatcher } from 'undici';
import { duration } from '../text/words.ts';
import { type CancellationSignals, type Clock, systemClock } from './cancellation.ts';
import { type ClientOptions, createClient, type HubClient } from './client.ts';
import { createConnection } from './http.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';
import { createWaitBudget } from './wait-budget.ts';

export interface SessionOptions {
  readonly hubUrl: string;
  readonly token: string;
  readonly timeoutMs: number;
  /** Maximum total time to wait for rate limits and retries, in milliseconds. */
  readonly maxWaitMs: number;
  readonly cancellation: CancellationSignals;
  readonly log: ClientOptions['log'] & { readonly info: (line: string) => void };
  /** URL of the proxy; absent, the Hub is asked directly. */
  readonly proxy?: string | undefined;
  /** For tests: takes the place of a connection of this session's own. */
  readonly dispatcher?: Dispatcher;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** The client of a run, and what it shares with the rest of the run. */
export interface HubSession {
  readonly hub: HubClient;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly cancellation: CancellationSignals;
  /** Drops the connections; nothing can be sent afterwards. */
  close(): Promise<void>;
}

/** Prepares the requests of one run to one Hub. Sends nothing yet. */
export function openSession(options: SessionOptions): HubSession {
  const { hubUrl, token, timeoutMs, cancellation, log, random = Math.random, clock = systemClock } = options;
  const { stop } = cancellation;
  const { dispatcher, proxyHost } =
    options.dispatcher === undefined
      ? createConnection(options.proxy, timeoutMs)
      : { dispatcher: options.dispatcher, proxyHost: undefined };
  const budget = createWaitBudget({ clock, maxMs: options.maxWaitMs, stop });
  const rateLimiter = createRateLimiter({
    clock,
    budget,
    stop,
    onWait: (ms, until) => {
      const time = until.toISOString().slice(11, 19);
      log.info(`The Hub's rate limit is used up: waiting ${duration(ms / 1000)}, until ${time} UTC.`);
    },
  });
  const hub = createClient({
    origin: hubUrl,
    proxyHost,
    token,
    dispatcher,
    timeoutMs,
    rateLimiter,
    budget,
    cancellation,
    clock,
    random,
    log,
  });
  return { hub, rateLimiter, clock, cancellation, close: () => dispatcher.destroy() };
}
