import { DEFAULT_SETTINGS } from '../defaults.ts';
import { createFaultRules } from '../faults.ts';
import type { Fault, RecordedRequest } from '../options.ts';
import { serve } from '../server.ts';
import { gitHubRouteOf, handleGitHub } from './handle.ts';
import type { GitHubComment, GitHubOptions, GitHubToken } from './options.ts';
import { addComment, createGitHubState, findComment } from './state.ts';

export type * from './options.ts';
export { GITHUB_TOKEN } from './state.ts';

/** A GitHub that runs, seen from the side of the test. Changes made here are in no record. */
export interface SimulatedGitHub {
  /** For `GITHUB_API_URL`. */
  readonly url: string;
  /** Every request received, with its headers, in order of arrival. */
  readonly requests: RecordedRequest[];
  readonly tokens: Map<string, GitHubToken>;
  /** The comments of a pull request (`acme/people#1`), oldest first: a copy. Throws if there is no such pull request. */
  comments(pull: string): GitHubComment[];
  /** Adds a comment as its author would. */
  comment(pull: string, author: GitHubToken, body: string): GitHubComment;
  /** Deletes a comment as a person would. */
  deleteComment(id: number): void;
  inject(...faults: Fault[]): void;
  clearFaults(): void;
  /** Called, and awaited, before each request is handled: for scripted races. */
  onRequest(listener: (request: RecordedRequest) => void | Promise<void>): void;
  close(): Promise<void>;
}

/** Starts GitHub's REST API on a loopback port: comments on pull requests, and who a token is. */
export async function startGitHub(options: GitHubOptions = {}): Promise<SimulatedGitHub> {
  const state = createGitHubState(options);
  const faults = createFaultRules();
  const requests: RecordedRequest[] = [];
  const listeners: ((request: RecordedRequest) => void | Promise<void>)[] = [];
  const { url, close } = await serve(
    {
      settings: { ...DEFAULT_SETTINGS, wording: 'plain', errorKey: 'message' },
      faults,
      requests,
      listeners,
      routeOf: gitHubRouteOf,
      answer: (request, body, origin) => handleGitHub(state, request, body, origin),
    },
    options,
  );
  return {
    url,
    requests,
    tokens: state.tokens,
    comments: (pull) => {
      const comments = state.pulls.get(pull);
      if (!comments) throw new Error(`The simulated GitHub has no pull request ${pull}`);
      return comments.map((comment) => ({ ...comment }));
    },
    comment: (pull, author, body) => addComment(state, pull, author, body),
    deleteComment: (id) => {
      const found = findComment(state, id);
      found?.list.splice(found.list.indexOf(found.comment), 1);
    },
    inject: (...ordered) => faults.add(ordered),
    clearFaults: faults.clear,
    onRequest: (listener) => listeners.push(listener),
    close,
  };
}

/** A rate limit of GitHub's: the hourly one, or the secondary one, which says when to come back. Both are 403 or 429. */
export function gitHubRateLimit(kind: 'primary' | 'secondary', status: 403 | 429 = 403): Fault {
  const documentation_url = 'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api';
  return kind === 'primary'
    ? {
        kind: 'status',
        status,
        headers: {
          'x-ratelimit-limit': '1000',
          'x-ratelimit-remaining': '0',
          'x-ratelimit-reset': '1767229200',
        },
        body: { message: 'API rate limit exceeded for installation.', documentation_url },
      }
    : {
        kind: 'status',
        status,
        headers: { 'retry-after': '60' },
        body: {
          message: 'You have exceeded a secondary rate limit. Please wait a few minutes.',
          documentation_url,
        },
      };
}
