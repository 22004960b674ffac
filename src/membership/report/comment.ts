import { upsertComment } from '../../github/comment.ts';
import type { MembershipInputs } from '../../runner/inputs.ts';
import type { Log } from '../../runner/log.ts';
import { pullRequestOf } from '../../runner/workflow-run.ts';
import { foldCase } from '../../text/words.ts';
import type { RunResult } from '../run-result.ts';
import { isWorthAComment, renderComment } from './comment-text.ts';

/** Maximum time for all requests to GitHub, in milliseconds. */
const TIME_LIMIT_MS = 60_000;

const NO_TOKEN =
  'No comment was written on the pull request: `github-token` is empty. Leave the input out to use the token of the job.';

/**
 * Keeps one comment with the result on the pull request, if the inputs ask for one and the event is a pull request. What goes
 * wrong is a warning, and never fails the step. `lastDeadline` is aborted if a canceled run has no more time for it.
 */
export async function commentOn(
  result: RunResult,
  inputs: MembershipInputs,
  log: Log,
  lastDeadline: AbortSignal,
): Promise<void> {
  if (inputs.comment === 'never') return;
  const pullRequest = await pullRequestOf();
  if (pullRequest === undefined || result.run === undefined) {
    log.info('No comment: this run was not started by a pull request.');
    return;
  }
  if (inputs.githubToken === '') {
    log.warning(NO_TOKEN);
    return;
  }
  const { action, org, groups } = inputs;
  const files = inputs.csv.split('\n').flatMap((line) => line.trim() || []);
  const said = await upsertComment({
    repository: result.run.repository,
    pullRequest: pullRequest.number,
    apiUrl: process.env['GITHUB_API_URL'] || 'https://api.github.com',
    token: inputs.githubToken,
    run: Number(result.run.id) || 0,
    key: JSON.stringify([action, foldCase(org), groups, files]),
    body: renderComment(result, {
      action,
      groups,
      files,
      pullRequest: pullRequest.number,
      commit: pullRequest.commit,
    }),
    mode: inputs.comment,
    hasChanges: isWorthAComment(result),
    signal: AbortSignal.any([AbortSignal.timeout(TIME_LIMIT_MS), lastDeadline]),
  });
  if (said.status === 'failed') log.warning(said.message);
  else if (said.status === 'outdated')
    log.info('Comment on the pull request: not updated, because a later run has written it.');
  else log.info(`Comment on the pull request: ${said.status}.`);
}
