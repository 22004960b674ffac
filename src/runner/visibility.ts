/**
 * Whether email addresses are redacted. With `auto` they are, unless the event that started the workflow says
 * that the repository is private. An event that cannot be read says nothing.
 */
export async function shouldRedact(setting: 'true' | 'false' | 'auto'): Promise<boolean> {
  if (setting !== 'auto') return setting === 'true';
  try {
    const { context } = await import('@actions/github');
    return context.payload.repository?.['private'] !== true;
  } catch {
    return true;
  }
}

/** The pull request that started the workflow; undefined if it was another event. */
export async function pullRequestOf() {
  const { context } = await import('@actions/github');
  const { pull_request: pullRequest, repository } = context.payload;
  if (pullRequest === undefined) return undefined;
  const name = process.env['GITHUB_REPOSITORY'] ?? repository?.full_name ?? '';
  const runId = process.env['GITHUB_RUN_ID'] ?? '';
  return {
    repository: name,
    pullRequest: pullRequest.number,
    apiUrl: process.env['GITHUB_API_URL'] ?? 'https://api.github.com',
    runId,
    runUrl: `${process.env['GITHUB_SERVER_URL'] ?? 'https://github.com'}/${name}/actions/runs/${runId}`,
    commit: String(pullRequest['head']?.sha ?? process.env['GITHUB_SHA'] ?? ''),
  };
}
