import { TEST_TOKEN } from '../simulator/index.ts';
import { measuredRun } from './bundle.ts';
import { startBenchHub } from './hub.ts';
import { asked, groupName } from './organization.ts';

/** What a way of spreading the same work over jobs took. */
export interface Spread {
  readonly what: string;
  readonly seconds: number;
  readonly refusedForQuota: number;
}

const JOBS = 3;
const PEOPLE = 300;
const TOKENS = Array.from({ length: JOBS }, (_, job) => `hf_job_${job + 1}`);
/** A tenth of a Team plan's requests in a thirtieth of its window. */
export const SMALL_QUOTA = { limit: 300, windowSeconds: 10 };

/**
 * 900 people whose addresses have to be looked up one by one, so that the quota is what they wait for:
 * in one job, in three jobs with one token, in three jobs with a token each.
 */
export async function spreads(): Promise<Spread[]> {
  return [
    await spread('one job, one token', [[0, 1, 2]], () => TEST_TOKEN),
    await spread('three jobs, one token', [[0], [1], [2]], () => TEST_TOKEN),
    await spread('three jobs, a token each', [[0], [1], [2]], (job) => TOKENS[job] ?? TEST_TOKEN),
  ];
}

async function spread(
  what: string,
  jobs: readonly number[][],
  tokenOf: (job: number) => string,
): Promise<Spread> {
  const scenario = { people: JOBS * PEOPLE, groups: JOBS, emailsShown: false };
  const hub = await startBenchHub({ scenario, latencyMs: 20, quota: SMALL_QUOTA, tokens: TOKENS });
  const people = asked(scenario);
  const started = performance.now();
  await Promise.all(
    jobs.map((groups, job) => {
      const rows = groups.flatMap((group) =>
        people.slice(group * PEOPLE, (group + 1) * PEOPLE).map(({ email }) => `${email},${groupName(group)}`),
      );
      const files = { 'people.csv': ['email,group', ...rows].join('\n') };
      return measuredRun('add-members', hub.url, {
        inputs: { csv: 'people.csv', 'hf-token': tokenOf(job) },
        files,
      });
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const { refusedForQuota, added } = await hub.report();
  await hub.close();
  if (added !== scenario.people) throw new Error(`${what}: ${added} of ${scenario.people} were added`);
  return { what, seconds, refusedForQuota };
}
