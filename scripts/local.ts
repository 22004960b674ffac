/**
 * Runs an action from its sources, without a build: `npm run local add-members users=ada`.
 * Inputs are `name=value` or variables of .env (see .env.example). Without a token, a simulated Hub is started, with
 * the organization of the demo. Outputs and summary are in out/local/.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO } from '../simulator/demo-organization.ts';
import { startHub, TEST_TOKEN } from '../simulator/index.ts';
import { type ActionName, definition, parseOutputs, root } from './runner.ts';

const ACTIONS: readonly ActionName[] = ['add-members', 'sync-members', 'access-check', 'list-groups'];

const [name, ...settings] = process.argv.slice(2);
const action = ACTIONS.find((known) => known === name);
if (action === undefined)
  stop(`Which action? ${ACTIONS.join(', ')}. For example: npm run local add-members users=ada`);

const out = join(root, 'out', 'local');
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const file = { output: join(out, 'output.txt'), summary: join(out, 'summary.md') };
for (const path of Object.values(file)) writeFileSync(path, '');

const { inputs } = definition(action);
const set = (input: string, value: string) => {
  process.env[`INPUT_${input.toUpperCase()}`] = value;
};
const setDefault = (input: string, value: string) => {
  if (input in inputs && process.env[`INPUT_${input.toUpperCase()}`] === undefined) set(input, value);
};
for (const setting of settings) {
  const [, input = '', value = ''] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  if (!(input in inputs))
    stop(
      `"${setting}" is not an input. Write name=value, with one of these names: ${Object.keys(inputs).join(', ')}.`,
    );
  set(input, value);
}
if (!process.env['HF_TOKEN'] && !process.env['INPUT_HF-TOKEN']) {
  const hub = await startHub(DEMO);
  console.log(`No token: using a simulated Hub at ${hub.url} with the organization "acme".\n`);
  set('hub-url', hub.url);
  set('hf-token', TEST_TOKEN);
  setDefault('org', 'acme');
  setDefault('resource-group', 'Cohort 2024');
}
for (const [input, { default: value = '' }] of Object.entries(inputs)) {
  // Expressions such as ${{ github.token }} have no value here.
  setDefault(input, value.startsWith('${{') ? '' : value);
}

Object.assign(process.env, {
  GITHUB_OUTPUT: file.output,
  GITHUB_STEP_SUMMARY: file.summary,
  RUNNER_TEMP: out,
});
process.env['GITHUB_WORKSPACE'] ??= process.cwd();
process.on('exit', (status) => {
  console.log(`\nOutputs:`, parseOutputs(readFileSync(file.output, 'utf8')));
  console.log(`Exit status ${status}. The job summary is in out/local/summary.md.`);
});
await import(`../src/actions/${action}.ts`);

function stop(message: string): never {
  console.error(message);
  process.exit(1);
}
