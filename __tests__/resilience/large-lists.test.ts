import { describe, expect, test } from '@jest/globals';
import { people, startHub } from '../../simulator/index.ts';
import { parseRoster } from '../../src/roster/roster.ts';
import { fakeClock } from '../support/clock.ts';
import { GROUP } from '../support/run-bundle.ts';
import { runInProcess } from '../support/run-in-process.ts';

const COUNT = 390;
const WINDOW_SECONDS = 30;

/** A Hub that hides addresses, with a quota that is too small for all look-ups of one run. */
async function hubWith(missing: number) {
  const clock = fakeClock();
  const hub = await startHub({
    orgs: [
      {
        name: 'acme',
        emailDomains: ['acme.com'],
        members: people(COUNT - missing),
        groups: [GROUP],
        verifiedEmailsVisible: false,
      },
    ],
    quota: { limit: 60, windowSeconds: WINDOW_SECONDS },
    now: clock.now,
  });
  const emails = Array.from({ length: COUNT }, (_, index) => `person-${index + 1}@acme.com`);
  const { entries } = parseRoster({ users: emails.join('\n'), role: 'read', hasDefaultGroup: true });
  /** One night: a whole quota, and time to wait for one more window. */
  const night = async () => {
    await clock.sleep(WINDOW_SECONDS * 2_000, new AbortController().signal);
    const { outcomes, problems, requests } = await runInProcess(hub, { entries, clock, maxWaitMs: 65_000 });
    const added = outcomes.filter(({ code }) => code === 'added').length;
    const refused = requests.filter(({ status }) => status === 429).length;
    return { added, outcomes, problems, refused };
  };
  return { hub, night };
}

describe('a list of hidden addresses that does not fit into the quota of one run', () => {
  test.each([0, 37])(
    'is finished by as many runs as its requests need, with %d who left',
    async (missing) => {
      const { hub, night } = await hubWith(missing);
      try {
        const nights: number[] = [];
        for (let run = 1; run <= 6 && Object.keys(hub.members(GROUP)).length < COUNT - missing; run += 1) {
          const { added, outcomes, refused, problems } = await night();
          nights.push(added);
          expect(outcomes).toHaveLength(COUNT);
          expect(refused).toBe(0);
          if (Object.keys(hub.members(GROUP)).length < COUNT - missing) {
            expect(problems.map(({ message }) => message).join()).toMatch(/set `max-wait-minutes: \d+`/);
          }
        }
        expect(Object.keys(hub.members(GROUP))).toHaveLength(COUNT - missing);
        expect(nights.every((added) => added > 0)).toBe(true);
        expect(nights.length).toBeLessThanOrEqual(4);
      } finally {
        await hub.close();
      }
    },
  );
});
