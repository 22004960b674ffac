import { afternoon, type Form } from './afternoon.ts';
import { measuredRun } from './bundle.ts';
import { type HubReport, startBenchHub } from './hub.ts';
import type { KindCounts } from './kinds.ts';
import { type Asked, asked, groupId, groupName, type Scenario } from './organization.ts';
import { inBatches, onePersonAtATime } from './scripts-of-the-guide.ts';

/** A Team plan's quota (hub-api.md, "Rate limits"). */
const QUOTA = { limit: 3_000, windowSeconds: 300 };
const CHUNK = 50;
const PAGE = 10_000;

export type Way = 'this action' | 'afternoon script' | "guide's script";

export interface Row extends Omit<HubReport, 'connections'> {
  readonly way: Way;
  readonly form: Form;
  readonly people: number;
  readonly latencyMs: number;
  readonly seconds: number;
  /** Requests that no client can do without. */
  readonly floor: KindCounts;
}

/** Of a hundred people, three are in the group already, two left the organization, and one gives a private address. */
export function scenarioOf(people: number): Scenario {
  return { people, inAlready: 3, left: 2, privateAddress: 1 };
}

/** The same people added to a group by this action and by both scripts, each in an organization of its own. */
export async function compare(form: Form, people: number, latencyMs: number): Promise<Row[]> {
  const scenario = scenarioOf(people);
  const guide = form === 'emails' ? onePersonAtATime : inBatches;
  const base = { form, people, latencyMs, floor: floorOf(scenario, form) };
  return [
    { ...base, way: 'this action', ...(await ourRun(scenario, form, latencyMs)) },
    { ...base, way: 'afternoon script', ...(await scriptRun(afternoon, scenario, form, latencyMs)) },
    { ...base, way: "guide's script", ...(await scriptRun(guide, scenario, form, latencyMs)) },
  ];
}

async function ourRun(scenario: Scenario, form: Form, latencyMs: number) {
  const hub = await startBenchHub({ scenario, latencyMs, quota: QUOTA });
  const users = asked(scenario).map(({ user, email }) => (form === 'emails' ? email : user));
  const run = await measuredRun(
    'add-members',
    hub.url,
    {
      inputs: { 'resource-group': groupName(0), csv: 'people.csv' },
      files: { 'people.csv': ['user', ...users].join('\n') },
    },
    true,
  );
  const report = await hub.report();
  await hub.close();
  return { seconds: run.seconds, ...report };
}

type Script = (hubUrl: string, group: string, people: readonly Asked[], form: Form) => Promise<void>;

/**
 * A script does one thing after the other, so that its time is its own work and the latency of each request. It is measured
 * without latency, which is added; the clock of the quota is set forward in the same measure.
 */
async function scriptRun(script: Script, scenario: Scenario, form: Form, latencyMs: number) {
  const hub = await startBenchHub({ scenario, latencyMs: 0, quota: QUOTA, cutLatencyMs: latencyMs });
  const started = performance.now();
  await script(hub.url, groupId(0), asked(scenario), form);
  const own = (performance.now() - started) / 1000;
  const report = await hub.report();
  await hub.close();
  return { seconds: own + (report.requests * latencyMs) / 1000, ...report };
}

/** A look at the group, the pages of the listing, and each chunk of the people to add. For usernames no listing is needed. */
function floorOf(scenario: Scenario, form: Form): KindCounts {
  const people = asked(scenario);
  const toAdd = people.filter(({ kind }) => kind === 'plain' || kind === 'private-address').length;
  const members = people.filter(({ kind }) => kind !== 'left').length + Math.ceil(scenario.people / 2) + 1;
  const page = form === 'emails' ? Math.ceil(members / PAGE) : 0;
  return { group: 1, page, chunk: Math.ceil(toAdd / CHUNK) };
}

/** How many requests those are. */
export function sum(counts: KindCounts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
