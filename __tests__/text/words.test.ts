import { describe, expect, test } from '@jest/globals';
import { progressLine } from '../../src/membership/apply/progress.ts';
import { duration, many } from '../../src/text/words.ts';

test.each([
  [0, '0 s'],
  [0.44, '0.4 s'],
  [9.9, '9.9 s'],
  [9.97, '10 s'],
  [59.6, '1 min'],
  [125, '2 min 5 s'],
  [3599.7, '1 h'],
  [3780, '1 h 3 min'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test('a number has its noun', () => {
  expect([1, 0, 20_001].map((n) => many(n, 'person', 'people'))).toEqual([
    '1 person',
    '0 people',
    '20,001 people',
  ]);
});

describe('progressLine', () => {
  const now = Date.UTC(2026, 10, 21, 9, 40, 30);

  test('tells the expected end of a long run', () => {
    expect(progressLine('Cohort 2024', { done: 150, total: 400, elapsedSeconds: 60 }, now)).toBe(
      'Cohort 2024: 150 of 400 people done, about 1 min 40 s to go (until 09:42:10 UTC)',
    );
  });

  test.each([
    { done: 0, total: 400, elapsedSeconds: 60 },
    { done: 390, total: 400, elapsedSeconds: 60 },
    { done: 400, total: 400, elapsedSeconds: 600 },
  ])('and no end where it is not known or near: %j', (progress) => {
    expect(progressLine('x', progress, now)).toBe(`x: ${progress.done} of 400 people done`);
  });
});
