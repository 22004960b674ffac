import { spawnSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root, runBundle } from '../scripts/runner.ts';
import { type MeasuredRun, measuredRun } from './bundle.ts';
import { type BenchHub, startBenchHub } from './hub.ts';
import { asked, groupName, ORG, type Scenario } from './organization.ts';

/** One figure that is promised, as it was measured in this run. */
export interface Claim {
  readonly what: string;
  readonly measured: number;
  readonly atMost: number;
  readonly unit: string;
}

const LATENCY_MS = 60;

/** Runs the bundle on people of a scenario, in all of its groups, on a Hub of its own. */
async function addAll(
  scenario: Scenario,
  latencyMs: number,
  inputs: Record<string, string> = {},
  form: 'user' | 'email' = 'email',
): Promise<{ run: MeasuredRun; hub: Awaited<ReturnType<BenchHub['report']>> }> {
  const hub = await startBenchHub({ scenario, latencyMs });
  const people = asked(scenario)
    .map((person) => person[form])
    .join('\n');
  const run = await measuredRun('add-members', hub.url, {
    inputs: { 'resource-group': '*', csv: 'people.csv', ...inputs },
    files: { 'people.csv': `user\n${people}` },
  });
  const report = await hub.report();
  await hub.close();
  return { run, hub: report };
}

/**
 * 1,000 email addresses against the latency of the requests that have to follow each other, and six groups
 * against one after the other.
 */
export async function timeClaims(): Promise<Claim[]> {
  const one = await addAll({ people: 1_000 }, LATENCY_MS);
  const path = (one.hub.requests * LATENCY_MS) / 1000;
  const six = await addAll({ people: 300, groups: 6 }, LATENCY_MS);
  let inTurn = 0;
  for (let group = 0; group < 6; group += 1) {
    inTurn += (await addAll({ people: 300, groups: 6 }, LATENCY_MS, { 'resource-group': groupName(group) }))
      .run.seconds;
  }
  return [
    {
      what: `1,000 email addresses at ${LATENCY_MS} ms: time against the critical path`,
      measured: one.run.seconds / path,
      atMost: 1.25,
      unit: 'times',
    },
    { what: 'the same: connections', measured: one.hub.connections, atMost: 16, unit: '' },
    {
      what: 'six groups of 300 at once: time against one after the other',
      measured: six.run.seconds / inTurn,
      atMost: 0.6,
      unit: 'times',
    },
    { what: 'the same: connections', measured: six.hub.connections, atMost: 16, unit: '' },
  ];
}

/** Requests of runs that are promised. */
export async function requestClaims(): Promise<Claim[]> {
  const requests = async (scenario: Scenario, form: 'user' | 'email') => {
    const inputs = { 'resource-group': groupName(0), 'allow-missing': 'true' };
    const { hub } = await addAll(scenario, 0, inputs, form);
    return hub.requests;
  };
  const claim = (what: string, measured: number, atMost: number): Claim => ({
    ...{ what, measured, atMost, unit: 'requests' },
  });
  const leaving = { people: 1_000, left: 2 };
  const left = asked(leaving).filter(({ kind }) => kind === 'left').length;
  return [
    claim('50 usernames', await requests({ people: 50 }, 'user'), 2),
    claim(`1,000 usernames, of which ${left} left`, await requests(leaving, 'user'), 24 + left),
    claim('1,000 email addresses', await requests({ people: 1_000 }, 'email'), 22),
    claim('10 email addresses', await requests({ people: 10 }, 'email'), 3),
  ];
}

/** What it takes to start, against the bare runtime: the median of several pairs. */
export async function startClaims(pairs = 9): Promise<Claim[]> {
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const started = performance.now();
    spawnSync(process.execPath, ['-e', '']);
    const bare = performance.now() - started;
    // Without a token it ends as soon as it has read its inputs.
    const { milliseconds } = await runBundle('add-members', { inputs: { org: ORG, users: 'ada' } });
    ratios.push(milliseconds / bare);
  }
  const kilobytes = globSync('*/*.js', { cwd: join(root, 'dist') })
    .map((file) => statSync(join(root, 'dist', file)).size / 1000)
    .reduce((sum, size) => sum + size, 0);
  return [
    {
      what: 'start of the bundle against the bare runtime',
      measured: median(ratios),
      atMost: 4,
      unit: 'times',
    },
    { what: 'size of all bundles together', measured: kilobytes, atMost: 1_000, unit: 'kB' },
  ];
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
