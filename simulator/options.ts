/** What a simulated Hub may be started with. Everything is optional; the rules behind the names are those of hub-api.md. */

/** A role in an organization or a group, weakest first. Requests for a group are answered for the last four only. */
export type Role = 'no_access' | 'read' | 'contributor' | 'write' | 'admin';
export type Plan = 'free' | 'team' | 'enterprise' | 'plus' | 'academia';
export type Restriction = 'mfa' | 'token-policy' | 'token-revoked' | 'sso' | 'ip';
export type Wording = 'named' | 'plain' | 'empty' | 'html';

/** What the member listing answers to `?email=`: the members who have it, everyone, nobody, a 400, or one member who does not have it. */
export type EmailFilter = 'filter' | 'everyone' | 'nobody' | 'error' | 'one-stranger';

export interface MemberSpec {
  user: string;
  fullname?: string;
  /** The address that the `email` filter knows. */
  email?: string;
  /** Role in the organization, `read` unless told. */
  role?: Role;
  /** Whether the address is shown as `verifiedEmail` (default true); if not, that is `null`. */
  verified?: boolean;
  /** Listed like anybody else, but the Hub refuses to put them into any group. */
  suspended?: boolean;
}

export type AutoJoin = { enabled: true; role: Role; scope?: 'all' | 'read_plus' } | { enabled: false };

export interface GroupSpec {
  /** 24 hex digits; counted up from a fixed number unless told. */
  id?: string;
  name: string;
  description?: string;
  /** Who is in it at the start: members or service accounts of the organization. */
  users?: readonly { user: string; role: Role }[] | Readonly<Record<string, Role>>;
  autoJoin?: AutoJoin;
  /** Managed by SCIM: regular members cannot be added, changed or removed by hand. */
  scim?: boolean;
  /** Names of model repositories in the group, without the organization. */
  repos?: readonly string[];
}

/** How an organization behaves; these can be changed on a running Hub, at `hub.org(name)`. */
export interface OrgBehaviour {
  plan: Plan;
  /** Domains whose addresses the `email` filter can search, in lower case. */
  emailDomains: readonly string[];
  /** What every token has to be; `approval` and `denied` refuse all of them. */
  tokenPolicy: 'any' | 'fine-grained-only' | 'approval' | 'denied';
  /** Whether admins of the organization see `verifiedEmail` (on a paid plan). */
  verifiedEmailsVisible: boolean;
  /** Whether the listing names each member's `resourceGroups`. */
  memberGroupsVisible: boolean;
  /** `refused`: the member listing is a 403 to everyone. */
  listing: 'allowed' | 'refused';
  /** For addresses outside `emailDomains`, and inside. */
  emailFilter: EmailFilter;
  emailFilterInside: EmailFilter;
  /** Most members on a page, whatever `limit` says. */
  pageSizeCap: number;
  /** Whether a `limit` outside 10 to 10,000 is a 400 (default), or pulled into that range. */
  strictLimit: boolean;
  /** Origin put into `Link` headers instead of the Hub's own. */
  linkOrigin: string | undefined;
  /** Whether each `Link` leads to the page that it stands on. */
  linkLoop: boolean;
  /** `sensitive`: a username in another spelling than the account's does not exist. */
  memberCase: 'insensitive' | 'sensitive';
}

export interface OrgSpec extends Partial<OrgBehaviour> {
  name: string;
  fullname?: string;
  /** A mere name is a member with the verified address `name@<first e-mail domain>`. */
  members?: readonly (string | MemberSpec)[];
  /** Belong to the organization, are in no listing, may be put into groups, SCIM-managed ones too. */
  serviceAccounts?: readonly (string | { user: string; role?: Role })[];
  groups?: readonly (string | GroupSpec)[];
}

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
  /** What whoami-v2 answers: the documented shape, two others, or a bare status. */
  whoami?: 'normal' | 'service-account' | 'odd-shape' | number;
}

/** A quota in fixed windows, counted for each token from its first request on. */
export interface Quota {
  /** Requests in a window. */
  limit: number;
  windowSeconds: number;
  /** Whether answers carry `RateLimit` and `RateLimit-Policy`. Default `headers`. */
  announce?: 'headers' | 'none';
  /** How a 429 says when to come back. Default `none`. */
  retryAfter?: 'seconds' | 'date' | 'none';
}

/** A request as the Hub received it. Times are `performance.now()` milliseconds. */
export interface RecordedRequest {
  /** The `X-Request-Id` of its answer. */
  id: string;
  method: string;
  /** Decoded, but otherwise as it was sent: `..` stays. */
  path: string;
  /** Path and query as they were sent. */
  url: string;
  query: Record<string, string>;
  headers: Record<string, string | string[] | undefined>;
  /** Parsed JSON; undefined where there was none. */
  body: unknown;
  at: number;
  /** When the answer was handed over, or the connection ended without one. */
  finishedAt?: number;
  /** Absent where the answer was never given in full. */
  status?: number;
  /** Kind of the fault that struck. */
  fault?: string;
  /** Whether it changed what is on the Hub. */
  applied?: boolean;
}

export type FaultKind =
  | 'reset'
  | 'hang'
  | 'truncate'
  | 'wrong-json'
  | 'html'
  | 'empty'
  | 'redirect'
  | 'status'
  | 'delay';

export interface Fault {
  kind: FaultKind;
  /** Instead of the Hub's work (default), or in place of the answer after it. */
  when?: 'before' | 'after';
  /** All of it has to fit. `nth`: only the nth request that fits the rest, from 1. */
  match?: {
    method?: string;
    /** Part of the decoded path, or a pattern for it. */
    path?: RegExp | string;
    /** Somebody that the body or the path names. */
    user?: string;
    nth?: number;
  };
  /** How often it strikes, once unless told, after the first `skip` requests that fit. */
  times?: number;
  skip?: number;
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is, anything else as JSON. */
  body?: unknown;
  location?: string;
  /** Wait before it strikes, in milliseconds. */
  delayMs?: number;
}

/** What can be changed on a running Hub, with `hub.configure`. */
export interface HubSettings {
  /** How refusals are worded. Default `named`. */
  wording: Wording;
  /** The key of the text in a refusal's JSON. Default `error`. */
  errorKey: 'error' | 'message';
  quota: Quota | undefined;
  /** Wait before each request is handled, in milliseconds. */
  latencyMs: number | ((request: RecordedRequest) => number);
  /** `X-HF-Warning` on every answer. */
  warning: string | undefined;
  /** A POST that names more users is a 413. */
  maxUsersPerRequest: number;
  /** Whether `repo.write` on a `user` entity holds in organizations too (default), or in the user's own namespace only. */
  userScope: 'everywhere' | 'personal';
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
  /** Port on 127.0.0.1; any free one unless told. */
  port?: number;
}
