import type { Dispatcher } from 'undici';
import { duration } from '../text/words.ts';
import type { CancellationSignals } from './cancellation.ts';
import { type ClientOptions, createClient, type HubClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';
import { EnvHttpProxyAgent } from './undici.ts';
import { createWaitBudget } from './wait-budget.ts';

/** Connections that are kept open at most; more requests than these wait for one. */
const CONNECTIONS = 16;

export interface OpenOptions {
  readonly hubUrl: string;
  readonly token: string;
  readonly timeoutMs: number;
  /** Most time to wait for rate limits and between retries, in sum, in milliseconds. */
  readonly maxWaitMs: number;
  readonly cancellation: CancellationSignals;
  readonly log: ClientOptions['log'] & { readonly info: (line: string) => void };
  /** Absent, they are those of the environment. */
  readonly proxies?: Pick<EnvHttpProxyAgent.Options, 'httpProxy' | 'httpsProxy'>;
  readonly dispatcher?: Dispatcher;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** A client, its rateLimiter, and the time it lives by. */
export interface HubSession {
  readonly hub: HubClient;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly cancellation: CancellationSignals;
  /** Drops the connections; nothing can be sent afterwards. */
  close(): Promise<void>;
}

/** Opens the way to the Hub, through the proxies of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). Sends nothing yet. */
export function openSession(options: OpenOptions): HubSession {
  const { hubUrl, token, timeoutMs, cancellation, log, random = Math.random, clock = systemClock } = options;
  const dispatcher =
    options.dispatcher ?? new EnvHttpProxyAgent({ connections: CONNECTIONS, ...options.proxies });
  const budget = createWaitBudget({ clock, maxMs: options.maxWaitMs, stop: cancellation.stop });
  const rateLimiter = createRateLimiter({
    clock,
    budget,
    stop: cancellation.stop,
    onWait: (ms, until) =>
      log.info(`The Hub's rate limit is used up: waiting ${duration(ms / 1000)}, until ${utcTime(until)}.`),
  });
  const hub = createClient({
    origin: hubUrl,
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

function utcTime(date: Date): string {
  return `${date.toISOString().slice(11, 19)} UTC`;
}
