/** Who a token of the simulated GitHub is, and what it may do. */
export interface GitHubToken {
  /** With `[bot]` for the bot of an app. */
  login: string;
  type: 'User' | 'Bot';
  /** The slug of the app, for an installation token: it may not ask `GET /user`. */
  app?: string;
  /** What it may do with comments. `read`: as on pull requests from forks. Default `write`. */
  comments?: 'write' | 'read';
  /** Whether GraphQL answers it. Default true. */
  graphql?: boolean;
}

export interface GitHubOptions {
  /** Pull requests of each repository by its full name. By default `acme/people` with 1 and 2. */
  repositories?: Readonly<Record<string, readonly number[]>>;
  /** By token, besides `ghs_test`, the GITHUB_TOKEN of a workflow run, and `ghp_person`, a token of the person `octocat`. */
  tokens?: Readonly<Record<string, GitHubToken>>;
  /** PEM; the server then speaks TLS. */
  tls?: { key: string; cert: string };
}

/** A comment as the REST API shows it. */
export interface GitHubComment {
  readonly id: number;
  readonly node_id: string;
  readonly html_url: string;
  readonly issue_url: string;
  readonly user: { readonly login: string; readonly id: number; readonly type: string };
  readonly performed_via_github_app: { readonly slug: string; readonly name: string } | null;
  body: string;
  readonly created_at: string;
  updated_at: string;
}
