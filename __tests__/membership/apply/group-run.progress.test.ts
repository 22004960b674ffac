import { describe, expect, test } from '@jest/globals';
import { progressLine } from '../../../src/membership/apply/group-run.ts';

describe('progressLine', () => {
  const now = new Date(Date.UTC(2026, 10, 21, 9, 40, 30));

  test('tells the expected end of a long run, and how many were refused', () => {
    expect(progressLine('Cohort 2024', { done: 150, refused: 2, total: 400 }, 60_000, now)).toBe(
      'Cohort 2024: 150 of 400 people processed, 2 refused; about 1 min 40 s left (until 09:42:10 UTC)',
    );
  });

  test.each([
    { done: 0, ms: 60_000 },
    { done: 390, ms: 60_000 },
    { done: 400, ms: 600_000 },
  ])('tells no end that is not known or near: %j', ({ done, ms }) => {
    const line = progressLine('x', { done, refused: 0, total: 400 }, ms, now);
    expect(line).toBe(`x: ${done} of 400 people processed`);
  });
});
