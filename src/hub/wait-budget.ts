import { HubError } from '../errors.ts';
import { duration } from '../text/words.ts';
import type { Clock } from './cancellation.ts';

export interface WaitBudgetOptions {
  readonly clock: Clock;
  /** Maximum total time to wait, in milliseconds (`max-wait-minutes`). */
  readonly maxMs: number;
  /** Aborted when the run is canceled: every wait ends at once. */
  readonly stop: AbortSignal;
}

/** Why a request has to wait, which is also the kind of error it ends in if the budget does not allow the wait. */
export type WaitReason = 'rate-limited' | 'unavailable';

/** The time that a run may spend waiting, for all requests together. Waits at the same time count once. */
export interface WaitBudget {
  /**
   * Waits `ms` milliseconds; `onBegin` is called if the budget allows it. Throws a HubError: of kind `reason` at once
   * if the budget does not allow the wait, or `cancelled` if the run is canceled meanwhile.
   */
  wait(ms: number, reason: WaitReason, onBegin?: () => void): Promise<void>;
  /** Milliseconds that can still be spent waiting. */
  leftMs(): number;
  /** Seconds spent waiting for `reason`. */
  waitedSeconds(reason: WaitReason): number;
}

export function createWaitBudget({ clock, maxMs, stop }: WaitBudgetOptions): WaitBudget {
  const total = createStopwatch();
  const byReason = { 'rate-limited': createStopwatch(), unavailable: createStopwatch() };

  return {
    async wait(ms, reason, onBegin) {
      throwIfStopped(stop);
      const from = clock.now();
      const to = from + ms;
      if (total.sumWith(from, to) > maxMs) throw overBudget(reason, ms, maxMs);
      const stopwatches = [total, byReason[reason]];
      for (const stopwatch of stopwatches) stopwatch.add(from, to);
      onBegin?.();
      try {
        await clock.sleep(ms, stop);
      } catch {
        for (const stopwatch of stopwatches) stopwatch.cut(clock.now());
      }
      throwIfStopped(stop);
    },
    leftMs: () => Math.max(0, maxMs - total.sum()),
    waitedSeconds: (reason) => Math.round(byReason[reason].sum() / 100) / 10,
  };
}

export function throwIfStopped(stop: AbortSignal): void {
  if (stop.aborted) throw new HubError('cancelled', 'The run was canceled before this request was sent.');
}

function overBudget(reason: WaitReason, ms: number, maxMs: number): HubError {
  const cause =
    reason === 'rate-limited'
      ? "The Hub's rate limit is used up"
      : 'The Hub did not return a usable response';
  const minutes = Math.round(maxMs / 60) / 1_000;
  return new HubError(
    reason,
    `${cause}, and waiting another ${duration(ms / 1000)} would exceed max-wait-minutes (${minutes}).`,
  );
}

/** Adds up periods of time so that overlaps count once. Periods begin in order; all values are milliseconds. */
function createStopwatch() {
  let sum = 0;
  let end = 0;
  const growth = (from: number, to: number) => Math.max(0, to - Math.max(from, end));
  return {
    sum: () => sum,
    sumWith: (from: number, to: number) => sum + growth(from, to),
    add(from: number, to: number) {
      sum += growth(from, to);
      end = Math.max(end, to);
    },
    /** Ends at `at` what would have lasted longer. */
    cut(at: number) {
      sum -= Math.max(0, end - at);
      end = Math.min(end, at);
    },
  };
}
