import { measuredRun } from './bundle.ts';
import { canceledRun } from './canceled.ts';
import { startBenchHub } from './hub.ts';
import { asked, groupName, type Scenario } from './organization.ts';

/** What a large run took. */
export interface Large {
  readonly what: string;
  readonly seconds: number;
  readonly peakMiB: number;
}

/**
 * Runs at two sizes each, the second twice the first: what grows linearly doubles. `scale` 1 is the full
 * size.
 */
export async function largeRuns(scale: number): Promise<Large[]> {
  const rows: Large[] = [];
  for (const size of [scale / 2, scale]) {
    const people = Math.round(50_000 * size);
    rows.push(
      await large(
        `${people.toLocaleString('en')} rows added in chunks of 1,000, in an organization of ${(2 * people).toLocaleString('en')}`,
        { people, others: people },
        {},
      ),
    );
    const csv = Math.round(200_000 * size);
    rows.push(
      await large(
        `a dry run over ${csv.toLocaleString('en')} rows`,
        { people: csv, others: 0 },
        { 'dry-run': 'true' },
      ),
    );
    const groups = Math.round(1_000 * size);
    rows.push(await listed(groups));
  }
  const canceled = Math.round(500_000 * scale);
  const what = `a canceled run over ${canceled.toLocaleString('en')} rows: from the signal to the end`;
  rows.push({ what, ...(await canceledRun(canceled)) });
  return rows.sort((a, b) => a.what.replace(/[\d,]+/g, '').localeCompare(b.what.replace(/[\d,]+/g, '')));
}

async function large(what: string, scenario: Scenario, inputs: Record<string, string>): Promise<Large> {
  const hub = await startBenchHub({ scenario, latencyMs: 0 });
  const people = asked(scenario)
    .map(({ email }) => email)
    .join('\n');
  const { seconds, peakMiB } = await measuredRun('add-members', hub.url, {
    inputs: { 'resource-group': groupName(0), csv: 'people.csv', 'chunk-size': '1000', ...inputs },
    files: { 'people.csv': people },
  });
  await hub.close();
  return { what, seconds, peakMiB };
}

async function listed(groups: number): Promise<Large> {
  const hub = await startBenchHub({ scenario: { people: 0, groups, usersEach: 1_000 }, latencyMs: 0 });
  const { seconds, peakMiB } = await measuredRun('list-groups', hub.url, {
    inputs: { 'timeout-seconds': '120' },
  });
  await hub.close();
  return { what: `${groups.toLocaleString('en')} groups of 1,000 members each listed`, seconds, peakMiB };
}
