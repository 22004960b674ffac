import { expect, test } from '@jest/globals';
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
