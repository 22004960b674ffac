import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type RunOptions, type RunOutcome, runBundle } from '../../../scripts/runner.ts';
import { GITHUB_TOKEN, type SimulatedGitHub, startGitHub } from '../../../simulator/github/index.ts';
import { type OrgSpec, people, type SimulatedHub, startHub, TEST_TOKEN } from '../../../simulator/index.ts';
import { ACTIVE, nodesOf, rendered, textOf } from '../../support/markdown.ts';
import { fileOf } from './support.ts';

const PULL = 'acme/people#7';
const EVENT = {
  repository: { private: true, full_name: 'acme/people' },
  pull_request: { number: 7, head: { sha: 'a1b2c3d' } },
};

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

type Servers = { readonly hub: SimulatedHub; readonly github: SimulatedGitHub };

async function start(org: Partial<OrgSpec> = {}): Promise<Servers> {
  const groups = ['Cohort 2024', 'Research'];
  const hub = await startHub({
    orgs: [{ name: 'acme', emailDomains: ['acme.com'], members: people(6), groups, ...org }],
  });
  const github = await startGitHub({
    repositories: { 'acme/people': [7] },
    tokens: {
      ghs_fork: { login: 'github-actions[bot]', type: 'Bot', app: 'github-actions', comments: 'read' },
    },
  });
  open.push(hub, github);
  return { hub, github };
}

function review(
  { hub, github }: Servers,
  inputs: Record<string, string> = {},
  { action = 'add-members', event = EVENT, env, ...options }: Options = {},
) {
  return runBundle(action, {
    ...options,
    inputs: {
      ...{ 'hf-token': TEST_TOKEN, org: 'acme', 'resource-group': 'Cohort 2024', 'hub-url': hub.url },
      ...{ users: 'person-1@acme.com', role: 'admin', 'dry-run': 'true', comment: 'changes' },
      ...{ 'github-token': GITHUB_TOKEN, ...inputs },
    },
    event,
    env: {
      ...{ GITHUB_EVENT_NAME: 'pull_request', GITHUB_API_URL: github.url, GITHUB_RUN_ID: '42' },
      GITHUB_SERVER_URL: 'https://github.com',
      ...env,
    },
  });
}

interface Options extends Pick<RunOptions, 'files' | 'event' | 'env' | 'onStart'> {
  readonly action?: 'add-members' | 'sync-members';
}

/** The one comment, as a reader sees it. */
function told({ github }: Servers): string {
  const [comment, ...others] = github.comments(PULL);
  expect(others).toEqual([]);
  return textOf(rendered(comment?.body ?? ''))
    .replace(/\s+/g, ' ')
    .trim();
}

const warnings = ({ annotations }: RunOutcome) =>
  annotations.filter(({ kind }) => kind === 'warning').map(({ message }) => message);

