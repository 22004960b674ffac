import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brokenPromises } from './property.ts';
import { schedules } from './schedule.ts';

const RUNS = 120;

test.each([
  { job: 'add-members', hasRemoval: false },
  { job: 'sync-members', hasRemoval: true },
])(
  '$job reports what is on the Hub and finishes the work in the next run, whatever goes wrong',
  async ({ hasRemoval }) => {
    await fc.assert(
      fc.asyncProperty(schedules(hasRemoval), async (schedule) => {
        expect(await brokenPromises(schedule)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  },
  240_000,
);
