import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  GITHUB_TOKEN,
  type GitHubToken,
  gitHubRateLimit,
  type SimulatedGitHub,
  startGitHub,
} from '../../simulator/github/index.ts';
import { countByRoute } from '../../simulator/index.ts';
import { type CommentRequest, commentMarker, upsertComment } from '../../src/github/comment.ts';

const PULL = 'acme/people#1';
const ADA: GitHubToken = { login: 'ada', type: 'User' };
const BOT: GitHubToken = { login: 'github-actions[bot]', type: 'Bot', app: 'github-actions' };
const OTHER_APP: GitHubToken = { login: 'other-app[bot]', type: 'Bot', app: 'other-app' };
const MARKED = `${commentMarker('acme')}\nOld text`;

let github: SimulatedGitHub;

beforeEach(async () => {
  github = await startGitHub({
    tokens: {
      ghs_fork: { ...BOT, comments: 'read' },
      ghs_other: OTHER_APP,
      ghs_unknown_owner: { ...BOT, graphql: false },
    },
  });
});

afterEach(() => github.close());

function upsert(changes: Partial<CommentRequest> = {}) {
  return upsertComment({
    token: GITHUB_TOKEN,
    apiUrl: github.url,
    repository: 'acme/people',
    pullRequest: 1,
    key: 'acme',
    run: 7,
    body: 'New text',
    mode: 'changes',
    hasChanges: true,
    ...changes,
  });
}

const bodies = (pull = PULL) => github.comments(pull).map(({ body }) => body);

/** What is in a comment that a run has written. */
const written = (text: string, { key = 'acme', run = 7 } = {}) =>
  `${commentMarker(key)}\n<!-- run ${run} -->\n${text}`;

describe('a comment with a key', () => {
  test('is created with the marker in its first line, and updated by later runs', async () => {
    const created = await upsert();
    const url = github.comments(PULL)[0]?.html_url;
    expect(created).toEqual({ status: 'created', url });
    expect(bodies()).toEqual([written('New text')]);
    expect(await upsert({ body: 'Newer text', hasChanges: false })).toEqual({ status: 'updated', url });
    expect(bodies()).toEqual([written('Newer text')]);
  });

  test.each([
    ['changes', true, 'created'],
    ['changes', false, 'not-needed'],
    ['always', true, 'created'],
    ['always', false, 'created'],
  ] as const)('with mode %s and changes %s is %s if there is none', async (mode, hasChanges, status) => {
    expect(await upsert({ mode, hasChanges })).toMatchObject({ status });
    expect(github.comments(PULL)).toHaveLength(status === 'created' ? 1 : 0);
  });

  test('does not touch the comment of another key, nor of another pull request', async () => {
    await upsert({ key: 'acme/one', body: 'One' });
    await upsert({ key: 'acme/two', body: 'Two' });
    await upsert({ key: 'acme/one', body: 'One again' });
    await upsert({ pullRequest: 2, key: 'acme/one', body: 'Elsewhere' });
    expect(bodies()).toEqual([
      written('One again', { key: 'acme/one' }),
      written('Two', { key: 'acme/two' }),
    ]);
    expect(bodies('acme/people#2')).toHaveLength(1);
  });

  test('is found on any page', async () => {
    for (let count = 0; count < 230; count++) github.comment(PULL, ADA, `Comment ${count}`);
    github.comment(PULL, BOT, MARKED);
    expect(await upsert()).toMatchObject({ status: 'updated' });
    expect(github.comments(PULL)).toHaveLength(231);
    expect(countByRoute(github.requests)).toMatchObject({
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': 3,
    });
  });

  test('is updated if its marker is of another version', async () => {
    github.comment(PULL, BOT, MARKED.replace(' v1 ', ' v27 '));
    expect(await upsert()).toMatchObject({ status: 'updated' });
    expect(bodies()).toEqual([written('New text')]);
  });

  test('of a later run is left, and of the same or an earlier run is updated', async () => {
    expect(await upsert({ run: 42, body: 'Later' })).toMatchObject({ status: 'created' });
    expect(await upsert({ run: 41 })).toEqual({ status: 'outdated' });
    expect(await upsert({ run: 9 })).toEqual({ status: 'outdated' });
    expect(bodies()).toEqual([written('Later', { run: 42 })]);
    expect(await upsert({ run: 42, body: 'Again' })).toMatchObject({ status: 'updated' });
    expect(await upsert({ run: 10_000_000_001 })).toMatchObject({ status: 'updated' });
    expect(bodies()).toEqual([written('New text', { run: 10_000_000_001 })]);
  });

  test('of another author does not count as one of a later run', async () => {
    github.comment(PULL, ADA, written('Mine', { run: 999 }));
    expect(await upsert()).toMatchObject({ status: 'created' });
    expect(bodies()).toEqual([written('Mine', { run: 999 }), written('New text')]);
  });

  test('that two runs have created at the same time is updated in both places', async () => {
    github.comment(PULL, BOT, MARKED);
    github.comment(PULL, BOT, MARKED);
    expect(await upsert()).toMatchObject({ status: 'updated' });
    expect(bodies()).toEqual([written('New text'), written('New text')]);
  });

  test('that is deleted between the look and the update is created again, even without changes', async () => {
    const { id } = github.comment(PULL, BOT, MARKED);
    github.onRequest(({ method }) => {
      if (method === 'PATCH') github.deleteComment(id);
    });
    expect(await upsert({ hasChanges: false })).toMatchObject({ status: 'created' });
    expect(bodies()).toEqual([written('New text')]);
  });
});

