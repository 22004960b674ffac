import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type ActionName, definition, type RunOutcome, root, runBundle } from '../../scripts/runner.ts';
import { DEMO } from '../../simulator/demo-organization.ts';
import { GITHUB_TOKEN, startGitHub } from '../../simulator/github/index.ts';
import { type SimulatedHub, startHub, TEST_TOKEN } from '../../simulator/index.ts';
import type { TokenSpec } from '../../simulator/options.ts';
import { blocks, README, read } from './pages.ts';

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** A token for dry runs, which can read the organization and change nothing. */
const READER: TokenSpec = {
  token: 'hf_org_reader',
  user: 'grace-hopper',
  type: 'fineGrained',
  scoped: [{ entity: { type: 'org', name: 'acme' }, permissions: ['org.read'] }],
};

let hub: SimulatedHub;
beforeEach(async () => {
  hub = await startHub({ ...DEMO, tokens: [READER] });
});
afterEach(() => hub.close());

const FILES = {
  'members.csv': read('examples/members.csv'),
  'cohort.csv': read('examples/cohort.csv'),
  'members/acme/Research.csv': 'alan\nada\n',
};

interface RunOptions {
  /** What `${{ … }}` stands for, besides the secrets. */
  readonly values?: Readonly<Record<string, string>>;
  /** Files of the workspace in place of, or besides, the usual ones. */
  readonly files?: Readonly<Record<string, string>>;
  readonly event?: unknown;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the only step of a job that uses an action of this repository, against the simulated Hub. */
async function run(
  workflow: string,
  job: string,
  { values, files, ...options }: RunOptions = {},
): Promise<RunOutcome> {
  const steps: Step[] = parse(workflow).jobs[job].steps;
  const known: Record<string, string> = {
    'secrets.HF_TOKEN': TEST_TOKEN,
    'secrets.HF_TOKEN_WITHOUT_PERMISSIONS': READER.token,
    'secrets.HF_READ_TOKEN': READER.token,
    ...values,
  };
  const ours = steps.filter(({ uses }) => uses?.startsWith('OWNER/'));
  expect(ours).toHaveLength(1);
  const { uses = '', with: given = {} } = ours[0] ?? {};
  const inputs = Object.entries(given).map(([name, value]) => [
    name,
    String(value).replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => known[expression] ?? expression),
  ]);
  const action = (/members\/([\w-]+)@/.exec(uses)?.[1] ?? 'add-members') as ActionName;
  return runBundle(action, {
    ...options,
    inputs: { ...Object.fromEntries(inputs), 'hub-url': hub.url },
    files: { ...FILES, ...files },
  });
}

const example = (name: string) => readFileSync(join(root, 'examples', name), 'utf8');
const before = { 'grace-hopper': 'admin', alan: 'read', zuse: 'write' };

test.each(globSync('{.,*}/action.yml', { cwd: root }))('the bundle that %s names exists', (file) => {
  const { runs } = parse(read(file)) as { runs: { main: string } };
  expect([runs.main, existsSync(join(root, dirname(file), runs.main))]).toEqual([runs.main, true]);
});

/** Tests with sync-members run as soon as its bundle is there; the test above fails until then. */
const hasSync = existsSync(join(root, 'sync-members', definition('sync-members').runs.main));
const withSync = hasSync ? test : test.skip;

test('the first workflow of the README adds its people', async () => {
  const { exitCode, outputs } = await run(blocks(README, 'yaml')[0] ?? '', 'add');
  expect([exitCode, outputs['added'], outputs['skipped']]).toEqual([0, '1', '1']);
  expect(hub.members('Cohort 2024')).toEqual({ ...before, ada: 'read' });
});

test('add-by-hand.yml does what its form asks for', async () => {
  const { exitCode } = await run(example('add-by-hand.yml'), 'add', {
    values: {
      'inputs.users': 'katherine, emmy@acme.com',
      'inputs.resource-group': 'Research',
      'inputs.role': 'write',
      'inputs.on-existing': 'update',
      'inputs.dry-run': 'false',
    },
  });
  expect(exitCode).toBe(0);
  expect(hub.members('Research')).toEqual({ ada: 'write', emmy: 'write', katherine: 'write' });
});

test('add-nightly.yml passes although people are missing, and changes nothing in the second night', async () => {
  const workflow = example('add-nightly.yml');
  const first = await run(workflow, 'add');
  expect([first.exitCode, first.outputs['added'], first.outputs['missing']]).toEqual([0, '4', '2']);
  const second = await run(workflow, 'add');
  expect([second.exitCode, second.outputs['changed'], second.outputs['skipped']]).toEqual([0, 'false', '6']);
});

