import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brokenPromises } from './property.ts';
import { schedules } from './schedule.ts';

test('whatever goes wrong, the report is what is on the Hub, and the next run finishes the work', async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      expect(await brokenPromises(schedule)).toEqual([]);
    }),
    { numRuns: 300 },
  );
}, 240_000);
