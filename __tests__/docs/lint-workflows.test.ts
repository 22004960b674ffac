import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { lintWorkflows } from '../../scripts/lint-workflows.ts';
import { read } from './pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WORKFLOW = `name: All that can be wrong
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
        uses: somebody/add-resource-group-members@v1
        with:
          user: ada
      - uses: somebody/add-resource-group-members/remove@v1
      - run: echo \${{ inputs.grupp }}
      - run: echo "$FAILED"
        env:
          FAILED: \${{ steps.add.outputs.errors }}
  tell:
    needs: ad
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
`;

const PAGE = `# A page

1. A step:

   \`\`\`yaml
   - uses: your-org/add-resource-group-members@v1
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

test('what is wrong in a workflow, a page or an action.yml is told on its line', async () => {
  const files = {
    'action.yml': read('action.yml')
      .replace('node24', 'node20')
      .replace(/"50"|'50'/, '50'),
    'dist/add-members/index.js': '',
    'examples/add.yml': WORKFLOW,
    'docs/page.md': PAGE,
    '.github/dependabot.yml': 'version: 2\nupdates: [\n',
  };
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  const findings = await lintWorkflows(folder);
  const places = findings.map(({ file, line, message }) => `${file}:${line}: ${message}`);
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
    /^docs\/page\.md:9: .* has no input `group`/,
    /^docs\/page\.md:15: .*"wiht"/,
    /^action\.yml:\d+: a default is text/,
    /^action\.yml:\d+: actions run on node24/,
    /^\.github\/dependabot\.yml:\d+: /,
  ];
  for (const pattern of expected) expect(places).toContainEqual(expect.stringMatching(pattern));
  expect(places).toHaveLength(expected.length);
});
