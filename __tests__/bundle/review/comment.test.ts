import { afterEach, describe, expect, test } from '@jest/globals';
import { runBundle } from '../../../scripts/runner.ts';
import { GITHUB_TOKEN, type SimulatedGitHub, startGitHub } from '../../../simulator/github/index.ts';
import { people, type SimulatedHub, startHub, TEST_TOKEN } from '../../../simulator/index.ts';

const PULL = 'acme/people#7';
const EVENT = {
  repository: { private: true, full_name: 'acme/people' },
  pull_request: { number: 7, head: { sha: 'a1b2c3d' } },
};

const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function start(): Promise<{ hub: SimulatedHub; github: SimulatedGitHub }> {
  const groups = ['Cohort 2024', 'Research'];
  const hub = await startHub({
    orgs: [{ name: 'acme', emailDomains: ['acme.com'], members: people(6), groups }],
  });
  const github = await startGitHub({ repositories: { 'acme/people': [7] } });
  open.push(hub, github);
  return { hub, github };
}

function review(
  { hub, github }: Awaited<ReturnType<typeof start>>,
  inputs: Record<string, string> = {},
  event: unknown = EVENT,
) {
  return runBundle('add-members', {
    inputs: {
      ...{ 'hf-token': TEST_TOKEN, org: 'acme', 'resource-group': 'Cohort 2024', 'hub-url': hub.url },
      ...{ users: 'person-1@acme.com', role: 'admin', 'dry-run': 'true', comment: 'changes' },
      ...{ 'github-token': GITHUB_TOKEN, ...inputs },
    },
    event,
    env: {
      ...{ GITHUB_EVENT_NAME: 'pull_request', GITHUB_API_URL: github.url, GITHUB_RUN_ID: '42' },
      GITHUB_SERVER_URL: 'https://github.com',
    },
  });
}

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
    expect((await review(both, inputs, event)).exitCode).toBe(0);
    expect(both.github.requests).toEqual([]);
  });

  test('is one warning, and no failure, if the token may not write it', async () => {
    const both = await start();
    both.github.inject({
      kind: 'status',
      status: 403,
      match: { method: 'POST' },
      times: Number.POSITIVE_INFINITY,
    });
    const { exitCode, annotations } = await review(both);
    expect(exitCode).toBe(0);
    expect(annotations.filter(({ kind }) => kind === 'warning').map(({ message }) => message)).toEqual([
      expect.stringContaining('pull-requests: write'),
    ]);
    expect(both.github.comments(PULL)).toEqual([]);
  });

  test('takes neither token to the other server, and prints neither', async () => {
    const both = await start();
    const { stdout, summary, outputs } = await review(both);
    expect(JSON.stringify(both.github.requests)).not.toContain(TEST_TOKEN);
    expect(JSON.stringify(both.hub.requests)).not.toContain(GITHUB_TOKEN);
    const told = stdout.replace(/^::add-mask::.*$/gm, '') + summary + JSON.stringify(outputs);
    for (const token of [TEST_TOKEN, GITHUB_TOKEN]) expect(told).not.toContain(token);
  });
});
