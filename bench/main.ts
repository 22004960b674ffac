/**
 * Measures this action beside what people run today, and every figure that is promised: `npm run bench [--
 * --quick] [-- --write]`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/runner.ts';
import { startClaims, timeClaims } from './claims.ts';
import { compare, type Row } from './compare.ts';
import { largeRuns } from './large.ts';
import { SMALL_QUOTA, spreads, spreadsOfGroups } from './machines.ts';
import { plot } from './plot.ts';
import { weights } from './size.ts';
import { comparison, markdown, number } from './tables.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const sizes = values.quick ? [10, 100, 1_000] : [10, 100, 1_000, 10_000];
const latencies = values.quick ? [20] : [20, 80];

const rows: Row[] = [];
const parts: string[] = [];
const show = (title: string, table: string) => {
  parts.push(`### ${title}\n\n${table}`);
  console.log(`${title}\n\n${table}\n`);
};

for (const latencyMs of latencies) {
  for (const people of sizes) {
    const some = await compare(people, latencyMs);
    rows.push(...some);
    show(`${number(people)} email addresses, ${latencyMs} ms per request`, comparison(some));
  }
}
const claims = [...(await timeClaims()), ...(await startClaims())];
show(
  'What is promised',
  markdown(
    ['', 'measured', 'at most'],
    claims.map(({ what, measured, atMost, unit }) => [
      what,
      `${number(measured)} ${unit}`.trim(),
      `${number(atMost)} ${unit}`.trim(),
    ]),
  ),
);
const large = await largeRuns(values.quick ? 0.1 : 1);
show(
  'Large runs, without latency',
  markdown(
    ['', 'time', 'most memory'],
    large.map(({ what, seconds, peakMiB }) => [
      what,
      `${seconds.toFixed(1)} s`,
      `${Math.round(peakMiB)} MiB`,
    ]),
  ),
);

const machines = values.quick ? [] : await spreads();
if (machines.length > 0) {
  show(
    `900 look-ups under a quota of ${SMALL_QUOTA.limit} in ${SMALL_QUOTA.windowSeconds} s`,
    markdown(
      ['', 'time', 'answered with 429'],
      machines.map(({ what, seconds, refusedForQuota }) => [
        what,
        `${seconds.toFixed(0)} s`,
        number(refusedForQuota),
      ]),
    ),
  );
}

const groups = values.quick ? [] : await spreadsOfGroups();
if (groups.length > 0) {
  show(
    '200 groups of 50 people, one token, 60 ms a request',
    markdown(
      ['', 'requests', 'time'],
      groups.map(({ what, requests, seconds }) => [what, number(requests), `${seconds.toFixed(1)} s`]),
    ),
  );
}

const bundle = values.quick ? [] : await weights();
if (bundle.length > 0) {
  show(
    'What dist/common consists of, each file minified by itself',
    markdown(
      ['', 'at most'],
      bundle.map(({ name, kilobytes }) => [name, `${kilobytes.toFixed(1)} kB`]),
    ),
  );
}

mkdirSync(join(root, 'out'), { recursive: true });
writeFileSync(
  join(root, 'out', 'bench.json'),
  JSON.stringify({ rows, claims, large, machines, groups, bundle }, null, 2),
);
console.log('out/bench.json has all figures.');
if (values.write) write();

/** Writes the figures into docs/performance.md and docs/bench.svg. */
function write(): void {
  const latencyMs = latencies.at(-1) ?? 20;
  writeFileSync(join(root, 'docs', 'bench.svg'), plot(rows, latencyMs));
  fill('docs/performance.md', 'bench', parts.join('\n\n'));
}

function fill(file: string, name: string, text: string): void {
  const path = join(root, file);
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const before = readFileSync(path, 'utf8');
  if (!before.includes(start) || !before.includes(end))
    throw new Error(`${file} has no place for ${name}: ${start}`);
  writeFileSync(
    path,
    `${before.slice(0, before.indexOf(start) + start.length)}\n\n${text}\n\n${before.slice(before.indexOf(end))}`,
  );
}
