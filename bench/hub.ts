import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Quota } from '../simulator/index.ts';
import type { KindCounts } from './kinds.ts';
import type { Scenario } from './organization.ts';

/** What the Hub's process is started with. */
export interface HubOrder {
  readonly scenario: Scenario;
  /** Wait before each request is handled. */
  readonly latencyMs: number;
  readonly quota?: Pick<Quota, 'limit' | 'windowSeconds'>;
  /**
   * By how much the clock of the quotas is set forward with each request. A client that does one thing after
   * the other can so be measured with less latency than is meant: the quota is used up as if all of it had
   * been waited for.
   */
  readonly cutLatencyMs?: number;
  /** More tokens besides the usual one, of the same person. */
  readonly tokens?: readonly string[];
  /** Speaks this over TLS, with latency on the line instead of before each request. */
  readonly line?: { readonly protocol: 'HTTP/1.1' | 'HTTP/2'; readonly roundTripMs: number };
}

/** What the Hub has seen since it was started. */
export interface HubReport {
  readonly requests: number;
  /** How many of them were answered with 429. */
  readonly refusedForQuota: number;
  /** What they were for. */
  readonly kinds: KindCounts;
  /** TCP connections accepted. */
  readonly connections: number;
  /** Memberships of people asked for that there were not at the start. */
  readonly added: number;
  /** Memberships asked for that could be, and are not. */
  readonly lost: number;
  /** Memberships that no roster asked for. */
  readonly strangers: number;
}

export interface BenchHub {
  readonly url: string;
  /** The certificate, as PEM, that a client must trust; empty without TLS. */
  readonly certificate: string;
  report(): Promise<HubReport>;
  close(): Promise<void>;
}

/** Starts a simulated Hub in its own process, so that it and a client do not wait for each other's work. */
export async function startBenchHub(order: HubOrder): Promise<BenchHub> {
  const child = fork(join(import.meta.dirname, 'hub-process.ts'), { execArgv: ['--max-semi-space-size=64'] });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`The process of the simulated Hub ended with ${code}.`);
  });
  failed.catch(() => {});
  const answer = async <T>(message: unknown): Promise<T> => {
    child.send(message as object);
    const [reply] = await Promise.race([once(child, 'message'), failed]);
    return reply as T;
  };
  const { url, certificate } = await answer<{ url: string; certificate: string }>(order);
  return {
    url,
    certificate,
    report: () => answer<HubReport>({ tell: true }),
    close: async () => {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}

/** Starts a Hub, hands it to `use`, and ends it whatever happens. */
export async function withHub<T>(order: HubOrder, use: (hub: BenchHub) => Promise<T>): Promise<T> {
  const hub = await startBenchHub(order);
  try {
    return await use(hub);
  } finally {
    await hub.close();
  }
}
