/** The workflow run that a step belongs to, as far as the runner says. Empty strings stand for what is not known. */
export interface WorkflowRun {
  /** `owner/name`. */
  readonly repository: string;
  readonly sha: string;
  /** Name of the event that started the workflow, for example `schedule`. */
  readonly event: string;
  readonly actor: string;
  readonly id: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** RFC 3339, in UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Page of the run on GitHub, with its summary and artifacts; empty outside of GitHub. */
  readonly url: string;
  /** The action and its version, as the workflow names them; empty if it is in the repository of the workflow. */
  readonly action: string;
}

/** What ran, and where to read on: the last lines of a log. */
export function lastLines(env: Env): string[] {
  const { action, url } = identity(env);
  return [
    ...(action === '' ? [] : [`Action: ${action}`]),
    ...(url === '' ? [] : [`Job summary and artifacts: ${url}`]),
  ];
}

/** Reads the variables that the runner sets for every step. No request is sent. */
export function workflowRun(env: Env, startedAt: Date, finishedAt: Date): WorkflowRun {
  const of = (name: string) => env[name] ?? '';
  return {
    ...identity(env),
    ...{ sha: of('GITHUB_SHA'), event: of('GITHUB_EVENT_NAME'), actor: of('GITHUB_ACTOR') },
    attempt: Number(of('GITHUB_RUN_ATTEMPT')) || 1,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
  };
}

function identity(env: Env): Pick<WorkflowRun, 'repository' | 'id' | 'url' | 'action'> {
  const of = (name: string) => env[name] ?? '';
  const [server, repository, id] = [of('GITHUB_SERVER_URL'), of('GITHUB_REPOSITORY'), of('GITHUB_RUN_ID')];
  const [action, version] = [of('GITHUB_ACTION_REPOSITORY'), of('GITHUB_ACTION_REF')];
  return {
    ...{ repository, id },
    url: server && repository && id ? `${server}/${repository}/actions/runs/${id}` : '',
    action: action && version ? `${action}@${version}` : '',
  };
}

type Env = Readonly<Record<string, string | undefined>>;

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
