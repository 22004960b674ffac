import { describe, expect, test } from '@jest/globals';
import { progressLine } from '../../../src/membership/apply/group-run.ts';

describe('progressLine', () => {
  const now = new Date(Date.UTC(2026, 10, 21, 9, 40, 30));

  test('tells the expected end of a long run, and how many were refused', () => {
    expect(
      progressLine(
        'Cohort 2024',
        { made: 148, what: 'added', refused: 2, left: 250, total: 400 },
        60_000,
        now,
      ),
    ).toBe('Cohort 2024: 148 added, 2 refused, 250 left; about 1 min 40 s to go (until 09:42:10 UTC)');
  });

  test.each([
    { added: 0, ms: 60_000, line: 'x: 0 added, 400 left' },
    { added: 390, ms: 60_000, line: 'x: 390 added, 10 left' },
    { added: 400, ms: 600_000, line: 'x: 400 added' },
  ])('tells no end that is not known or near: $line', ({ added, ms, line }) => {
    const progress = { made: added, what: 'added', refused: 0, left: 400 - added, total: 400 } as const;
    expect(progressLine('x', progress, ms, now)).toBe(line);
  });
});
