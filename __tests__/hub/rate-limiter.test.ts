import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Clock } from '../../src/hub/clock.ts';
import { createGate, type Gate } from '../../src/hub/rate-limiter.ts';

interface FakeClock extends Clock {
  /** Lets time pass until nobody sleeps any more; sleepers wake in order. */
  run(): Promise<void>;
}

function fakeClock(): FakeClock {
  let now = 1_000_000;
  let sleepers: { at: number; wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new Error('aborted'));
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(new Error('aborted'));
        });
      }),
    async run() {
      for (;;) {
        await setImmediate();
        const next = sleepers.reduce<(typeof sleepers)[number] | undefined>(
          (first, one) => (first === undefined || one.at < first.at ? one : first),
          undefined,
        );
        if (next === undefined) return;
        sleepers = sleepers.filter((other) => other !== next);
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
}

const never = new AbortController().signal;

interface Opened {
  readonly gate: Gate;
  readonly clock: FakeClock;
  /** Milliseconds of each wait that was told of. */
  readonly waits: number[];
}

function open({ budgetMs = 900_000, stop = never }: { budgetMs?: number; stop?: AbortSignal } = {}): Opened {
  const clock = fakeClock();
  const waits: number[] = [];
  return { clock, waits, gate: createGate({ clock, budgetMs, stop, onWait: (ms) => waits.push(ms) }) };
}

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
  await clock.run();
  return result;
}

describe('a request may be sent', () => {
  test('at once where nothing is known of a quota', async () => {
    const { gate, clock } = open();
    for (let index = 0; index < 50; index += 1) expect((await settled(clock, gate.enter())).ms).toBe(0);
    expect(gate.announced()).toBeUndefined();
  });

  test('after the reset where none is left, a second later for good measure', async () => {
    const { gate, clock, waits } = open();
    await gate.enter();
    gate.leave(headers(0, 20));
    expect((await settled(clock, gate.enter())).ms).toBe(21_000);
    expect(waits).toEqual([21_000]);
    expect(gate.rateLimitWaitSeconds()).toBe(21);
    expect(gate.announced()).toEqual({ remaining: 0, resetSeconds: 20, limit: 100 });
  });

  test('after as long as the Hub said, by all who wait, told and counted once', async () => {
    const { gate, clock, waits } = open();
    gate.close(10_000);
    const all = await Promise.all([1, 2, 3].map(() => settled(clock, gate.enter())));
    expect(all.map(({ ms }) => ms)).toEqual([10_000, 10_000, 10_000]);
    expect(waits).toEqual([10_000]);
    expect(gate.rateLimitWaitSeconds()).toBe(10);
  });

  test('never before the longer of two closings', async () => {
    const { gate, clock } = open();
    gate.close(10_000);
    gate.close(3_000);
    expect((await settled(clock, gate.enter())).ms).toBe(10_000);
  });
});

describe('the budget for waiting', () => {
  test('is not begun where it would not be enough', async () => {
    const { gate, clock } = open({ budgetMs: 60_000 });
    gate.close(60_001);
    const { ms, kind, text } = await settled(clock, gate.enter());
    expect({ ms, kind }).toEqual({ ms: 0, kind: 'rate-limited' });
    expect(text).toMatch(/max-wait-minutes \(1\)/);
    expect(gate.rateLimitWaitSeconds()).toBe(0);
  });

  test('is for rate limits and retries together; overlapping waits count once', async () => {
    const { gate, clock } = open({ budgetMs: 15_000 });
    const both = await Promise.all([settled(clock, gate.pause(10_000)), settled(clock, gate.pause(4_000))]);
    expect(both.map(({ kind }) => kind)).toEqual([undefined, undefined]);
    gate.close(5_000);
    expect((await settled(clock, gate.enter())).kind).toBeUndefined();
    expect((await settled(clock, gate.pause(1))).kind).toBe('unavailable');
    expect(gate.rateLimitWaitSeconds()).toBe(5);
  });

  test('of nothing allows no wait', async () => {
    const { gate, clock } = open({ budgetMs: 0 });
    expect(await settled(clock, gate.pause(0))).toEqual({ ms: 0 });
    expect((await settled(clock, gate.pause(1))).kind).toBe('unavailable');
    gate.close(1);
    expect((await settled(clock, gate.enter())).kind).toBe('rate-limited');
  });
});

test('a stop ends every wait, and counts what was waited only', async () => {
  const stop = new AbortController();
  const { gate, clock } = open({ stop: stop.signal });
  gate.close(60_000);
  const waiting = [gate.enter(), gate.pause(90_000)].map((wait) =>
    wait.catch((error: { kind: string }) => error.kind),
  );
  const timer = clock.sleep(7_000, never).then(() => stop.abort());
  await clock.run();
  await timer;
  expect(await Promise.all(waiting)).toEqual(['cancelled', 'cancelled']);
  expect(gate.rateLimitWaitSeconds()).toBe(7);
  expect((await settled(clock, gate.enter())).kind).toBe('cancelled');
});

test('nobody runs into a limit that was announced, and everybody gets through', async () => {
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
        const { gate, clock } = open({ budgetMs: Number.POSITIVE_INFINITY });
        const lengthMs = windowSeconds * 1_000;
        let endsAt = clock.now() + lengthMs - (elapsedMs % lengthMs);
        let used = Math.min(usedBefore, limit - 1);
        let over = 0;
        let done = 0;

        async function send(): Promise<void> {
          await gate.enter();
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
          gate.leave(told);
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
        await clock.run();
        await all;
        expect({ done, over }).toEqual({ done: requests, over: 0 });
      },
    ),
    { numRuns: 150 },
  );
});
