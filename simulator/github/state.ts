import type { GitHubComment, GitHubOptions, GitHubToken } from './options.ts';

/** The GITHUB_TOKEN of a workflow run. */
export const GITHUB_TOKEN = 'ghs_test';

const TOKENS: Record<string, GitHubToken> = {
  [GITHUB_TOKEN]: { login: 'github-actions[bot]', type: 'Bot', app: 'github-actions' },
  ghp_person: { login: 'octocat', type: 'User' },
};

export interface GitHubState {
  readonly tokens: Map<string, GitHubToken>;
  /** Comments of each pull request, oldest first; keys like `acme/people#1`. */
  readonly pulls: Map<string, GitHubComment[]>;
  nextId: number;
}

/** What is on the simulated GitHub at the start. */
export function createGitHubState({ repositories, tokens }: GitHubOptions): GitHubState {
  const pulls = new Map<string, GitHubComment[]>();
  for (const [name, numbers] of Object.entries(repositories ?? { 'acme/people': [1, 2] }))
    for (const number of numbers) pulls.set(`${name}#${number}`, []);
  return { tokens: new Map(Object.entries({ ...TOKENS, ...tokens })), pulls, nextId: 1001 };
}

/** Appends a comment to a pull request. Throws if there is no such pull request. */
export function addComment(
  state: GitHubState,
  pull: string,
  author: GitHubToken,
  body: string,
): GitHubComment {
  const comments = state.pulls.get(pull);
  if (!comments) throw new Error(`The simulated GitHub has no pull request ${pull}`);
  const [repository = '', number = ''] = pull.split('#');
  const id = state.nextId++;
  // Seconds that are counted, so that two runs alike show the same dates.
  const now = new Date(Date.UTC(2026, 0, 1) + id * 1000).toISOString();
  const comment: GitHubComment = {
    id,
    node_id: `IC_${id}`,
    html_url: `https://github.com/${repository}/pull/${number}#issuecomment-${id}`,
    issue_url: `https://api.github.com/repos/${repository}/issues/${number}`,
    user: { login: author.login, id: author.login.length, type: author.type },
    performed_via_github_app: author.app === undefined ? null : { slug: author.app, name: author.app },
    body,
    created_at: now,
    updated_at: now,
  };
  comments.push(comment);
  return comment;
}

/** A comment of any pull request of a repository, and the list that it stands in. */
export function findComment(
  state: GitHubState,
  id: number,
  repository?: string,
): { comment: GitHubComment; list: GitHubComment[] } | undefined {
  for (const [pull, list] of state.pulls) {
    const comment = list.find((each) => each.id === id);
    if (comment && (repository === undefined || pull.startsWith(`${repository}#`))) return { comment, list };
  }
  return undefined;
}
