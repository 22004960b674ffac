import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { root } from '../../scripts/runner.ts';
import { read } from './pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WORKFLOW = `name: Mistakes
on:
  push:
  workflow_dispatch:
    inputs:
      group:
        type: string
jobs:
  add:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: add
        uses: octo/add-resource-group-members@v1
        with:
          user: ada
      - uses: octo/add-resource-group-members/nothing@v1
      - run: echo \${{ inputs.grupp }}
      - run: echo "$FAILED"
        env:
          FAILED: \${{ steps.add.outputs.errors }}
  tell:
    needs: ad
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
`;

/** Syntax that actionlint does not know, once as it should be and once with mistakes. */
const NEWER = `on:
  schedule:
    - cron: "23 3 * * *"
      timezone: Europe/Berlin
permissions: {}
concurrency: { group: people, queue: max }
jobs:
  add:
    runs-on: ubuntu-latest
    permissions: { attestations: write }
    environment: { name: hugging-face, deployment: false }
    steps:
      - uses: $/
`;
const NEWER_WRONG = NEWER.replace('3 * * *', '25 * * *')
  .replace('Europe/Berlin', 'Berlin')
  .replace('queue: max', 'queue: last, cancel-in-progress: true')
  .replace('attestations', 'attestation')
  .replace('deployment: false', 'deployment: never')
  .replace('$/', '$/nowhere');

const PAGE = `# A page

1. A step:

   \`\`\`yaml
   - uses: OWNER/add-resource-group-members@v1
     with:
       org: acme
       group: Cohort
   \`\`\`

\`\`\`yaml
on: push
permissions: {}
jobs: { add: { runs-on: ubuntu-latest, steps: [{ uses: ./x, wiht: {} }] } }
\`\`\`
`;

test('mistakes in a workflow, a page or an action.yml are reported on their lines', () => {
  const files = {
    'action.yml': read('action.yml')
      .replace('node24', 'node20')
      .replace(/"50"|'50'/, '50'),
    'dist/add-members/index.js': '',
    'examples/add.yml': WORKFLOW,
    'examples/newer.yml': NEWER,
    'examples/wrong.yml': NEWER_WRONG,
    'docs/page.md': PAGE,
    '.github/dependabot.yml': 'version: 2\nupdates: [\n',
  };
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  const { stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'lint-workflows.ts'), folder], {
    encoding: 'utf8',
  });
  const found = stderr.trim().split('\n');
  const expected = [
    /^examples\/add\.yml:1: .*permissions/,
    /^examples\/add\.yml:12: actions\/checkout@v4 must be pinned/,
    /^examples\/add\.yml:13: .* needs the input `org`/,
    /^examples\/add\.yml:16: .* has no input `user`/,
    /^examples\/add\.yml:17: there is no action at/,
    /^examples\/add\.yml:18: an expression in a script/,
    /^examples\/add\.yml:18: property "grupp" is not defined/,
    /^examples\/add\.yml:21: .*no output `errors`/,
    /^examples\/add\.yml:22: .*"ad"/,
    /^examples\/add\.yml:23: .*'ad'.*GitHub's parser/,
    /^examples\/wrong\.yml:3: .*[Cc]ron.*GitHub's parser/,
    /^examples\/wrong\.yml:4: "Berlin" is not a time zone/,
    /^examples\/wrong\.yml:6: `queue` is single or max/,
    /^examples\/wrong\.yml:6: `queue` cannot stand beside/,
    /^examples\/wrong\.yml:6: Unexpected value 'last'.*GitHub's parser/,
    /^examples\/wrong\.yml:10: Unexpected value 'attestation'.*GitHub's parser/,
    /^examples\/wrong\.yml:10: unknown permission scope "attestation"/,
    /^examples\/wrong\.yml:11: `deployment` is true or false/,
    /^examples\/wrong\.yml:11: .*'never'.*GitHub's parser/,
    /^examples\/wrong\.yml:11: Unexpected type.*GitHub's parser/,
    /^examples\/wrong\.yml:13: there is no action at \$\/nowhere/,
    /^docs\/page\.md:9: .* has no input `group`/,
    /^docs\/page\.md:15: .*"wiht"/,
    /^docs\/page\.md:15: .*'wiht'.*GitHub's parser/,
    /^action\.yml:\d+: a default is a string/,
    /^action\.yml:\d+: actions run on node24/,
    /^\.github\/dependabot\.yml:\d+: /,
  ];
  for (const pattern of expected) expect(found).toContainEqual(expect.stringMatching(pattern));
  expect(found).toHaveLength(expected.length);
});
