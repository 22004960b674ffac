/** Runs the committed bundle on examples/members.csv against a simulated Hub with a small organization, and shows what it says. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toText } from 'hast-util-to-text';
import { DEMO } from '../simulator/demo-organization.ts';
import { startHub, TEST_TOKEN } from '../simulator/index.ts';
import { previewPage, renderTree } from './preview-page.ts';
import { root, runBundle } from './runner.ts';

const GROUP = 'Cohort 2024';
const out = join(root, 'out', 'demo');
mkdirSync(out, { recursive: true });

const csv = readFileSync(join(root, 'examples', 'members.csv'), 'utf8');
const hub = await startHub(DEMO);
const before = Object.keys(hub.members(GROUP));
console.log(`A simulated Hub is at ${hub.url}; in “${GROUP}” are ${before.join(', ')}.\n`);
console.log(`The roster, examples/members.csv:\n\n${indented(csv)}`);

const run = await runBundle('add-members', {
  inputs: {
    'hf-token': TEST_TOKEN,
    org: 'acme',
    'resource-group': GROUP,
    csv: 'members.csv',
    'hub-url': hub.url,
  },
  files: { 'members.csv': csv },
});
const joined = Object.keys(hub.members(GROUP)).filter((user) => !before.includes(user));
await hub.close();

writeFileSync(join(out, 'log.txt'), run.stdout);
writeFileSync(join(out, 'summary.md'), run.summary);
writeFileSync(join(out, 'summary.html'), previewPage('Job summary', run.summary));
copyFileSync(run.outputs['report'] ?? '', join(out, 'report.json'));
copyFileSync(run.outputs['report-csv'] ?? '', join(out, 'report.csv'));

console.log(`The log of the step:\n\n${indented(asShown(run.stdout))}`);
console.log(
  `The job summary:\n\n${indented(toText(renderTree(run.summary) as Parameters<typeof toText>[0]))}`,
);
console.log(
  `On the Hub, ${joined.join(', ')} joined “${GROUP}”. The step ended with exit status ${run.exitCode}.`,
);
console.log(
  'out/demo/ has all of it: summary.html (open it in a browser), report.json, report.csv, log.txt.',
);

/** The log as the page of a run shows it: without what only the runner reads. */
function asShown(stdout: string): string {
  return stdout
    .split('\n')
    .filter((line) => !/^::(debug|add-mask|endgroup)/.test(line))
    .map((line) =>
      line
        .replace(/^::(error|warning)[^:]*(?:file=([^,]*),line=(\d+))?[^:]*::/, '$1: ')
        .replace(/^::group::/, '▸ '),
    )
    .join('\n');
}

function indented(text: string): string {
  return text.trim().replace(/^/gm, '    ').replace(/ +$/gm, '').concat('\n');
}
