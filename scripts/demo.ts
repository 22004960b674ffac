/**
 * Runs a committed bundle against a simulated Hub with a small organization, and shows what it says: add-members with
 * examples/members.csv, or, with the argument `sync-members`, removals with examples/cohort.csv.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toText } from 'hast-util-to-text';
import { DEMO } from '../simulator/demo-organization.ts';
import { startHub, TEST_TOKEN } from '../simulator/index.ts';
import { previewPage, renderTree } from './preview-page.ts';
import { root, runBundle } from './runner.ts';

const DEMOS = {
  'add-members': { roster: 'members.csv', inputs: {} },
  'sync-members': {
    roster: 'cohort.csv',
    inputs: { 'on-unlisted': 'remove', 'protected-users': 'grace-hopper' },
  },
} as const;

const GROUP = 'Cohort 2024';
const action = process.argv[2] === 'sync-members' ? 'sync-members' : 'add-members';
const { roster, inputs } = DEMOS[action];
const out = join(root, 'out', 'demo');
mkdirSync(out, { recursive: true });

const csv = readFileSync(join(root, 'examples', roster), 'utf8');
const hub = await startHub(DEMO);
const before = Object.keys(hub.members(GROUP));
console.log(`A simulated Hub is at ${hub.url}; in “${GROUP}” are ${before.join(', ')}.\n`);
console.log(`The roster, examples/${roster}:\n\n${indented(csv)}`);
const settings = Object.entries(inputs).map(([name, value]) => `${name}: ${value}`);
if (settings.length > 0) console.log(`The inputs besides it:\n\n${indented(settings.join('\n'))}`);

const run = await runBundle(action, {
  inputs: {
    'hf-token': TEST_TOKEN,
    org: 'acme',
    'resource-group': GROUP,
    csv: roster,
    'hub-url': hub.url,
    ...inputs,
  },
  files: { [roster]: csv },
});
const after = Object.keys(hub.members(GROUP));
const joined = after.filter((user) => !before.includes(user));
const left = before.filter((user) => !after.includes(user));
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
const who = [
  ...(joined.length > 0 ? [`${joined.join(', ')} joined “${GROUP}”`] : []),
  ...(left.length > 0 ? [`${left.join(', ')} left it`] : []),
];
console.log(`On the Hub, ${who.join(', and ')}. The step ended with exit status ${run.exitCode}.`);
console.log(
  'out/demo/ has all of it: summary.html (open it in a browser), report.json, report.csv, log.txt.',
);
if (action === 'add-members') console.log('For a run with removals: npm run demo sync-members');

/** The log as the page of a run shows it: without what only the runner reads. */
function asShown(stdout: string): string {
  return stdout
    .split('\n')
    .filter((line) => !/^::(debug|add-mask|endgroup)/.test(line))
    .map((line) =>
      line
        .replace(
          /^::(error|warning|notice)(?: [^:]*?)?(?:file=([^,:]*),line=(\d+)[^:]*)?::/,
          (_, kind, file, on) => (file === undefined ? `${kind}: ` : `${kind}: ${file}:${on}: `),
        )
        .replace(/^::group::/, '▸ '),
    )
    .join('\n');
}

function indented(text: string): string {
  return text.trim().replace(/^/gm, '    ').replace(/ +$/gm, '').concat('\n');
}
