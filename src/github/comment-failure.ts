import { clip, oneLine } from '../text/one-line.ts';

const MAX_QUOTED = 200;

/** Why there is no comment. `message` is a complete sentence or several; it quotes GitHub, so escape it. */
export interface CommentFailure {
  readonly status: 'failed';
  readonly reason: 'not-permitted' | 'rate-limited' | 'unavailable';
  readonly message: string;
}

/** What was thrown by Octokit, a time limit or a cancellation, as a result. The token is not in it. */
export function asFailure(
  error: unknown,
  { repository, pullRequest, token }: { repository: string; pullRequest: number; token: string },
): CommentFailure {
  const { status, message = String(error) } = Object(error) as { status?: unknown; message?: string };
  // An error can repeat what was sent. Redacted before it is cut: half a token is still one.
  const safe = token === '' ? message : message.replaceAll(token, '***');
  const words = `"${clip(oneLine(safe), MAX_QUOTED)}"`;
  const told = typeof status === 'number' ? `${status}: ${words}` : words;
  const start = `No comment was written on pull request ${pullRequest} of ${repository}.`;
  if (isRateLimit(error)) {
    return {
      status: 'failed',
      reason: 'rate-limited',
      message: `${start} GitHub's rate limit was reached (${told}). Re-run the job later.`,
    };
  }
  if (status === 401 || status === 403 || status === 404) {
    return {
      status: 'failed',
      reason: 'not-permitted',
      message:
        `${start} GitHub answered ${told}. Give the job the permission \`pull-requests: write\`. ` +
        'On pull requests from forks, workflows do not have it.',
    };
  }
  return {
    status: 'failed',
    reason: 'unavailable',
    message: `${start} The request to GitHub failed (${told}).`,
  };
}

/** Whether GitHub declined for good, as opposed to a failure that may pass. */
export function isRefusal(error: unknown): boolean {
  const { status, name } = Object(error) as { status?: unknown; name?: string };
  if (isRateLimit(error)) return false;
  return status === 403 || status === 404 || name === 'GraphqlResponseError';
}

/** GitHub's primary and secondary rate limits are a 403 or a 429 ("Rate limits for the REST API"). */
function isRateLimit(error: unknown): boolean {
  const { status, message, response } = Object(error) as {
    status?: unknown;
    message?: string;
    response?: { headers?: Record<string, string | undefined> };
  };
  if (status === 429) return true;
  if (status !== 403) return false;
  const headers = response?.headers ?? {};
  return (
    headers['x-ratelimit-remaining'] === '0' ||
    headers['retry-after'] !== undefined ||
    /rate limit/i.test(message ?? '')
  );
}
