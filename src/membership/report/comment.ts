import { upsertComment } from '../../github/comment.ts';
import type { MembershipInputs } from '../../runner/inputs.ts';
import type { Log } from '../../runner/log.ts';
import { pullRequestOf } from '../../runner/workflow-run.ts';
import { code, link, small } from '../../text/html.ts';
import type { RunResult } from '../run-result.ts';
import { redactResult } from './publish.ts';
import { renderSummary } from './summary.ts';

/** Maximum number of bytes of a comment (interface.md, "The comment"); GitHub takes 65,536 characters. */
const MAX_BYTES = 59_000;
/** Maximum time for all requests to GitHub, in milliseconds. */
const TIME_LIMIT_MS = 60_000;

/**
 * Keeps one comment with the result on the pull request, if the inputs ask for one and the event is a pull request. Email
 * addresses are always redacted in it. What goes wrong is a warning, and never fails the step.
 */
export async function commentOn(result: RunResult, inputs: MembershipInputs, log: Log): Promise<void> {
  if (inputs.comment === 'never') return;
  const pullRequest = await pullRequestOf();
  if (pullRequest === undefined || result.run === undefined) {
    log.info('No comment: this run was not started by a pull request.');
    return;
  }
  const { repository, url, id } = result.run;
  const said = await upsertComment({
    repository,
    pullRequest: pullRequest.number,
    apiUrl: process.env['GITHUB_API_URL'] ?? 'https://api.github.com',
    token: inputs.githubToken,
    key: [inputs.action, inputs.org, ...inputs.groups, inputs.csv].join('\n'),
    body: `${renderSummary(redactResult(result), { maxBytes: MAX_BYTES, redacted: true })}\n\n${small(`Run ${link(url, id)}, commit ${code(pullRequest.commit)}.`)}\n`,
    mode: inputs.comment,
    hasChanges: (result.changes?.length ?? 0) > 0 || result.problems.length > 0,
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
  });
  if (said.status === 'failed') log.warning(said.message);
  else log.info(`Comment on the pull request: ${said.status}.`);
}
