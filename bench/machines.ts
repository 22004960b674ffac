import { TEST_TOKEN } from '../simulator/index.ts';
import { measuredRun } from './bundle.ts';
import { startBenchHub } from './hub.ts';
import { asked, groupName } from './organization.ts';

/** What a way of spreading the same work over jobs took. */
export interface Spread {
  readonly what: string;
  readonly seconds: number;
  readonly requests: number;
  readonly refusedForQuota: number;
}

const JOBS = 3;
const PEOPLE = 300;
const TOKENS = Array.from({ length: JOBS }, (_, job) => `hf_job_${job + 1}`);
const TEAM_QUOTA = { limit: 3_000, windowSeconds: 300 };
/** A tenth of a Team plan's requests in a thirtieth of its window. */
export const SMALL_QUOTA = { limit: 300, windowSeconds: 10 };

/**
 * 900 people whose addresses have to be looked up one by one, so that the quota is what they wait for:
 * in one job, in three jobs with one token, in three jobs with a token each.
 */
export async function spreads(): Promise<Spread[]> {
  return [
    await spread('900 look-ups: one job, one token', [[0, 1, 2]], () => TEST_TOKEN),
    await spread('900 look-ups: three jobs, one token', [[0], [1], [2]], () => TEST_TOKEN),
    await spread(
      '900 look-ups: three jobs, a token each',
      [[0], [1], [2]],
      (job) => TOKENS[job] ?? TEST_TOKEN,
    ),
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
  const { requests, refusedForQuota, added } = await hub.report();
  await hub.close();
  if (added !== scenario.people) throw new Error(`${what}: ${added} of ${scenario.people} were added`);
  return { what, seconds, requests, refusedForQuota };
}

const GROUPS = 200;
const PEOPLE_EACH = 50;
const LATENCY_MS = 80;

/**
 * The same for 200 groups of 50 people whose addresses the listing shows, so that latency is what they wait
 * for: in one job, and in several with one token.
 */
export async function spreadsOfGroups(): Promise<Spread[]> {
  const rows = [];
  for (const jobs of [1, 2, 4, 8]) rows.push(await spreadGroups(jobs));
  return rows;
}

async function spreadGroups(jobs: number): Promise<Spread> {
  const scenario = { people: PEOPLE_EACH, groups: GROUPS };
  const hub = await startBenchHub({ scenario, latencyMs: LATENCY_MS, quota: TEAM_QUOTA });
  const people = asked(scenario);
  const started = performance.now();
  await Promise.all(
    Array.from({ length: jobs }, (_, job) => {
      const groups = Array.from({ length: GROUPS / jobs }, (_, index) => (job * GROUPS) / jobs + index);
      const rows = groups.flatMap((group) => people.map(({ email }) => `${email},${groupName(group)}`));
      const files = { 'people.csv': ['email,group', ...rows].join('\n') };
      return measuredRun('add-members', hub.url, { inputs: { csv: 'people.csv' }, files });
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  const { refusedForQuota, requests, added } = await hub.report();
  await hub.close();
  const what = `${GROUPS} groups of ${PEOPLE_EACH}: ${jobs === 1 ? 'one job' : `${jobs} jobs`}`;
  if (added !== GROUPS * PEOPLE_EACH) throw new Error(`${what}: ${added} were added`);
  return { what, seconds, refusedForQuota, requests };
}
