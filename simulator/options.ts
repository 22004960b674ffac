import type { RecordedRequest } from './fault-options.ts';
import type { OrgSpec } from './organization-options.ts';

export type * from './fault-options.ts';
export type * from './organization-options.ts';

/** What a simulated Hub can be started with. Everything is optional; the rules behind the names are those of hub-api.md. */

export type Restriction = 'mfa' | 'token-policy' | 'token-revoked' | 'sso' | 'ip';
export type Wording = 'named' | 'plain' | 'empty' | 'html';

/** Where the text of a refusal stands in its JSON. */
export type ErrorKey = 'error' | 'message' | 'error_description' | 'error[]' | 'errors[].message';

export interface TokenScope {
  /** The `_id` or the `name` is enough for organizations, groups and users that the Hub knows. */
  entity: { type: string; name?: string; _id?: string };
  permissions: string[];
}

export interface TokenSpec {
  token: string;
  user: string;
  type: 'read' | 'write' | 'fineGrained' | 'god';
  scoped?: TokenScope[];
  /** Each refuses every call on an organization. */
  restrictions?: Restriction[];
  /** What whoami-v2 answers: the documented shape, the same with empty `orgs`, two others, or a bare status. */
  whoami?: 'normal' | 'no-orgs' | 'service-account' | 'odd-shape' | number;
}

/** What a permission of a fine-grained token can be needed for. */
export type Right = 'manageMembers' | 'readMembers' | 'readGroups' | 'readServiceAccounts' | 'writeRepos';

/** A quota in fixed windows, counted for each token from its first request on. */
export interface Quota {
  /** Requests per window. */
  limit: number;
  windowSeconds: number;
  /** Whether responses carry `RateLimit` and `RateLimit-Policy`. Default `headers`. */
  announce?: 'headers' | 'none';
  /** A second policy in both headers: one that is used up (`r=0`), or one without any figures, before or after the first. */
  second?: { figures: 'used-up' | 'none'; place: 'before' | 'after' };
  /** How a 429 says when to come back. Default `none`. */
  retryAfter?: 'seconds' | 'date' | 'none';
}

export type RequestIdHeader = 'X-Request-Id' | 'X-Amzn-Trace-Id' | 'X-Amz-Cf-Id';

/** What can be changed on a running Hub, with `hub.configure`. */
export interface HubSettings {
  /** How refusals are worded. Default `named`. */
  wording: Wording;
  /** Where the text of a refusal stands in its JSON. Default `error`. */
  errorKey: ErrorKey;
  /** Headers with a request id. The first one has the id of the record, each other one its own. Default `X-Request-Id`. */
  requestIdHeaders: readonly RequestIdHeader[];
  quota: Quota | undefined;
  /** Wait before each request is handled, in milliseconds. */
  latencyMs: number | ((request: RecordedRequest) => number);
  /** `X-HF-Warning` on every response. */
  warning: string | undefined;

  /** Every write that names one of these is a 500, and nothing is changed. */
  failFor: readonly string[];
  /** Every write that names one of these is carried out, and answered with a 504. */
  loseFor: readonly string[];
  /** Every write that names one of these is a 403, for no reason that is given. */
  refuseFor: readonly string[];
  /** A POST that names more users is a 413. */
  maxUsersPerRequest: number;
  /** Connections that are accepted and never spoken to, TLS included: their numbers, counted from 1 for the first one. */
  silentConnections: readonly number[];

  /** Which permissions of a fine-grained token allow what; only `org.write` is documented. See `permissions.ts`. */
  permissions: Partial<Record<Right, readonly string[]>>;
  /** Whether `repo.write` on a `user` entity holds in organizations too (default), or in the user's own namespace only. */
  userScope: 'everywhere' | 'personal';

  /** The next creations of a repository that are a 409 "conflicting operation". Counts down. */
  conflictingCreations: number;
  /** Whether a repository that was created private is private, is not, or does not say. */
  createdVisibility: 'as-asked' | 'public' | 'unsaid';
  /** Whether the answer to a creation has `private`, which the OpenAPI does not know. */
  creationSaysPrivate: boolean;
  /** So many deletions of each repository are a 404 although it exists. */
  deletionLag: number;
  /** Whether bodies are sent as gzip to clients that accept it. */
  compress: boolean;
  /** Clock of the quotas, in milliseconds. */
  now: () => number;
}

export interface HubOptions extends Partial<HubSettings> {
  /** By default one organization, `acme`, with a few members and a group. */
  orgs?: readonly OrgSpec[];
  /** Besides `hf_test`, a write token of `admin`, who is an admin of every organization. */
  tokens?: readonly TokenSpec[];
  /** Accounts that exist, but are in no organization. */
  strangers?: readonly string[];
  /** PEM. The Hub then speaks TLS, and HTTP/2 with clients that offer it, unless it is `http1Only`. */
  tls?: { key: string; cert: string; http1Only?: boolean };
  /** Port on 127.0.0.1; any free one by default. */
  port?: number;
}
