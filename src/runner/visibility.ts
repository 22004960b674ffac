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

/** The pull request that started the workflow, by its number; undefined if it was another event. */
export async function pullRequestOf(): Promise<
  { readonly number: number; readonly commit: string } | undefined
> {
  const { context } = await import('@actions/github');
  const { pull_request: pullRequest } = context.payload;
  if (pullRequest === undefined) return undefined;
  return { number: pullRequest.number, commit: String(pullRequest['head']?.sha ?? context.sha) };
}
