import type { Dispatcher } from 'undici';
import { type ClientOptions, createClient, type HubClient, type Lifetime } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import { createGate, type Gate } from './rate-limiter.ts';
import { EnvHttpProxyAgent } from './undici.ts';

/** Connections that are kept open at most; more requests than these wait for one. */
const CONNECTIONS = 16;

export interface OpenOptions {
  readonly hubUrl: string;
  readonly token: string;
  readonly timeoutMs: number;
  /** Most time to wait for rate limits and between retries, in sum, in milliseconds. */
  readonly maxWaitMs: number;
  readonly lifetime: Lifetime;
  readonly log: ClientOptions['log'] & { readonly info: (line: string) => void };
  /** Absent, they are those of the environment. */
  readonly proxies?: Pick<EnvHttpProxyAgent.Options, 'httpProxy' | 'httpsProxy'>;
  readonly dispatcher?: Dispatcher;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** A client, its gate, and the time it lives by. */
export interface HubSession {
  readonly hub: HubClient;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly lifetime: Lifetime;
  /** Drops the connections; nothing can be sent afterwards. */
  close(): Promise<void>;
}

/** Opens the way to the Hub, through the proxies of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). Sends nothing yet. */
export function openHub(options: OpenOptions): HubSession {
  const { hubUrl, token, timeoutMs, lifetime, log, random = Math.random, clock = systemClock } = options;
  const dispatcher =
    options.dispatcher ?? new EnvHttpProxyAgent({ connections: CONNECTIONS, ...options.proxies });
  const gate = createGate({
    clock,
    budgetMs: options.maxWaitMs,
    stop: lifetime.stop,
    onWait: (ms, until) =>
      log.info(`The Hub's rate limit is used up: waiting ${duration(ms)}, until ${utcTime(until)}.`),
  });
  const hub = createClient({
    origin: hubUrl,
    token,
    dispatcher,
    timeoutMs,
    gate,
    lifetime,
    clock,
    random,
    log,
  });
  return { hub, gate, clock, lifetime, close: () => dispatcher.destroy() };
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function utcTime(date: Date): string {
  return `${date.toISOString().slice(11, 19)} UTC`;
}
