import { setTimeout as delay } from 'node:timers/promises';

/** A canceled run does not end at once: the write in flight is waited for, and then its result is looked up. */
export interface CancellationSignals {
  /** Aborted on cancellation: nothing new is sent, waits end, reads are given up. */
  readonly stop: AbortSignal;
  /** Aborted a little later: the write in flight is given up. */
  readonly writeDeadline: AbortSignal;
  /** Aborted last: the read that looks for the result of that write is given up. */
  readonly readDeadline: AbortSignal;
}

/** Milliseconds from a cancellation to `writeDeadline`, and to `readDeadline`. */
const WRITE_GRACE_MS = 2_000;
const READ_GRACE_MS = 3_500;
/** The process ends by then, even if something still hangs. Runners kill it a few seconds later. */
const LAST_RESORT_MS = 4_500;

/** Signals that SIGINT and SIGTERM abort; a runner sends these when a workflow is canceled. */
export function untilSignal(): CancellationSignals {
  const { cancellation, cancel } = cancellable();
  const onSignal = () => {
    cancel();
    setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return cancellation;
}

/** Signals, and the function that aborts them. */
export function cancellable(): { cancellation: CancellationSignals; cancel: () => void } {
  const stop = new AbortController();
  const write = new AbortController();
  const read = new AbortController();
  return {
    cancellation: { stop: stop.signal, writeDeadline: write.signal, readDeadline: read.signal },
    cancel: () => {
      if (stop.signal.aborted) return;
      stop.abort();
      setTimeout(() => write.abort(), WRITE_GRACE_MS).unref();
      setTimeout(() => read.abort(), READ_GRACE_MS).unref();
    },
  };
}

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
