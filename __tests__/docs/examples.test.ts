import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type ActionName, type RunOutcome, root, runBundle } from '../../scripts/runner.ts';
import { DEMO } from '../../simulator/demo-organization.ts';
import { type SimulatedHub, startHub, TEST_TOKEN } from '../../simulator/index.ts';
import type { TokenSpec } from '../../simulator/options.ts';
import { blocks, README, read } from './pages.ts';

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** A token as the one for dry runs should be: it may read the organization, and change nothing. */
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

/** The steps of a job that use our actions, run one after the other against the simulated Hub; `values` are what `${{ }}` stand for. */
async function run(workflow: string, job: string, values: Record<string, string> = {}): Promise<RunOutcome> {
  const steps: Step[] = parse(workflow).jobs[job].steps;
  const known: Record<string, string> = {
    'secrets.HF_TOKEN': TEST_TOKEN,
    'secrets.HF_READ_TOKEN': READER.token,
    ...values,
  };
  const ours = steps.filter(({ uses }) => uses?.startsWith('your-org/'));
  expect(ours).toHaveLength(1);
  const { uses = '', with: given = {} } = ours[0] ?? {};
  const inputs = Object.entries(given).map(([name, value]) => [
    name,
    String(value)
      .replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => known[expression] ?? expression)
      .replace(/^your-org$/, 'acme'),
  ]);
  const action = (/members\/([\w-]+)@/.exec(uses)?.[1] ?? 'add-members') as ActionName;
  return runBundle(action, {
    inputs: { ...Object.fromEntries(inputs), 'hub-url': hub.url },
    files: { 'members.csv': read('examples/members.csv'), 'members/acme/Research.csv': 'alan\nada\n' },
  });
}

const example = (name: string) => readFileSync(join(root, 'examples', name), 'utf8');
const before = { 'grace-hopper': 'admin', alan: 'read', zuse: 'write' };

test('the shortest workflow of the README adds its people', async () => {
  const { exitCode, outputs } = await run(blocks(README, 'yaml')[0] ?? '', 'add');
  expect([exitCode, outputs['added'], outputs['skipped']]).toEqual([0, '1', '1']);
  expect(hub.members('Cohort 2024')).toEqual({ ...before, ada: 'read' });
});

test('by hand: whom, which group and which role are asked for in the form', async () => {
  const { exitCode } = await run(example('add-by-hand.yml'), 'add', {
    'inputs.users': 'katherine, emmy@acme.com',
    'inputs.resource-group': 'Research',
    'inputs.role': 'write',
    'inputs.on-existing': 'update',
    'inputs.dry-run': 'false',
  });
  expect(exitCode).toBe(0);
  expect(hub.members('Research')).toEqual({ ada: 'write', emmy: 'write', katherine: 'write' });
});

test('every night: those who are not there yet do not fail it, and the second night changes nothing', async () => {
  const workflow = example('add-nightly.yml');
  const first = await run(workflow, 'add');
  expect([first.exitCode, first.outputs['added'], first.outputs['missing']]).toEqual([0, '4', '2']);
  const second = await run(workflow, 'add');
  expect([second.exitCode, second.outputs['changed'], second.outputs['skipped']]).toEqual([0, 'false', '6']);
});

test('by pull request: a token that may only read is enough to rehearse, and mistakes stand on their lines', async () => {
  const workflow = example('add-on-pull-request.yml');
  const rehearsal = await run(workflow, 'rehearse');
  expect([rehearsal.exitCode, rehearsal.outputs['planned']]).toEqual([1, '4']);
  expect(rehearsal.annotations.map(({ properties: { file, line } }) => [file, line])).toEqual([
    ['members.csv', '9'],
    ['members.csv', '10'],
    [undefined, undefined],
  ]);
  expect(hub.members('Cohort 2024')).toEqual(before);
  const merged = await run(workflow, 'add');
  expect([merged.outputs['added'], merged.outputs['missing']]).toEqual(['4', '2']);
});

test('an organization of an enterprise: one file, one group', async () => {
  const { exitCode } = await run(example('add-organization.yml'), 'add', {
    'inputs.org': 'acme',
    'matrix.group': 'Research',
  });
  expect(exitCode).toBe(0);
  expect(hub.members('Research')).toEqual({ ada: 'write', emmy: 'contributor', alan: 'read' });
});
