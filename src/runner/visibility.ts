/**
 * Whether e-mails are to be redacted: as the input says, or where it says `auto`, unless the event that started the
 * workflow says that the repository is not public. When in doubt they are.
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
