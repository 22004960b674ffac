import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRateLimiter, type RateLimiter } from '../../src/hub/rate-limiter.ts';
import { createWaitBudget, type WaitBudget } from '../../src/hub/wait-budget.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';

const never = new AbortController().signal;

interface Opened {
  readonly rateLimiter: RateLimiter;
  readonly budget: WaitBudget;
  readonly clock: FakeClock;
  /** Milliseconds of each wait that was told of. */
  readonly waits: number[];
}

function open({ budgetMs = 900_000, stop = never }: { budgetMs?: number; stop?: AbortSignal } = {}): Opened {
  const clock = fakeClock();
  const waits: number[] = [];
  const budget = createWaitBudget({ clock, maxMs: budgetMs, stop });
  const rateLimiter = createRateLimiter({ clock, budget, stop, onWait: (ms) => waits.push(ms) });
  return { clock, waits, budget, rateLimiter };
}

test('a wait that is over the budget is told with the budget as it was set', async () => {
  const clock = fakeClock();
  const budget = createWaitBudget({ clock, maxMs: 0.03 * 60_000, stop: never });
  await expect(budget.wait(2_000, 'unavailable')).rejects.toThrow('would exceed max-wait-minutes (0.03).');
});

/** What a Hub says of its quota. */
function headers(remaining: number, seconds: number, limit = 100): Record<string, string> {
  return {
    ratelimit: `"api";r=${remaining};t=${seconds}`,
    'ratelimit-policy': `"fixed window";"api";q=${limit};w=300`,
  };
}

/** How many milliseconds pass until `promise` is settled, and the error where it is one. */
async function settled(
  clock: FakeClock,
  promise: Promise<void>,
): Promise<{ ms: number; kind?: string; text?: string }> {
  const started = clock.now();
  const result = promise.then(
    () => ({ ms: clock.now() - started }),
    (error: { kind: string; message: string }) => ({
      ms: clock.now() - started,
      kind: error.kind,
      text: error.message,
    }),
  );
  return result;
}

describe('a request may be sent', () => {
  test('at once if nothing is known of a quota', async () => {
    const { rateLimiter, clock } = open();
    for (let index = 0; index < 50; index += 1)
      expect((await settled(clock, rateLimiter.acquire())).ms).toBe(0);
    expect(rateLimiter.announced()).toBeUndefined();
  });

  test('after the reset if none is left, a second later for good measure', async () => {
    const { rateLimiter, clock, waits } = open();
    await rateLimiter.acquire();
    rateLimiter.release(headers(0, 20));
    expect((await settled(clock, rateLimiter.acquire())).ms).toBe(21_000);
    expect(waits).toEqual([21_000]);
    expect(rateLimiter.rateLimitWaitSeconds()).toBe(21);
    expect(rateLimiter.announced()).toEqual({
      remaining: 0,
      resetSeconds: 20,
      limit: 100,
      windowSeconds: 300,
    });
  });

  test('after as long as the Hub said, by all who wait, told and counted once', async () => {
    const { rateLimiter, clock, waits } = open();
    rateLimiter.pauseFor(10_000);
    const admitted = () => rateLimiter.acquire().then(() => rateLimiter.release({}));
    const all = await Promise.all([1, 2, 3].map(() => settled(clock, admitted())));
    expect(all.map(({ ms }) => ms)).toEqual([10_000, 10_000, 10_000]);
    expect(waits).toEqual([10_000]);
    expect(rateLimiter.rateLimitWaitSeconds()).toBe(10);
  });

  test('one by one after a 429 until the Hub accepts one, then side by side', async () => {
    const { rateLimiter, clock } = open();
    rateLimiter.pauseFor(4_000);
    let admitted = 0;
    const all = Array.from({ length: 8 }, () => rateLimiter.acquire().then(() => (admitted += 1)));
    await clock.sleep(5_000, never);
    expect(admitted).toBe(1);
    rateLimiter.release({});
    rateLimiter.pauseFor(4_000);
    await clock.sleep(5_000, never);
    expect(admitted).toBe(2);
    rateLimiter.release();
    await clock.sleep(1, never);
    expect(admitted).toBe(3);
    rateLimiter.release({});
    await Promise.all(all);
    expect(admitted).toBe(8);
  });

  test('never before the longer of two closings', async () => {
    const { rateLimiter, clock } = open();
    rateLimiter.pauseFor(10_000);
    rateLimiter.pauseFor(3_000);
    expect((await settled(clock, rateLimiter.acquire())).ms).toBe(10_000);
  });
});

