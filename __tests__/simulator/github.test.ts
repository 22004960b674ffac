import { afterEach, describe, expect, test } from '@jest/globals';
import type { GitHubOptions, SimulatedGitHub } from '../../simulator/github/index.ts';
import { GITHUB_TOKEN, gitHubRateLimit, startGitHub } from '../../simulator/github/index.ts';

const PULL = 'acme/people#1';
const LIST = '/repos/acme/people/issues/1/comments';
const running: SimulatedGitHub[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((github) => github.close()));
});

async function start(options: GitHubOptions = {}): Promise<SimulatedGitHub> {
  const github = await startGitHub(options);
  running.push(github);
  return github;
}

async function call(
  github: SimulatedGitHub,
  method: string,
  path: string,
  body?: unknown,
  token = GITHUB_TOKEN,
) {
  const response = await fetch(github.url + path, {
    method,
    headers: { authorization: `token ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: text === '' ? undefined : JSON.parse(text),
  };
}

describe("GitHub's comments", () => {
  test('are created, read, changed and deleted', async () => {
    const github = await start();
    const created = await call(github, 'POST', LIST, { body: 'Hello' });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({
      body: 'Hello',
      user: { login: 'github-actions[bot]', type: 'Bot' },
      performed_via_github_app: { slug: 'github-actions' },
      html_url: `https://github.com/acme/people/pull/1#issuecomment-${created.json.id}`,
    });
    const path = `/repos/acme/people/issues/comments/${created.json.id}`;
    expect((await call(github, 'PATCH', path, { body: 'Hi' })).json.body).toBe('Hi');
    expect((await call(github, 'GET', path)).json.updated_at).not.toBe(created.json.updated_at);
    expect(github.comments(PULL)).toMatchObject([{ body: 'Hi' }]);
    expect((await call(github, 'DELETE', path)).status).toBe(204);
    expect((await call(github, 'PATCH', path, { body: 'Gone' })).status).toBe(404);
    expect(github.comments(PULL)).toEqual([]);
    expect(github.requests[0]).toMatchObject({
      route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      headers: { authorization: 'token ghs_test' },
      body: { body: 'Hello' },
      applied: true,
    });
  });

  test('come in pages of 30, or as many as are asked for up to 100', async () => {
    const github = await start();
    for (let count = 1; count <= 205; count++)
      github.comment(PULL, { login: 'ada', type: 'User' }, `${count}`);
    const sizes = [];
    let link = '';
    for (const query of [
      '',
      '?per_page=100&page=1',
      '?per_page=500&page=2',
      '?per_page=100&page=3',
      '?page=9',
    ]) {
      const { json, headers } = await call(github, 'GET', LIST + query);
      sizes.push(json.length);
      link += `${headers.get('link')}\n`;
    }
    expect(sizes).toEqual([30, 100, 100, 5, 0]);
    expect(link.match(/rel="\w+"/g)?.join(' ')).toBe(
      'rel="next" rel="last" rel="next" rel="last" rel="prev" rel="next" rel="last" rel="first" rel="prev" rel="first" rel="prev" rel="first"',
    );
  });

  test.each([
    ['POST', LIST, { body: 'x' }, 'ghs_fork', 403],
    ['GET', LIST, undefined, 'ghs_fork', 200],
    ['GET', LIST, undefined, 'ghs_unknown', 401],
    ['GET', '/repos/acme/people/issues/9/comments', undefined, GITHUB_TOKEN, 404],
    ['GET', '/repos/acme/none/issues/1/comments', undefined, GITHUB_TOKEN, 404],
    ['PATCH', '/repos/acme/none/issues/comments/1001', { body: 'x' }, GITHUB_TOKEN, 404],
    ['PUT', LIST, {}, GITHUB_TOKEN, 404],
    ['POST', LIST, { body: ' ' }, GITHUB_TOKEN, 422],
    ['POST', LIST, { body: 'x'.repeat(65_537) }, GITHUB_TOKEN, 422],
    ['GET', '/user', undefined, GITHUB_TOKEN, 403],
    ['GET', '/user', undefined, 'ghp_person', 200],
    ['POST', '/graphql', { query: '{ viewer { login } }' }, GITHUB_TOKEN, 200],
    ['POST', '/graphql', { query: '{ viewer { login } }' }, 'ghs_fork', 403],
    ['POST', '/graphql', { query: '{ rateLimit { cost } }' }, GITHUB_TOKEN, 400],
  ])('%s %s with %j by %s: %i', async (method, path, body, token, status) => {
    const fork = {
      login: 'github-actions[bot]',
      type: 'Bot',
      app: 'github-actions',
      comments: 'read',
      graphql: false,
    } as const;
    const github = await start({ tokens: { ghs_fork: fork } });
    github.comment(PULL, { login: 'ada', type: 'User' }, 'x');
    expect((await call(github, method, path, body, token)).status).toBe(status);
    expect(github.comments(PULL)).toHaveLength(1);
  });

  test.each([
    ['primary', 403, 'x-ratelimit-remaining', '0'],
    ['primary', 429, 'x-ratelimit-remaining', '0'],
    ['secondary', 403, 'retry-after', '60'],
    ['secondary', 429, 'retry-after', '60'],
  ] as const)('meet a %s rate limit as a %i', async (kind, status, header, value) => {
    const github = await start();
    github.inject(gitHubRateLimit(kind, status));
    const reply = await call(github, 'GET', LIST);
    expect([reply.status, reply.headers.get(header)]).toEqual([status, value]);
    expect(reply.json.message).toMatch('rate limit');
    expect((await call(github, 'GET', LIST)).status).toBe(200);
  });
});
