import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Failure } from '../../src/hub/http.ts';
import { type Attempt, backOffMs, decide, MAX_ATTEMPTS, MAX_RATE_LIMITED } from '../../src/hub/retry.ts';

function attempt(rest: Partial<Attempt> = {}): Attempt {
  return { write: false, attempts: 1, rateLimited: 0, serverSaysMs: undefined, random: () => 1, ...rest };
}

const status = (code: number): Failure => ({ kind: 'status', status: code });
const SENT: Failure = { kind: 'network', sent: true, isFinal: false };
const NOT_SENT: Failure = { kind: 'network', sent: false, isFinal: false };
const UNUSABLE: Failure = { kind: 'unusable', isFinal: false };

/** `again`, or what the request ends as. */
function outcome(failure: Failure, rest: Partial<Attempt>): string {
  const decision = decide(failure, attempt(rest));
  return decision.retry ? 'again' : decision.kind;
}

describe('after the first attempt', () => {
  test.each([
    ...[301, 302, 307, 400, 401, 402, 403, 404, 409, 410, 413, 422, 451].map(
      (code) => [`${code}`, status(code), 'refused', 'refused'] as const,
    ),
    ...[408, 425, 500, 501, 502, 503, 504, 520, 599].map(
      (code) => [`${code}`, status(code), 'again', 'lost'] as const,
    ),
    ['429', { ...status(429) }, 'again', 'again'],
    ['an answer that cannot be used', UNUSABLE, 'again', 'lost'],
    ['no answer', SENT, 'again', 'lost'],
    ['no connection', NOT_SENT, 'again', 'again'],
  ] satisfies (readonly [string, Failure, string, string])[])('%s: a read %s', (_, failure, read, write) => {
    expect({ read: outcome(failure, {}), write: outcome(failure, { write: true }) }).toEqual({ read, write });
  });
});

test.each([status(503), UNUSABLE, SENT, NOT_SENT])('%j is given up after five attempts', (failure) => {
  expect(outcome(failure, { attempts: MAX_ATTEMPTS - 1 })).toBe('again');
  expect(outcome(failure, { attempts: MAX_ATTEMPTS })).toBe('unavailable');
  if (failure !== NOT_SENT) expect(outcome(failure, { attempts: MAX_ATTEMPTS, write: true })).toBe('lost');
});

test('a failure that would repeat itself is not tried again', () => {
  for (const failure of [
    { ...NOT_SENT, isFinal: true },
    { ...UNUSABLE, isFinal: true },
  ])
    expect(outcome(failure, {})).toBe('unavailable');
  expect(outcome({ ...NOT_SENT, isFinal: true }, { write: true })).toBe('unavailable');
  expect(outcome({ ...UNUSABLE, isFinal: true }, { write: true })).toBe('lost');
});

test('429 uses up none of the attempts, and is not endless', () => {
  expect(outcome(status(429), { attempts: MAX_ATTEMPTS, rateLimited: 1 })).toBe('again');
  expect(outcome(status(429), { rateLimited: MAX_RATE_LIMITED - 1, write: true })).toBe('again');
  expect(outcome(status(429), { rateLimited: MAX_RATE_LIMITED })).toBe('rate-limited');
});

describe('the wait', () => {
  test.each([
    ['grows with the attempts', status(503), [500, 1_000, 2_000, 4_000]],
    ['grows for a connection that is not there', NOT_SENT, [500, 1_000, 2_000, 4_000]],
  ])('%s', (_, failure, waits) => {
    const told = waits.map((__, index) => decide(failure, attempt({ attempts: index + 1 })));
    expect(told).toEqual(waits.map((waitMs) => ({ retry: true, waitMs, rateLimit: false })));
  });

  test('is longer if the rate limit is used up', () => {
    const told = [1, 2, 3, 9].map((rateLimited) => decide(status(429), attempt({ rateLimited })));
    expect(told).toEqual(
      [4_000, 8_000, 16_000, 120_000].map((waitMs) => ({ retry: true, waitMs, rateLimit: true })),
    );
  });

  test.each([status(429), status(503), UNUSABLE, SENT])('is what the server says after %j', (failure) => {
    for (const serverSaysMs of [0, 1, 7_000, 3_600_000]) {
      expect(decide(failure, attempt({ serverSaysMs, rateLimited: 3 }))).toMatchObject({
        waitMs: serverSaysMs,
      });
    }
  });

  test('is left to chance, and capped', () => {
    fc.assert(
      fc.property(
        fc.nat(2_000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempts, chance) => {
          const ms = backOffMs(attempts, () => chance);
          expect(Number.isInteger(ms) && ms >= 0 && ms <= 20_000).toBe(true);
          expect(ms).toBeLessThanOrEqual(500 * 2 ** Math.max(0, attempts - 1));
        },
      ),
    );
  });
});

test('a write is sent again only if the Hub certainly did not act on it, and no refusal is questioned', () => {
  const failure = fc.oneof(
    fc.integer({ min: 300, max: 599 }).map(status),
    fc.constantFrom(UNUSABLE, SENT, NOT_SENT),
  );
  const attempts = fc.record({
    write: fc.boolean(),
    attempts: fc.integer({ min: 1, max: 9 }),
    rateLimited: fc.integer({ min: 1, max: 40 }),
    serverSaysMs: fc.option(fc.nat(), { nil: undefined }),
    random: fc.constant(Math.random),
  });
  fc.assert(
    fc.property(failure, attempts, (what, when) => {
      const decision = decide(what, when);
      const code = what.kind === 'status' ? what.status : undefined;
      const untouched = code === 429 || what === NOT_SENT;
      if (decision.retry && when.write) expect(untouched).toBe(true);
      if (!decision.retry && decision.kind === 'unavailable' && when.write) expect(untouched).toBe(true);
      if (decision.retry) expect(decision.waitMs).toBeGreaterThanOrEqual(0);
      if (code !== undefined && code < 500 && ![408, 425, 429].includes(code)) {
        expect(decision).toEqual({ retry: false, kind: 'refused' });
      }
    }),
  );
});