describe('the budget for waiting', () => {
  test('is not begun if it would not be enough', async () => {
    const { rateLimiter, clock } = open({ budgetMs: 60_000 });
    rateLimiter.pauseFor(60_001);
    const { ms, kind, text } = await settled(clock, rateLimiter.acquire());
    expect({ ms, kind }).toEqual({ ms: 0, kind: 'rate-limited' });
    expect(text).toMatch(/max-wait-minutes \(1\)/);
    expect(rateLimiter.rateLimitWaitSeconds()).toBe(0);
  });

  test('is for rate limits and retries together; overlapping waits count once', async () => {
    const { rateLimiter, budget, clock } = open({ budgetMs: 15_000 });
    const both = await Promise.all([
      settled(clock, budget.wait(10_000, 'unavailable')),
      settled(clock, budget.wait(4_000, 'unavailable')),
    ]);
    expect(both.map(({ kind }) => kind)).toEqual([undefined, undefined]);
    rateLimiter.pauseFor(5_000);
    expect((await settled(clock, rateLimiter.acquire())).kind).toBeUndefined();
    expect((await settled(clock, budget.wait(1, 'unavailable'))).kind).toBe('unavailable');
    expect(rateLimiter.rateLimitWaitSeconds()).toBe(5);
  });

  test('of nothing allows no wait', async () => {
    const { rateLimiter, budget, clock } = open({ budgetMs: 0 });
    expect(await settled(clock, budget.wait(0, 'unavailable'))).toEqual({ ms: 0 });
    expect((await settled(clock, budget.wait(1, 'unavailable'))).kind).toBe('unavailable');
    rateLimiter.pauseFor(1);
    expect((await settled(clock, rateLimiter.acquire())).kind).toBe('rate-limited');
  });
});

test('a stop ends every wait, and counts what was waited only', async () => {
  const stop = new AbortController();
  const { rateLimiter, budget, clock } = open({ stop: stop.signal });
  rateLimiter.pauseFor(60_000);
  const waiting = [rateLimiter.acquire(), budget.wait(90_000, 'unavailable')].map((wait) =>
    wait.catch((error: { kind: string }) => error.kind),
  );
  const timer = clock.sleep(7_000, never).then(() => stop.abort());
  await timer;
  expect(await Promise.all(waiting)).toEqual(['cancelled', 'cancelled']);
  expect(rateLimiter.rateLimitWaitSeconds()).toBe(7);
  expect((await settled(clock, rateLimiter.acquire())).kind).toBe('cancelled');
});

test('no request runs into a limit that was announced, and all get through', async () => {
  const cases = fc.record({
    limit: fc.integer({ min: 2, max: 30 }),
    windowSeconds: fc.integer({ min: 5, max: 300 }),
    /** Of the first window, by others. */
    usedBefore: fc.nat(29),
    elapsedMs: fc.nat(299_999),
    requests: fc.integer({ min: 1, max: 80 }),
    workers: fc.integer({ min: 1, max: 12 }),
    latencies: fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 7 }),
  });
  await fc.assert(
    fc.asyncProperty(
      cases,
      async ({ limit, windowSeconds, usedBefore, elapsedMs, requests, workers, latencies }) => {
        const { rateLimiter, clock } = open({ budgetMs: Number.POSITIVE_INFINITY });
        const lengthMs = windowSeconds * 1_000;
        let endsAt = clock.now() + lengthMs - (elapsedMs % lengthMs);
        let used = Math.min(usedBefore, limit - 1);
        let over = 0;
        let done = 0;

        async function send(): Promise<void> {
          await rateLimiter.acquire();
          const latency = latencies[done % latencies.length] ?? 1;
          await clock.sleep(latency / 2, never);
          while (clock.now() >= endsAt) {
            endsAt += lengthMs;
            used = 0;
          }
          if (used >= limit) over += 1;
          else used += 1;
          const told = headers(limit - used, Math.ceil((endsAt - clock.now()) / 1_000), limit);
          await clock.sleep(latency / 2, never);
          rateLimiter.release(told);
          done += 1;
        }

        async function work(): Promise<void> {
          while (left > 0) {
            left -= 1;
            await send();
          }
        }

        let left = requests - 1;
        // The first request of a run is alone: the look at the groups.
        const all = send().then(() => Promise.all(Array.from({ length: workers }, work)));
        await all;
        expect({ done, over }).toEqual({ done: requests, over: 0 });
      },
    ),
    { numRuns: 150 },
  );
});
