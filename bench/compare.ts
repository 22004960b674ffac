import { measuredRun } from './bundle.ts';
import { type HubReport, startBenchHub } from './hub.ts';
import { asked, groupId, groupName, type Scenario } from './organization.ts';
import { inBatches, onePersonAtATime, type Script } from './scripts-of-the-guide.ts';

/** A Team plan's quota (hub-api.md, "Rate limits"). */
const QUOTA = { limit: 3_000, windowSeconds: 300 };
const CHUNK = 50;
const PAGE = 10_000;

export interface Row extends Omit<HubReport, 'connections'> {
  readonly who: 'this action' | 'script, one by one' | 'script, in batches' | 'cannot be avoided';
  readonly people: number;
  readonly latencyMs: number;
  readonly seconds: number;
}

/**
 * Who is asked for: of a hundred, three are in already, two left the organization, and one gives a private
 * address.
 */
export function scenarioOf(people: number): Scenario {
  return { people, inAlready: 3, left: 2, privateAddress: 1 };
}

/**
 * The same people put into a group by this action and by both scripts, each on an organization of its own.
 */
export async function compare(people: number, latencyMs: number): Promise<Row[]> {
  const scenario = scenarioOf(people);
  return [
    floor(scenario, latencyMs),
    await ourRow(scenario, latencyMs),
    await scriptRow('script, in batches', inBatches, scenario, latencyMs),
    await scriptRow('script, one by one', onePersonAtATime, scenario, latencyMs),
  ];
}

async function ourRow(scenario: Scenario, latencyMs: number): Promise<Row> {
  const hub = await startBenchHub({ scenario, latencyMs, quota: QUOTA });
  const users = asked(scenario)
    .map(({ email }) => email)
    .join('\n');
  const run = await measuredRun(
    'add-members',
    hub.url,
    { inputs: { 'resource-group': groupName(0), csv: 'people.csv' }, files: { 'people.csv': users } },
    true,
  );
  const row = {
    who: 'this action' as const,
    people: scenario.people,
    latencyMs,
    seconds: run.seconds,
    ...(await hub.report()),
  };
  await hub.close();
  return row;
}

/**
 * A script does one thing after the other, so that its time is its own work and the latency of each request.
 * It is measured without latency, which is added; the clock of the quota is set forward in the same measure.
 */
async function scriptRow(
  who: Row['who'],
  script: Script,
  scenario: Scenario,
  latencyMs: number,
): Promise<Row> {
  const hub = await startBenchHub({ scenario, latencyMs: 0, quota: QUOTA, cutLatencyMs: latencyMs });
  const started = performance.now();
  await script(hub.url, groupId(0), asked(scenario));
  const own = (performance.now() - started) / 1000;
  const report = await hub.report();
  await hub.close();
  const seconds = own + (report.requests * latencyMs) / 1000;
  return { who, people: scenario.people, latencyMs, seconds, ...report };
}

/**
 * One look at the group, the listing's pages, and each chunk of those who have to be added: all in sequence.
 */
function floor(scenario: Scenario, latencyMs: number): Row {
  const people = asked(scenario);
  const toAdd = people.filter(({ kind }) => kind === 'plain' || kind === 'private-address').length;
  const members = people.filter(({ kind }) => kind !== 'left').length + Math.ceil(scenario.people / 2) + 1;
  const requests = 1 + Math.ceil(members / PAGE) + Math.ceil(toAdd / CHUNK);
  return {
    who: 'cannot be avoided',
    people: scenario.people,
    latencyMs,
    seconds: (requests * latencyMs) / 1000,
    requests,
    refusedForQuota: 0,
    added: toAdd,
    lost: 0,
    strangers: 0,
  };
}
