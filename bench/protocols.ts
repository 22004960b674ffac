import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measuredRun } from './bundle.ts';
import { type HubOrder, withHub } from './hub.ts';
import { asked, groupName, type Scenario } from './organization.ts';

/** What the same run took over HTTP/1.1 and HTTP/2. */
export interface ProtocolRow {
  readonly what: string;
  readonly seconds: readonly [http1: number, http2: number];
  readonly connections: readonly [http1: number, http2: number];
}

const ROUND_TRIP_MS = 80;
const TIMES = 5;

/** Runs over TLS, with a line whose round trip takes 80 ms: the median of five each, in turn. */
export async function protocols(): Promise<ProtocolRow[]> {
  return [
    await row('10 email addresses', { people: 10 }),
    await row('1,000 email addresses', { people: 1_000 }),
    await row('1,000 hidden email addresses', { people: 1_000, emailsShown: false }),
    await row('200 groups of 50 people', { people: 50, groups: 200 }),
  ];
}

async function row(what: string, scenario: Scenario): Promise<ProtocolRow> {
  const runs = { 'HTTP/1.1': [] as Run[], 'HTTP/2': [] as Run[] };
  for (let time = 0; time < TIMES; time += 1) {
    for (const protocol of ['HTTP/1.1', 'HTTP/2'] as const)
      runs[protocol].push(await once(scenario, protocol));
  }
  const [one, two] = [median(runs['HTTP/1.1']), median(runs['HTTP/2'])];
  return { what, seconds: [one.seconds, two.seconds], connections: [one.connections, two.connections] };
}

interface Run {
  readonly seconds: number;
  readonly connections: number;
}

async function once(scenario: Scenario, protocol: NonNullable<HubOrder['line']>['protocol']): Promise<Run> {
  const line = { protocol, roundTripMs: ROUND_TRIP_MS };
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const run = await withHub({ scenario, latencyMs: 0, line }, async (hub) => {
    const path = join(folder, 'hub.pem');
    writeFileSync(path, hub.certificate);
    const groups = Array.from({ length: scenario.groups ?? 1 }, (_, index) => groupName(index));
    const rows = groups.flatMap((group) => asked(scenario).map(({ email }) => `${email},${group}`));
    const { seconds } = await measuredRun('add-members', hub.url, {
      inputs: { csv: 'people.csv' },
      files: { 'people.csv': ['email,group', ...rows].join('\n') },
      env: { NODE_EXTRA_CA_CERTS: path },
    });
    const { connections, added } = await hub.report();
    if (added !== rows.length) throw new Error(`${protocol}: ${added} of ${rows.length} were added`);
    return { seconds, connections };
  });
  rmSync(folder, { recursive: true });
  return run;
}

function median(runs: readonly Run[]): Run {
  const middle = runs.toSorted((one, other) => one.seconds - other.seconds)[Math.floor(runs.length / 2)];
  if (middle === undefined) throw new TypeError('nothing was run');
  return middle;
}
