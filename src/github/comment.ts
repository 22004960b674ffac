import { createHash } from 'node:crypto';
import { foldCase } from '../text/words.ts';
import { asFailure, type CommentFailure, isRefusal } from './comment-failure.ts';

/** Maximum page size of GitHub's listings. */
const PAGE_SIZE = 100;
/** GitHub closes a pull request to comments at 2,500 of them, so there is never a further page. */
const MAX_PAGES = 30;
/** Of the marker. Comments with the marker of another version are updated as well. */
const VERSION = 1;

export interface CommentRequest {
  /** GitHub's token, which goes to `apiUrl` only. */
  readonly token: string;
  /** `GITHUB_API_URL`, without a slash at its end. */
  readonly apiUrl: string;
  /** `owner/name` */
  readonly repository: string;
  readonly pullRequest: number;
  /** What the comment is about. Each key has a comment of its own. */
  readonly key: string;
  /** Id of the workflow run, 0 if it has none. Later runs have higher ones. */
  readonly run: number;
  /** Markdown, without the marker. GitHub takes at most 65,536 characters including it. */
  readonly body: string;
  /** `changes`: a new comment is created only if there are changes. An existing one is always updated. */
  readonly mode: 'changes' | 'always';
  readonly hasChanges: boolean;
  /** Ends every request, for a time limit or a cancellation. */
  readonly signal?: AbortSignal;
}

export type CommentResult =
  | { readonly status: 'created' | 'updated'; readonly url: string }
  /** `outdated`: a later run has written the comment. */
  | { readonly status: 'not-needed' | 'outdated' }
  | CommentFailure;

/**
 * Creates or updates the one comment on a pull request that has this key. Only a comment whose first line is the marker of
 * the key and whose author is the owner of the token is changed; if the owner cannot be determined, a new one is created.
 * If two runs at the same time have created one each, both are updated. What a later run has written is left. Never rejects:
 * what went wrong is in the result, as a sentence that fits a warning.
 */
export async function upsertComment(request: CommentRequest): Promise<CommentResult> {
  try {
    const api = await connect(request);
    const existing = await findOwn(api);
    if (existing.some(({ run }) => run > request.run)) return { status: 'outdated' };
    const urls: string[] = [];
    for (const { id } of existing) {
      const url = await api.update(id);
      if (url !== 'deleted') urls.push(url);
    }
    if (urls[0] !== undefined) return { status: 'updated', url: urls[0] };
    // An existing comment that was deleted meanwhile was wanted, so it is written again.
    if (existing.length === 0 && request.mode === 'changes' && !request.hasChanges)
      return { status: 'not-needed' };
    return { status: 'created', url: await api.create() };
  } catch (error) {
    return asFailure(error, request);
  }
}

/** The first line of a comment with this key. It is an HTML comment, which GitHub does not show. */
export function commentMarker(key: string): string {
  return `<!-- add-resource-group-members comment v${VERSION} key=${hashOf(key)} -->`;
}

function markerPattern(key: string): RegExp {
  const anyVersion = commentMarker(key).replace(` v${VERSION} `, ' v\\d+ ');
  return new RegExp(`^${anyVersion}\\r?\\n(?:<!-- run (\\d{1,15}) -->)?`);
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32);
}

interface Comment {
  readonly id: number;
  readonly author: string;
  /** The run that wrote it; 0 if that is not known. */
  readonly run: number;
}

interface CommentApi {
  /** Comments on the page whose first line is the marker, and whether it is the last page. */
  marked(page: number): Promise<{ comments: Comment[]; isLast: boolean }>;
  /** The login of the token's owner; undefined if GitHub does not tell this token. */
  ownLogin(): Promise<string | undefined>;
  /** Returns the comment's address. */
  update(id: number): Promise<string | 'deleted'>;
  create(): Promise<string>;
}

async function findOwn(api: CommentApi): Promise<Comment[]> {
  const marked: Comment[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { comments, isLast } = await api.marked(page);
    marked.push(...comments);
    if (isLast) break;
  }
  if (marked.length === 0) return [];
  const login = await api.ownLogin();
  return login === undefined ? [] : marked.filter(({ author }) => foldCase(author) === foldCase(login));
}

/** Loads Octokit, which the bundle keeps in a file of its own, so that other runs do without it. */
async function connect(request: CommentRequest): Promise<CommentApi> {
  const { GitHub, getOctokitOptions } = await import('@actions/github/lib/utils');
  const { signal, pullRequest } = request;
  const silent = () => {};
  const octokit = new GitHub(
    getOctokitOptions(request.token, {
      baseUrl: request.apiUrl,
      log: { debug: silent, info: silent, warn: silent, error: silent },
    }),
  );
  const [owner = '', repo = ''] = request.repository.split('/');
  const options = signal ? { request: { signal } } : {};
  const common = { owner, repo, ...options };
  const body = `${commentMarker(request.key)}\n<!-- run ${request.run} -->\n${request.body}`;
  const pattern = markerPattern(request.key);

  return {
    marked: async (page) => {
      // Pages are counted, not followed: a link could lead the token elsewhere.
      const asked = { ...common, issue_number: pullRequest, per_page: PAGE_SIZE, page };
      const { data } = await octokit.rest.issues.listComments(asked);
      if (!Array.isArray(data)) throw unexpectedResponse();
      const comments = data.flatMap(({ id, user, body: text }) => {
        const found = pattern.exec(text ?? '');
        return user && found ? { id, author: user.login, run: Number(found[1] ?? 0) } : [];
      });
      return { comments, isLast: data.length < PAGE_SIZE };
    },

    // GraphQL tells every kind of token, REST only those of people: `GET /user` refuses the tokens of apps.
    ownLogin: async () => {
      try {
        const query = '{ viewer { login } }';
        const { viewer } = await octokit.graphql<{ viewer: { login: string } }>(query, options);
        return viewer.login;
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
      try {
        return (await octokit.rest.users.getAuthenticated(options)).data.login;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return undefined;
      }
    },

    update: async (id) => {
      try {
        const { data } = await octokit.rest.issues.updateComment({ ...common, comment_id: id, body });
        return addressOf(data);
      } catch (error) {
        if (Object(error).status === 404) return 'deleted';
        throw error;
      }
    },

    create: async () => {
      const { data } = await octokit.rest.issues.createComment({
        ...common,
        issue_number: pullRequest,
        body,
      });
      return addressOf(data);
    },
  };
}

function addressOf(comment: { html_url?: unknown } | undefined): string {
  const url = comment?.html_url;
  if (typeof url !== 'string') throw unexpectedResponse();
  return url;
}

function unexpectedResponse(): Error {
  return new Error('GitHub returned an unexpected response');
}
