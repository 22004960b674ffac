import { setTimeout as delay } from 'node:timers/promises';

/** Time as a run sees it. It is passed in, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since an arbitrary moment. Never set back, so all waits and durations are measured with it. */
  now(): number;
  /** The time of day, for what is shown to people and for comparison with dates that the Hub sends. */
  date(): Date;
  /** Resolves after `ms` milliseconds. Rejects as soon as `signal` is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal });
  },
};