describe('the comment on a pull request', () => {
  test('is created once and then kept up to date, with the run, the commit and no whole address in it', async () => {
    const both = await start();
    expect((await review(both)).exitCode).toBe(0);
    expect((await review(both, { role: 'read' })).exitCode).toBe(0);
    const [comment, ...others] = both.github.comments(PULL);
    expect(others).toEqual([]);
    expect(comment?.body).toContain('https://github.com/acme/people/actions/runs/42');
    expect(comment?.body).toContain('a1b2c3d');
    expect(comment?.body).toContain('would be added');
    expect(comment?.body).not.toContain('person-1@acme.com');
  });

  test('of a later run is not overwritten by an earlier one that ends after it', async () => {
    const both = await start();
    await review(both);
    const outcome = await review(both, { role: 'read' }, { env: { GITHUB_RUN_ID: '41' } });
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toContain('not updated, because a later run has written it');
    expect(told(both)).toContain('Gets the admin role (1)');
  });

  test('is one for each group of a matrix, and leaves a comment that quotes its marker alone', async () => {
    const both = await start();
    await review(both);
    const [first] = both.github.comments(PULL);
    const person = { login: 'mallory', type: 'User' as const };
    both.github.comment(PULL, person, first?.body ?? '');
    await review(both, { 'resource-group': 'Research' });
    await review(both, { role: 'write' });
    const comments = both.github.comments(PULL);
    expect(comments).toHaveLength(3);
    expect(comments[1]?.body).toBe(first?.body);
    expect(comments[0]?.body).not.toBe(first?.body);
  });

  test.each([
    ['comment: never', { comment: 'never' }, EVENT],
    ['a push', {}, { repository: { private: true } }],
  ])('sends not one request to GitHub: %s', async (_name, inputs, event) => {
    const both = await start();
    expect((await review(both, inputs, { event })).exitCode).toBe(0);
    expect(both.github.requests).toEqual([]);
  });

  test.each<[string, string, Record<string, string>]>([
    ['that may only read, as on forks', 'GET', { 'github-token': 'ghs_fork' }],
    ['that may not even read', 'GET', {}],
    ['that is not known', 'GET', { 'github-token': 'ghs_unknown' }],
    ['that may not write', 'POST', {}],
  ])('is one warning, and no failure, for a token %s', async (_, method, inputs) => {
    const both = await start();
    const match = { method };
    if (inputs['github-token'] === undefined)
      both.github.inject({ kind: 'status', status: 403, match, times: Number.POSITIVE_INFINITY });
    const outcome = await review(both, inputs);
    expect(outcome.exitCode).toBe(0);
    expect(warnings(outcome)).toEqual([expect.stringContaining('pull-requests: write')]);
    expect(both.github.comments(PULL)).toEqual([]);
    expect(outcome.outputs['planned']).toBe('1');
  });

  test('says that github-token is empty, and asks GitHub nothing', async () => {
    const both = await start();
    const outcome = await review(both, { 'github-token': '' });
    expect(outcome.exitCode).toBe(0);
    expect(warnings(outcome)).toEqual([expect.stringContaining('`github-token` is empty')]);
    expect(both.github.requests).toEqual([]);
  });

  test('is one warning, and no failure, if GitHub is out of order', async () => {
    const both = await start();
    await both.github.close();
    const outcome = await review(both);
    expect([outcome.exitCode, warnings(outcome)]).toEqual([
      0,
      [expect.stringContaining('No comment was written')],
    ]);
  });

  test.each([
    ['in a run without trouble', undefined, ['admin', 'read']],
    ['if GitHub repeats its token in an error', 403, ['admin']],
    ['if GitHub repeats its token in an outage', 502, ['admin']],
  ] as const)('takes neither token to the other server, and prints neither: %s', async (_, status, roles) => {
    const both = await start();
    if (status !== undefined) {
      const body = { message: `Bad credentials: ${GITHUB_TOKEN}, ${JSON.stringify(GITHUB_TOKEN)}` };
      both.github.inject({ kind: 'status', status, body, times: Number.POSITIVE_INFINITY });
    }
    for (const role of roles) {
      const { stdout, stderr, summary, outputs, ...outcome } = await review(both, { role });
      expect(outcome.exitCode).toBe(0);
      const files = ['report', 'report-csv', 'plan', 'retry-csv'].map((name) => fileOf({ outputs }, name));
      const printed = `${stdout.replace(/^::add-mask::.*$/gm, '')}${stderr}${summary}${JSON.stringify(outputs)}${files.join()}`;
      for (const token of [TEST_TOKEN, GITHUB_TOKEN]) expect(printed).not.toContain(token);
    }
    expect(both.github.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify([both.github.requests, both.github.comments(PULL)])).not.toContain(TEST_TOKEN);
    expect(JSON.stringify(both.hub.requests)).not.toContain(GITHUB_TOKEN);
  });

  test('takes the token to no other host, wherever GitHub sends it', async () => {
    const both = await start();
    const elsewhere = await startGitHub();
    open.push(elsewhere);
    const location = `${elsewhere.url}/repos/acme/people/issues/1/comments`;
    both.github.inject({ kind: 'redirect', location, times: Number.POSITIVE_INFINITY });
    expect((await review(both)).exitCode).toBe(0);
    expect(JSON.stringify(elsewhere.requests)).not.toContain(GITHUB_TOKEN);
    expect(elsewhere.comments('acme/people#1')).toEqual([]);
  });
});

