import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { announcedQuota, retryAfterMs } from '../../src/hub/rate-limiter.ts';

describe('the quota that is announced', () => {
  const policy = '"fixed window";"api";q=3000;w=300';

  test.each([
    [
      'as the Hub does',
      '"api";r=2999;t=123',
      policy,
      { remaining: 2999, resetSeconds: 123, limit: 3000, windowSeconds: 300 },
    ],
    ['without a policy', '"api";r=5;t=1', undefined, { remaining: 5, resetSeconds: 1 }],
    [
      'with a policy of something else',
      '"api";r=5;t=1',
      '"pages";q=9;w=1',
      { remaining: 5, resetSeconds: 1 },
    ],
    [
      'with space',
      ' "api" ; r=0 ; t=300 ',
      policy,
      { remaining: 0, resetSeconds: 300, limit: 3000, windowSeconds: 300 },
    ],
    [
      'in another order',
      '"api";t=7;r=6',
      '"api";w=300;q=10',
      { remaining: 6, resetSeconds: 7, limit: 10, windowSeconds: 300 },
    ],
    [
      'without a time',
      '"api";r=6',
      policy,
      { remaining: 6, resetSeconds: 0, limit: 3000, windowSeconds: 300 },
    ],
    [
      'with more than we know',
      '"api";r=6;t=7;pk=:YQ==:',
      policy,
      { remaining: 6, resetSeconds: 7, limit: 3000, windowSeconds: 300 },
    ],
    [
      'for several things: the least counts',
      '"pages";r=900;t=9, "api";r=6;t=7, "resolvers";r=40;t=1',
      '"fixed window";"pages";q=1000;w=300, "fixed window";"api";q=3000;w=300',
      { remaining: 6, resetSeconds: 7, limit: 3000, windowSeconds: 300 },
    ],
    [
      'in two headers',
      ['"pages";r=9;t=9', '"api";r=6;t=7'],
      [policy],
      { remaining: 6, resetSeconds: 7, limit: 3000, windowSeconds: 300 },
    ],
    [
      'with a second policy that is empty',
      '"api";r=6;t=7, "extra"',
      '"fixed window";"api";q=3000;w=300, "api", "extra"',
      { remaining: 6, resetSeconds: 7, limit: 3000, windowSeconds: 300 },
    ],
    [
      'with a second policy of nothing',
      '"api";r=6;t=7, "extra";r=0;t=300',
      '"fixed window";"api";q=3000;w=300, "extra";q=0;w=300',
      { remaining: 6, resetSeconds: 7, limit: 3000, windowSeconds: 300 },
    ],
    [
      'with two policies for one thing: the smaller counts',
      '"api";r=6;t=7',
      '"api";q=3000;w=300, "api";q=100;w=10',
      { remaining: 6, resetSeconds: 7, limit: 100, windowSeconds: 300 },
    ],
  ])('%s', (_, limit, policies, announced) => {
    expect(announcedQuota({ ratelimit: limit, 'ratelimit-policy': policies })).toEqual(announced);
  });

  test.each([
    undefined,
    '',
    'garbage',
    '"api"',
    '"api";r=',
    '"api";r=-1;t=5',
    '"api";r=1.5;t=5',
    '"api";r=many',
    'r = 5',
    ';;;,,,',
    '100',
    'limit=100, remaining=50, reset=5',
  ])('cannot be understood: %j', (limit) => {
    expect(announcedQuota({ ratelimit: limit })).toBeUndefined();
  });

  test('is found or not in any text, without trouble', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^["a-z;=, rt0-9]*$/)), (text) => {
        const quota = announcedQuota({ ratelimit: text, 'ratelimit-policy': text });
        if (quota === undefined) return;
        expect(Number.isInteger(quota.remaining) && quota.remaining >= 0).toBe(true);
        expect(quota.resetSeconds).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 10, 21, 18, 0, 0);

  test.each([
    ['120', 120_000],
    [' 7 ', 7_000],
    ['0', 0],
    ['1.5', 1_500],
    ['Sat, 21 Nov 2026 18:00:30 GMT', 30_000],
    ['Saturday, 21-Nov-26 18:00:30 GMT', 30_000],
    ['Sat Nov 21 18:00:30 2026 GMT', 30_000],
    ['Sat, 21 Nov 2026 17:59:00 GMT', 0],
    [['30', '60'], 30_000],
  ])('says so: %j', (text, ms) => {
    expect(retryAfterMs({ 'retry-after': text }, now)).toBe(ms);
  });

  test.each([
    undefined,
    '',
    '  ',
    '-5',
    'soon',
    'Jan 1',
    'Sat Nov 21',
    '2026',
    '10 minutes',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '2026-11-21',
    [],
  ])('says nothing usable: %j', (text) => {
    // 2026 alone is seconds: as a year it would be a wait for nothing.
    expect(retryAfterMs({ 'retry-after': text }, now)).toBe(text === '2026' ? 2_026_000 : undefined);
  });

  test('is never less than nothing, nor anything else than a number', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
        ),
        (text) => {
          const ms = retryAfterMs({ 'retry-after': text }, now);
          expect(ms === undefined || ms >= 0).toBe(true);
        },
      ),
    );
  });
});
