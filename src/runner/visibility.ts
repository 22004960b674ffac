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
