import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/hub/cancellation.ts';

export interface FakeClock extends Clock {
  /** Total milliseconds waited; waits at the same time count once. */
  readonly waitedMs: number;
  stepDate(ms: number): void;
}

/**
 * Time that passes only while something waits: those who sleep wake in the order of their times, and nothing sleeps for real.
 * `stepDate` sets the time of day forward or back, as an administrator or NTP would.
 */
export function fakeClock(): FakeClock {
  const begin = Date.UTC(2026, 0, 1);
  let now = begin;
  let dateOffset = 0;
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  let pumping = false;

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    await setImmediate();
    while (sleepers.length > 0) {
      const next = sleepers.reduce((first, one) => (one.at < first.at ? one : first));
      sleepers = sleepers.filter((other) => other !== next);
      now = Math.max(now, next.at);
      next.wake();
      await setImmediate();
    }
    pumping = false;
  }

  return {
    now: () => now,
    date: () => new Date(now + dateOffset),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const abort = () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        };
        const wake = () => {
          signal.removeEventListener('abort', abort);
          resolve();
        };
        const sleeper = { at: now + ms, wake };
        if (signal.aborted) return reject(signal.reason);
        signal.addEventListener('abort', abort);
        sleepers.push(sleeper);
        void pump();
      }),
    stepDate(ms) {
      dateOffset += ms;
    },
    get waitedMs() {
      return now - begin;
    },
  };
}