describe('what the comment says', () => {
  const ROSTER = {
    'members.csv': 'user,role\nperson-1@acme.com,admin\nperson-2,read\nnobody@acme.com,read\n',
  };
  const FROM_FILE = { users: '', csv: 'members.csv', role: 'read' };

  test('is first what would happen, then what happened, in the same comment', async () => {
    const both = await start();
    await review(both, FROM_FILE, { files: ROSTER });
    expect(told(both)).toMatch(
      /^❌ Dry run, nothing was changed: 2 people would be added to Cohort 2024, 1 of them as admin; 1 needs your attention/,
    );
    expect(told(both)).toContain(
      'Gets the admin role (1) PersonRoleRow person-1p***@acme.comadminmembers.csv:2',
    );
    await review(both, { ...FROM_FILE, 'dry-run': 'false' }, { files: ROSTER });
    expect(told(both)).toMatch(
      /^❌ 2 people added to Cohort 2024, 1 of them as admin; 1 needs your attention/,
    );
    expect(told(both)).toContain('n***@acme.commembers.csv:4');
    expect(both.hub.members('Cohort 2024')).toEqual({ 'person-1': 'admin', 'person-2': 'read' });
    expect(both.github.comments(PULL)[0]?.body).toContain('/acme/people/pull/7/commits/a1b2c3d"');
  });

  test('is which people sync-members would remove', async () => {
    const users = { 'person-1': 'read', 'person-3': 'write' } as const;
    const both = await start({ groups: [{ name: 'Cohort 2024', users }] });
    const inputs = { ...FROM_FILE, 'on-unlisted': 'remove', 'max-removals': '100%' };
    const files = { 'members.csv': 'user\nperson-1\n' };
    await review(both, inputs, { action: 'sync-members', files });
    expect(told(both)).toContain('Removals: 1 · No change: 1');
    expect(told(both)).toContain('Would be removed (1) PersonRoleRow person-3was writenone');
  });

  test('is which rows cannot be used, where nothing was read from the Hub', async () => {
    const both = await start();
    const files = { 'members.csv': 'user,role\nperson-1,raed\nada lovelace@acme.com,read\n' };
    const { exitCode } = await review(both, FROM_FILE, { files });
    expect(exitCode).toBe(1);
    expect(told(both)).toMatch(/^❌ .*2 rows must be corrected first/);
    expect(told(both)).toContain('members.csv:2"…" is not a role');
    expect(told(both)).not.toContain('lovelace');
    expect(both.hub.requests).toEqual([]);
  });

  test('is why the run was stopped', async () => {
    const both = await start();
    await review(both, { ...FROM_FILE, 'max-changes': '1' }, { files: ROSTER });
    expect(told(both)).toContain(
      '2 changes would be made; the limit is 1. If that is meant, set max-changes: 2.',
    );
    // In a real run, too, a reader has to see which changes those are.
    await review(both, { ...FROM_FILE, 'max-changes': '1', 'dry-run': 'false' }, { files: ROSTER });
    expect(told(both)).toContain('Nothing was changed: the plan is over a limit.');
    expect(told(both)).toContain('Gets the admin role (1)');
    expect(both.hub.members('Cohort 2024')).toEqual({});
    await review(both, { ...FROM_FILE, org: 'acne' }, { files: ROSTER });
    expect(both.github.comments(PULL)).toHaveLength(2);
  });

  test('is that the run was canceled, and what was done before', async () => {
    const both = await start({ members: people(20) });
    let child: ChildProcess | undefined;
    both.hub.onRequest(async ({ method }) => {
      if (method !== 'POST') return;
      child?.kill('SIGTERM');
      await sleep(300);
    });
    const users = people(20)
      .map(({ user }) => user)
      .join(' ');
    const { exitCode } = await review(
      both,
      { users, 'dry-run': 'false', 'chunk-size': '5' },
      {
        onStart: (started) => {
          child = started;
        },
      },
    );
    expect(exitCode).toBe(1);
    expect(told(both)).toMatch(/^🛑 Canceled: /);
    const added = Object.keys(both.hub.members('Cohort 2024')).length;
    expect(added).toBeLessThan(20);
    expect(told(both)).toContain(`${added > 0 ? `Additions: ${added} · ` : ''}Need attention: ${20 - added}`);
  });

  test('does not keep a canceled run from ending in time if GitHub does not answer', async () => {
    const both = await start({ members: people(20) });
    both.github.inject({ kind: 'hang', times: Number.POSITIVE_INFINITY });
    let child: ChildProcess | undefined;
    let killedAt = 0;
    both.hub.onRequest(async ({ method }) => {
      if (method !== 'POST' || killedAt > 0) return;
      killedAt = performance.now();
      child?.kill('SIGTERM');
      await sleep(300);
    });
    const users = people(20)
      .map(({ user }) => user)
      .join(' ');
    const onStart = (started: ChildProcess) => {
      child = started;
    };
    const outcome = await review(both, { users, 'dry-run': 'false' }, { onStart });
    expect(performance.now() - killedAt).toBeLessThan(6000);
    expect(warnings(outcome)).toContainEqual(expect.stringContaining('No comment was written'));
    expect(outcome.annotations.at(-1)?.kind).toBe('error');
    expect(fileOf(outcome, 'report')).not.toBe('');
  });

  test('is nothing if there is nothing to say, unless it has said something before or always has to', async () => {
    const both = await start({ groups: [{ name: 'Cohort 2024', users: { 'person-1': 'admin' } }] });
    await review(both);
    expect(both.github.comments(PULL)).toEqual([]);
    await review(both, { comment: 'always' });
    expect(told(both)).toMatch(
      /^🧪 Dry run, nothing was changed: nothing to do: 1 person is already a member/,
    );
    await review(both, { users: 'mallory' });
    expect(told(both)).toContain('Not in the organization');
    await review(both);
    expect(told(both)).not.toContain('Not in the organization');
  });

  test('a person who is not in the organization is something to say', async () => {
    const both = await start();
    await review(both, { users: 'mallory' });
    expect(told(both)).toContain('1 person needs your attention');
  });

  test('fits into 60,000 bytes with whole rows, and names everyone who gets a privilege', async () => {
    const all = people(2000).map(({ user }) => user);
    const both = await start({ members: people(2000) });
    const rows = all.map((user, index) => `${user},${index % 400 === 399 ? 'admin' : 'read'}`);
    await review(both, FROM_FILE, { files: { 'members.csv': `user,role\n${rows.join('\n')}\n` } });
    const body = both.github.comments(PULL)[0]?.body ?? '';
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(60_000);
    expect(body.startsWith('<!-- add-resource-group-members comment v1 key=')).toBe(true);
    for (const user of [400, 800, 1200, 1600, 2000]) expect(told(both)).toContain(`person-${user}admin`);
    const shown = body.split('<td>read</td>').length - 1;
    expect(told(both)).toContain(
      `${(1995 - shown).toLocaleString('en-US')} of these 1,995 rows are left out`,
    );
  });

  test('is text, whatever groups and files are called: no mention, no reference, no second marker', async () => {
    const name = '@acme/everyone #1 <!-- x --> deadbeef';
    const both = await start({ groups: [name] });
    const files = { '@octocat#2.csv': 'user\nperson-1\n' };
    await review(both, { 'resource-group': name, csv: '@octocat#2.csv', users: '' }, { files });
    const body = both.github.comments(PULL)[0]?.body ?? '';
    expect(told(both)).toContain(name);
    for (const [node, within] of nodesOf(rendered(body)))
      if (node.value !== undefined && node.type === 'text' && !within.includes('code'))
        expect(node.value).not.toMatch(ACTIVE);
    // The marker, and the run that wrote it.
    expect(body.split('<!--')).toHaveLength(3);
  });
});
