import type { RecordedRequest } from '../options.ts';
import { splitUrl } from '../record.ts';
import { Refusal } from '../refusal.ts';
import type { Answer } from '../routes/call.ts';
import type { GitHubToken } from './options.ts';
import type { GitHubState } from './state.ts';
import { addComment, findComment } from './state.ts';

const MAX_BODY = 65_536;
const COMMENTS = /^\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)\/comments$/;
const COMMENT = /^\/repos\/([^/]+\/[^/]+)\/issues\/comments\/(\d+)$/;

/** The answer of GitHub's REST API to what this project asks of it: comments on pull requests, and who the token is. */
export function handleGitHub(
  state: GitHubState,
  request: RecordedRequest,
  body: unknown,
  origin: string,
): Answer {
  try {
    const token = authenticate(state, String(request.headers['authorization'] ?? ''));
    const { path, query } = splitUrl(request.url);
    if (path === '/user') return user(token);
    if (path === '/graphql') return graphql(token, body);
    const [, repository = '', number] = COMMENTS.exec(path) ?? [];
    if (number !== undefined) {
      const list = state.pulls.get(`${repository}#${number}`);
      if (!list) throw notFound();
      if (request.method === 'GET') return page(list, query, `${origin}${path}`);
      if (request.method !== 'POST') throw notFound();
      requireWrite(token);
      return json(201, addComment(state, `${repository}#${number}`, token, textOf(body)));
    }
    const [, home = '', id] = COMMENT.exec(path) ?? [];
    const found = findComment(state, Number(id), home);
    if (!found) throw notFound();
    const { comment, list } = found;
    if (request.method === 'GET') return json(200, comment, false);
    // A token that may write comments may also change those of other people.
    requireWrite(token);
    if (request.method === 'DELETE') {
      list.splice(list.indexOf(comment), 1);
      return { status: 204, body: [], applied: true };
    }
    if (request.method !== 'PATCH') throw notFound();
    comment.body = textOf(body);
    comment.updated_at = new Date(Date.parse(comment.updated_at) + 60_000).toISOString();
    return json(200, comment);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, message, extra } = error;
    return json(
      status,
      { message, ...extra, documentation_url: 'https://docs.github.com/rest', status: String(status) },
      false,
    );
  }
}

/** The pattern of a path, for the record. */
export function gitHubRouteOf(_: string, path: string): string {
  if (COMMENTS.test(path)) return '/repos/{owner}/{repo}/issues/{issue_number}/comments';
  return COMMENT.test(path) ? '/repos/{owner}/{repo}/issues/comments/{comment_id}' : path;
}

function authenticate(state: GitHubState, authorization: string): GitHubToken {
  const token = state.tokens.get(/^(?:token|bearer) (.+)$/i.exec(authorization)?.[1] ?? '');
  if (!token) throw new Refusal(401, '', 'Bad credentials');
  return token;
}

function user({ login, type, app }: GitHubToken): Answer {
  if (app !== undefined) throw notAccessible();
  return json(200, { login, id: login.length, type }, false);
}

/** Answers one question, whatever the query says: who is asking? */
function graphql({ login, graphql: answers = true }: GitHubToken, body: unknown): Answer {
  if (!answers) throw notAccessible();
  if (!String(Object(body).query).includes('viewer')) throw new Refusal(400, '', 'Only viewer is simulated');
  return json(200, { data: { viewer: { login } } }, false);
}

function page(list: readonly unknown[], query: URLSearchParams, url: string): Answer {
  const size = Math.min(Math.max(Number(query.get('per_page') ?? 30), 1), 100);
  const number = Math.max(Number(query.get('page') ?? 1), 1);
  const last = Math.max(Math.ceil(list.length / size), 1);
  const link = (to: number, rel: string) => `<${url}?per_page=${size}&page=${to}>; rel="${rel}"`;
  const links = [
    ...(number > 1 ? [link(number - 1, 'prev')] : []),
    ...(number < last ? [link(number + 1, 'next'), link(last, 'last')] : []),
    ...(number > 1 ? [link(1, 'first')] : []),
  ];
  const answer = json(200, list.slice((number - 1) * size, number * size), false);
  return links.length === 0 ? answer : { ...answer, headers: { ...answer.headers, Link: links.join(', ') } };
}

function textOf(body: unknown): string {
  const text: unknown = Object(body).body;
  if (typeof text !== 'string' || text.trim() === '') throw unprocessable('Body cannot be blank');
  if (text.length > MAX_BODY) throw unprocessable(`Body is too long (maximum is ${MAX_BODY} characters)`);
  return text;
}

function requireWrite({ comments = 'write' }: GitHubToken): void {
  if (comments === 'read') throw notAccessible();
}

function notAccessible(): Refusal {
  return new Refusal(403, '', 'Resource not accessible by integration');
}

function notFound(): Refusal {
  return new Refusal(404, '', 'Not Found');
}

function unprocessable(message: string): Refusal {
  const errors = [{ resource: 'IssueComment', code: 'unprocessable', field: 'data', message }];
  return new Refusal(422, '', 'Validation Failed', { errors });
}

function json(status: number, value: unknown, applied = true): Answer {
  const headers = { 'Content-Type': 'application/json; charset=utf-8', 'X-GitHub-Request-Id': 'SIMULATED' };
  return { status, headers, body: [JSON.stringify(value)], applied };
}
