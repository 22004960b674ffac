import type { Lifetime } from './client.ts';

/** Milliseconds after a cancellation until the write in flight, and then the look at what became of it, are given up. */
const WRITE_GRACE_MS = 2_000;
const SETTLE_GRACE_MS = 3_500;
/** The last resort: by then the process ends, whatever still hangs. Runners kill a few seconds later. */
const LAST_RESORT_MS = 4_500;

/** A lifetime that SIGINT and SIGTERM end; a runner sends them when somebody cancels the workflow. */
export function untilSignal(): Lifetime {
  const { lifetime, cancel } = cancellable();
  const onSignal = () => {
    cancel();
    setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return lifetime;
}

/** A lifetime, and what ends it. */
export function cancellable(): { lifetime: Lifetime; cancel: () => void } {
  const stop = new AbortController();
  const write = new AbortController();
  const settle = new AbortController();
  return {
    lifetime: { stop: stop.signal, writeDeadline: write.signal, settleDeadline: settle.signal },
    cancel: () => {
      if (stop.signal.aborted) return;
      stop.abort();
      setTimeout(() => write.abort(), WRITE_GRACE_MS).unref();
      setTimeout(() => settle.abort(), SETTLE_GRACE_MS).unref();
    },
  };
}
