import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/hub/clock.ts';

export interface FakeClock extends Clock {
  /** Milliseconds that somebody waited, in sum; waits at the same time count once. */
  readonly waitedMs: number;
}

/** Time that passes only when somebody waits. */
export function fakeClock(): FakeClock {
  const begin = Date.UTC(2026, 0, 1);
  let now = begin;
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      const until = now + ms;
      await setImmediate();
      signal.throwIfAborted();
      now = Math.max(now, until);
    },
    get waitedMs() {
      return now - begin;
    },
  };
}

/** A small generator of reproducible numbers (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