describe('a comment of another author', () => {
  test.each<[string, GitHubToken, string, string]>([
    ['a person who quotes the marker in the first line', ADA, MARKED, GITHUB_TOKEN],
    ['a person who quotes the comment', ADA, `> ${MARKED}`, GITHUB_TOKEN],
    ['another app', OTHER_APP, MARKED, GITHUB_TOKEN],
    ['the workflow, for the token of a person', BOT, MARKED, 'ghp_person'],
    ['the workflow, for the token of another app', BOT, MARKED, 'ghs_other'],
    ['a person whose login begins like ours', { ...ADA, login: 'github-actions' }, MARKED, GITHUB_TOKEN],
    ['the workflow, with the marker below the first line', BOT, `Look:\n${MARKED}`, GITHUB_TOKEN],
    ['the workflow, with text before the marker', BOT, ` ${MARKED}`, GITHUB_TOKEN],
    ['the workflow, with text after the marker', BOT, MARKED.replace('\n', ' and\n'), GITHUB_TOKEN],
    ['the workflow, if GitHub does not say who the token is', BOT, MARKED, 'ghs_unknown_owner'],
  ])('is left alone: %s', async (_, author, body, token) => {
    github.comment(PULL, author, body);
    expect(await upsert({ token })).toMatchObject({ status: 'created' });
    expect(bodies()).toEqual([body, written('New text')]);
    expect(github.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
  });

  test('does not keep our own one from being found behind it', async () => {
    github.comment(PULL, ADA, MARKED);
    github.comment(PULL, BOT, MARKED);
    expect(await upsert()).toMatchObject({ status: 'updated' });
    expect(bodies()).toEqual([MARKED, written('New text')]);
  });
});

test.each([
  ['ghp_person', { login: 'Octocat', type: 'User' } as const],
  ['ghs_other', OTHER_APP],
])('the owner of the token %s updates their own comment', async (token, author) => {
  github.comment(PULL, author, MARKED);
  expect(await upsert({ token })).toMatchObject({ status: 'updated' });
});

describe('without a comment, the result says why', () => {
  const LIST = { path: /comments$/, method: 'GET' };

  test.each([
    ['a token that may only read', { token: 'ghs_fork' }, 'not-permitted', '`pull-requests: write`'],
    ['a token that is not known', { token: 'ghs_none' }, 'not-permitted', '401'],
    [
      'a pull request that is not shown',
      { pullRequest: 9 },
      'not-permitted',
      'pull request 9 of acme/people',
    ],
    ['a port where no one answers', { apiUrl: 'http://127.0.0.1:9' }, 'unavailable', 'failed'],
  ] as const)('%s', async (_, changes, reason, words) => {
    const result = await upsert(changes);
    expect(result).toMatchObject({ status: 'failed', reason, message: expect.stringContaining(words) });
    expect(github.comments(PULL)).toEqual([]);
  });

  test.each(['GET', 'POST', 'PATCH'])('rate limits and outages, met by a %s', async (method) => {
    if (method === 'PATCH') github.comment(PULL, BOT, MARKED);
    const match = { method, path: '/issues/' };
    for (const fault of [
      gitHubRateLimit('primary'),
      gitHubRateLimit('primary', 429),
      gitHubRateLimit('secondary'),
      gitHubRateLimit('secondary', 429),
    ]) {
      github.inject({ ...fault, match });
      expect(await upsert()).toMatchObject({ status: 'failed', reason: 'rate-limited' });
    }
    for (const fault of [
      { kind: 'reset' },
      { kind: 'status', status: 502 },
      { kind: 'html', status: 502 },
      { kind: 'html' },
      { kind: 'wrong-json' },
    ] as const) {
      github.inject({ ...fault, match });
      expect(await upsert()).toMatchObject({ status: 'failed', reason: 'unavailable' });
    }
    expect(bodies()).toEqual(method === 'PATCH' ? [MARKED] : []);
  });

  test('an outage while GitHub is asked who the token is: no second comment is created', async () => {
    github.comment(PULL, BOT, MARKED);
    github.inject({ kind: 'status', status: 502, match: { path: '/graphql' } });
    expect(await upsert()).toMatchObject({ status: 'failed', reason: 'unavailable' });
    expect(bodies()).toEqual([MARKED]);
  });

  test('a time limit', async () => {
    github.inject({ kind: 'hang', match: LIST });
    expect(await upsert({ signal: AbortSignal.timeout(50) })).toMatchObject({ reason: 'unavailable' });
  });
});

test('the token is sent to GitHub only, as few times as it takes, and never told', async () => {
  await upsert();
  await upsert();
  expect(countByRoute(github.requests)).toEqual({
    'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': 2,
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments': 1,
    'POST /graphql': 1,
    'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}': 1,
  });
  for (const { headers } of github.requests) expect(headers['authorization']).toBe(`token ${GITHUB_TOKEN}`);
  const failed = await upsert({ token: 'ghs_secret' });
  expect(JSON.stringify(failed)).not.toMatch('ghs_secret');
});

test('a link to another host is not followed', async () => {
  const elsewhere = await startGitHub();
  try {
    for (let count = 0; count < 100; count++) github.comment(PULL, ADA, 'x');
    const headers = { Link: `<${elsewhere.url}/repos/acme/people/issues/1/comments?page=2>; rel="next"` };
    github.inject({
      kind: 'status',
      status: 200,
      headers,
      body: github.comments(PULL),
      match: { method: 'GET' },
    });
    await upsert();
    expect(elsewhere.requests).toEqual([]);
  } finally {
    await elsewhere.close();
  }
});
