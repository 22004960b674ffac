/**
 * Measures this action beside what people run today, and every figure that is promised: `npm run bench [-- --quick]
 * [-- --write] [-- <part>]`. The parts are the keys of PARTS.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../scripts/runner.ts';
import { requestClaims, startClaims, timeClaims } from './claims.ts';
import { compare, type Row } from './compare.ts';
import { largeRuns } from './large.ts';
import { spreads, spreadsOfGroups } from './machines.ts';
import { nights } from './nights.ts';
import { plot } from './plot.ts';
import { protocols } from './protocols.ts';
import { weights } from './size.ts';
import { comparison, explanation, markdown, number, seconds } from './tables.ts';

const LATENCY_MS = 80;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const sizes = values.quick ? [10, 100, 1_000] : [10, 100, 1_000, 10_000];

/** Tables by the place in docs/performance.md that they are written to. */
const PARTS: Readonly<Record<string, () => Promise<string>>> = {
  compare: async () => {
    const emails = await compareAll('emails');
    const usernames = await compareAll('usernames');
    if (values.write) writeFileSync(join(root, 'docs', 'bench.svg'), plot(emails, LATENCY_MS));
    return [
      `### Email addresses, ${LATENCY_MS} ms per request\n\n${comparison(emails)}${explanation(emails)}`,
      `### Usernames, ${LATENCY_MS} ms per request\n\n${comparison(usernames)}${explanation(usernames)}`,
    ].join('\n\n');
  },
  scale: async () => {
    const large = await largeRuns(values.quick ? 0.1 : 1);
    const rows = large.map(({ what, seconds: time, peakMiB }) => [
      what,
      seconds(time),
      `${Math.round(peakMiB)} MiB`,
    ]);
    return markdown(['without latency', 'time', 'most memory'], rows);
  },
  nights: async () =>
    markdown(
      ['run', 'requests', 'time', 'added', 'answered with 429'],
      (await nights()).map((one, index) => [
        String(index + 1),
        ...[number(one.requests), seconds(one.seconds), number(one.added), number(one.refusedForQuota)],
      ]),
    ),
  jobs: async () =>
    markdown(
      ['', 'requests', 'time', 'answered with 429'],
      [...(await spreadsOfGroups()), ...(await spreads())].map((one) => [
        ...[one.what, number(one.requests), seconds(one.seconds), number(one.refusedForQuota)],
      ]),
    ),
  protocols: async () =>
    markdown(
      ['', 'HTTP/1.1', 'HTTP/2', 'connections over HTTP/1.1', 'over HTTP/2'],
      (await protocols()).map((one) => [
        one.what,
        ...one.seconds.map(seconds),
        ...one.connections.map(number),
      ]),
    ),
  promises: async () =>
    markdown(
      ['', 'measured', 'at most'],
      [...(await requestClaims()), ...(await timeClaims()), ...(await startClaims())].map((claim) => [
        claim.what,
        ...[claim.measured, claim.atMost].map((figure) => `${number(figure)} ${claim.unit}`.trim()),
      ]),
    ),
  bundle: async () =>
    markdown(
      ['', 'at most'],
      (await weights()).map(({ name, kilobytes }) => [name, `${kilobytes.toFixed(1)} kB`]),
    ),
};
const QUICK = ['compare', 'scale', 'promises'];

async function compareAll(form: Row['form']): Promise<Row[]> {
  const rows: Row[] = [];
  for (const people of sizes) rows.push(...(await compare(form, people, LATENCY_MS)));
  return rows;
}

const machine = `Node ${process.versions.node}, ${availableParallelism()} cores of ${cpus()[0]?.model ?? 'an unknown processor'}`;
console.log(`${machine}\n`);
const tables: Record<string, string> = { machine: `Measured with ${machine}.` };
const wanted = positionals.length > 0 ? positionals : values.quick ? QUICK : Object.keys(PARTS);
for (const name of wanted) {
  const measure = PARTS[name];
  if (measure === undefined) throw new Error(`There is no part ${name}: ${Object.keys(PARTS).join(', ')}`);
  const table = await measure();
  tables[name] = table;
  console.log(`## ${name}\n\n${table}\n`);
}
mkdirSync(join(root, 'out'), { recursive: true });
writeFileSync(join(root, 'out', 'bench.json'), JSON.stringify(tables, null, 2));
if (values.write)
  for (const [name, table] of Object.entries(tables)) fill('docs/performance.md', name, table);

/** Writes a table between the marks of its name. */
function fill(file: string, name: string, text: string): void {
  const path = join(root, file);
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const before = readFileSync(path, 'utf8');
  if (!before.includes(start) || !before.includes(end))
    throw new Error(`${file} has no place for ${name}: ${start}`);
  const head = before.slice(0, before.indexOf(start) + start.length);
  writeFileSync(path, `${head}\n\n${text}\n\n${before.slice(before.indexOf(end))}`);
}
