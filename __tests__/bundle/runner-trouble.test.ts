import { describe, expect, test } from '@jest/globals';
import type { RunOptions } from '../../scripts/runner.ts';
import { failure, run, startAcme } from './add-members/support.ts';

const ORG = { members: [{ user: 'ada' }, { user: 'zoe' }] };
const RUNNER = /This is a problem of the runner, not of the inputs/;

async function add(options: Omit<RunOptions, 'inputs'>, inputs: Record<string, string> = {}) {
  const hub = await startAcme(ORG);
  const ran = await run(hub, { users: 'ada, zoe', ...inputs }, options);
  return { ...ran, members: Object.keys(hub.members('Cohort 2024')) };
}

const warnings = ({ annotations }: Pick<Awaited<ReturnType<typeof add>>, 'annotations'>) =>
  annotations.filter(({ kind }) => kind === 'warning').map(({ message }) => message);

describe('trouble of the runner', () => {
  test('with outputs on a full disk does not keep the summary from being written', async () => {
    const ran = await add({ env: { GITHUB_OUTPUT: '/dev/full' } });
    expect(ran.exitCode).toBe(0);
    expect(ran.members).toEqual(['ada', 'zoe']);
    expect(ran.summary).toContain('2 people');
    expect(warnings(ran)[0]).toMatch(/`added`, .* could not be set because the disk is full/);
    expect(warnings(ran)[0]).toMatch(RUNNER);
  });

  test('with the summary on a full disk does not keep outputs and report from being written', async () => {
    const ran = await add({ env: { GITHUB_STEP_SUMMARY: '/dev/full' } });
    expect(ran).toMatchObject({ exitCode: 0, outputs: { added: '2' }, report: { counts: { added: 2 } } });
    expect(warnings(ran)).toEqual([expect.stringMatching(RUNNER)]);
  });

  test('with RUNNER_TEMP is avoided by the temporary folder of the system', async () => {
    const ran = await add({ env: { RUNNER_TEMP: '/nowhere' } });
    expect(ran).toMatchObject({ exitCode: 0, report: { counts: { added: 2 } } });
    expect(warnings(ran)).toEqual([]);
  });

  test('with all of them is one warning, and a line for each thing that could not be written', async () => {
    const nowhere = {
      GITHUB_OUTPUT: '/nowhere/a',
      GITHUB_STEP_SUMMARY: '/nowhere/b',
      RUNNER_TEMP: '/nowhere',
      TMPDIR: '/nowhere',
    };
    const ran = await add({ env: nowhere });
    expect(ran).toMatchObject({ exitCode: 0, members: ['ada', 'zoe'] });
    expect(warnings(ran)).toEqual([expect.stringMatching(RUNNER)]);
    // Each thing is written by itself: the summary, two folders of files, and the outputs in four parts.
    expect(ran.stdout.match(/could (not )?be (set|made|written) because/g)).toHaveLength(7);
    expect(ran.stdout).not.toMatch(/mistake|\n\s+at /);
  });

  test('a reader of the log that goes away does not end the run', async () => {
    const ran = await add({
      onStart: (child) => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      },
    });
    expect(ran).toMatchObject({ exitCode: 0, members: ['ada', 'zoe'], outputs: { added: '2' } });
    expect(ran.summary).toContain('2 people');
  });
});

describe('inputs that are wrong', () => {
  test('get a summary that lists each problem, and zero counts as outputs', async () => {
    const ran = await add({}, { role: 'owner', 'chunk-size': '0', org: '<b>acme</b>' });
    expect(ran.exitCode).toBe(1);
    expect(ran.summary).toContain('<h2>❌ The inputs must be corrected</h2>');
    expect(ran.summary.match(/<li>/g)).toHaveLength(3);
    expect(ran.summary).not.toContain('<b>acme');
    expect(ran.outputs).toMatchObject({ added: '0', failed: '0', planned: '0', changed: 'false' });
    expect(failure(ran).split('\n')).toHaveLength(3);
    expect(ran.members).toEqual([]);
    expect(ran.stdout).not.toMatch(/\n\s+at /);
  });

  test('are told also if there is no room for a summary', async () => {
    const ran = await add({ env: { GITHUB_STEP_SUMMARY: '/dev/full' } }, { role: 'owner' });
    expect(ran.exitCode).toBe(1);
    expect(failure(ran)).toContain('`role` is "owner"');
  });

  test('show no email address in a public repository', async () => {
    const ran = await add({ event: { repository: { private: false } } }, { org: 'ada@acme.com' });
    expect(ran.summary).toContain('The inputs must be corrected');
    expect(ran.summary + ran.stdout).not.toContain('ada@acme.com');
  });
});