test('add-on-pull-request.yml previews with a token that can only read, and marks mistakes on their lines', async () => {
  const workflow = example('add-on-pull-request.yml');
  const preview = await run(workflow, 'preview');
  expect([preview.exitCode, preview.outputs['planned']]).toEqual([1, '4']);
  const places = preview.annotations.map(({ properties: { file, line } }) => `${file}:${line}`);
  expect(places).toEqual(expect.arrayContaining(['members.csv:9', 'members.csv:10']));
  expect(hub.members('Cohort 2024')).toEqual(before);
  const merged = await run(workflow, 'add');
  expect([merged.outputs['added'], merged.outputs['missing']]).toEqual(['4', '2']);
});

test('add-on-pull-request.yml comments on the pull request, as a workflow with its permissions does', async () => {
  const workflow = example('add-on-pull-request.yml');
  expect(parse(workflow).jobs.preview.permissions['pull-requests']).toBe('write');
  const github = await startGitHub({ repositories: { 'acme/people': [7] } });
  try {
    await run(workflow, 'preview', {
      event: { repository: { private: true }, pull_request: { number: 7, head: { sha: 'a1b2c3d' } } },
      env: {
        ...{ GITHUB_EVENT_NAME: 'pull_request', GITHUB_API_URL: github.url },
        // The default of the input `github-token`, which the runner fills in.
        'INPUT_GITHUB-TOKEN': GITHUB_TOKEN,
      },
    });
    const [comment, ...others] = github.comments('acme/people#7');
    expect(others).toEqual([]);
    expect(comment?.body).toContain('merge the pull request');
    expect(comment?.body).toContain('Additions: <b>');
    expect(comment?.body).not.toMatch(/[a-z]{2}@/);
  } finally {
    await github.close();
  }
});

test('add-organization.yml adds the people of a file to the group of its name', async () => {
  const { exitCode } = await run(example('add-organization.yml'), 'add', {
    values: { 'inputs.org': 'acme', 'matrix.group': 'Research' },
  });
  expect(exitCode).toBe(0);
  expect(hub.members('Research')).toEqual({ ada: 'write', emmy: 'contributor', alan: 'read' });
});

test('list-groups.yml lists the groups and checks the token in each of them', async () => {
  const listed = await run(example('list-groups.yml'), 'list');
  expect(listed.exitCode).toBe(0);
  const [id = ''] = JSON.parse(listed.outputs['ids'] ?? '[]') as string[];
  const checked = await run(example('list-groups.yml'), 'each-group', { values: { 'matrix.group': id } });
  expect([checked.exitCode, checked.outputs['manage-members']]).toEqual([0, 'allowed']);
});

withSync(
  'sync-nightly.yml keeps unlisted members while people are missing, then removes within its limits',
  async () => {
    const workflow = example('sync-nightly.yml');
    const first = await run(workflow, 'sync');
    expect([first.exitCode, first.outputs['removed']]).toEqual([0, '0']);
    const resolved = { 'members.csv': 'user,role\nada,read\nalan,read\n' };
    const limited = await run(workflow, 'sync', { files: resolved });
    expect([limited.exitCode, limited.outputs['removed']]).toEqual([1, '0']);
  },
);

withSync('cohort-ends.yml removes people whose end date is over, and adds the others', async () => {
  const { exitCode, outputs } = await run(example('cohort-ends.yml'), 'sync');
  expect([exitCode, outputs['removed'], outputs['added']]).toEqual([0, '1', '2']);
  expect(hub.members('Cohort 2024')).toEqual({
    'grace-hopper': 'admin',
    zuse: 'write',
    ada: 'read',
    katherine: 'read',
  });
});

withSync('remove-by-hand.yml removes a person from every group', async () => {
  const { exitCode, outputs } = await run(example('remove-by-hand.yml'), 'remove', {
    values: { 'inputs.people': 'zuse', 'inputs.resource-group': '*', 'inputs.dry-run': 'false' },
  });
  expect([exitCode, outputs['removed']]).toEqual([0, '1']);
  expect(hub.members('Cohort 2024')).toEqual({ 'grace-hopper': 'admin', alan: 'read' });
});

withSync('plan-and-apply.yml applies the plan that its first job wrote, and nothing else', async () => {
  const workflow = example('plan-and-apply.yml');
  const roster = 'user,role\nada,read\nalan,read\nzuse,write\ngrace-hopper,admin\n';
  const plan = await run(workflow, 'plan', { files: { 'members.csv': roster } });
  expect([plan.exitCode, plan.outputs['planned']]).toEqual([0, '1']);
  expect(basename(plan.outputs['plan'] ?? '')).toBe('plan.json');
  const approved = { 'approved/plan.json': readFileSync(plan.outputs['plan'] ?? '', 'utf8') };
  const other = await run(workflow, 'apply', {
    files: { ...approved, 'members.csv': `${roster}katherine,read\n` },
  });
  expect([other.exitCode, hub.members('Cohort 2024')]).toEqual([1, before]);
  const applied = await run(workflow, 'apply', { files: { ...approved, 'members.csv': roster } });
  expect([applied.exitCode, applied.outputs['added']]).toEqual([0, '1']);
});
