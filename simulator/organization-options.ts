/** What is in a simulated organization, and how it behaves. The rules behind the names are those of hub-api.md. */

/** A role in an organization or a group, weakest first. Requests for a group are answered for the last four only. */
export type Role = 'no_access' | 'read' | 'contributor' | 'write' | 'admin';
export type Plan = 'free' | 'team' | 'enterprise' | 'plus' | 'academia';

/** What the member listing answers to `?email=`: the members who have it, all members, none, a 400, or one member who does not have it. */
export type EmailFilter = 'filter' | 'everyone' | 'nobody' | 'error' | 'one-stranger';

/**
 * How the `Link` header of a page is written (RFC 8288): `plain`; without quotes; the next page's link behind another one,
 * in a header of its own or after a comma; with other parameters, one of which holds quoted commas; as a
 * relative reference; or so that it cannot be read.
 */
export type LinkForm =
  | 'plain'
  | 'unquoted'
  | 'several-headers'
  | 'one-list'
  | 'parameters'
  | 'relative'
  | 'unreadable';

/** Kinds of things in a group that the OpenAPI names with a `name`. */
export type RepoKind = 'model' | 'dataset' | 'space' | 'bucket' | 'kernel' | 'container';

export interface MemberSpec {
  user: string;
  fullname?: string;
  /** The address that the `email` filter knows. */
  email?: string;
  /** Role in the organization, `read` by default. */
  role?: Role;
  /** Whether the address is shown as `verifiedEmail` (default true); if not, that is `null`. */
  verified?: boolean;
  /** Listed like other members, but the Hub refuses to put them into any group. */
  suspended?: boolean;
}

export type AutoJoin = { enabled: true; role: Role; scope?: 'all' | 'read_plus' } | { enabled: false };

/**
 * What happens to a person who was removed from the group (hub-api.md, trap 9): nothing, or auto-join or SSO mapping puts
 * them back, before the answer to the removal (`at-once`) or after it (`later`).
 */
export type PutBack = 'never' | 'at-once' | 'later';

export interface GroupSpec {
  /** 24 hex digits; counted up from a fixed number by default. */
  id?: string;
  name: string;
  description?: string;
  /** Who is in it at the start: members or service accounts of the organization. Auto-join adds no one else then. */
  users?: readonly { user: string; role: Role }[] | Readonly<Record<string, Role>>;
  autoJoin?: AutoJoin;
  /** Managed by SCIM: regular members cannot be added or removed by hand (and changed: see `scimRoleChange`). */
  scim?: boolean;
  putBack?: PutBack;
  /** Names without the organization; a bare name is a private model. */
  repos?: readonly (string | { type: RepoKind; name: string; private?: boolean })[];
}

/** How an organization behaves; all of it can be changed on a running Hub, at `hub.org(name)`. */
export interface OrgBehaviour {
  plan: Plan;
  /** Domains whose addresses the `email` filter can search, in lower case. */
  emailDomains: readonly string[];
  /** What every token has to be; `approval` and `denied` refuse all of them. */
  tokenPolicy: 'any' | 'fine-grained-only' | 'approval' | 'denied';
  /** Whether the name of the organization in a path may have another case. `sensitive`: a 404. */
  nameCase: 'insensitive' | 'sensitive';
  /** `sensitive`: a username in another spelling than the account's does not exist. */
  memberCase: 'insensitive' | 'sensitive';

  /** Whether admins of the organization see `verifiedEmail` (on a paid plan). */
  verifiedEmailsVisible: boolean;
  /** Whether the listing names each member's `resourceGroups`. */
  memberGroupsVisible: boolean;
  /** `numUsers` of a member's groups: the true count, absent, or wrong by that many. */
  numUsers: 'actual' | 'absent' | { offBy: number };
  /** `refused`: the member listing is a 403 for every token. */
  listing: 'allowed' | 'refused';
  /** Members who are missing in the listing, which does not say so. Looking for their email address does not find them. */
  unlistedMembers: readonly string[];
  /** The listing ends after that many members, without a `Link` and without saying so. */
  listingEndsAfter: number;
  /** For addresses outside `emailDomains`, and inside. */
  emailFilter: EmailFilter;
  emailFilterInside: EmailFilter;
  /** Maximum number of members on a page, whatever `limit` says. */
  pageSizeCap: number;
  /** Whether a `limit` outside 10 to 10,000 is a 400 (default), or pulled into that range. */
  strictLimit: boolean;
  linkForm: LinkForm;
  /** Origin put into `Link` headers instead of the Hub's own. */
  linkOrigin: string | undefined;
  /** Whether each `Link` leads to the page that it stands on. */
  linkLoop: boolean;

  /**
   * `refused`: the listing of groups is a 403, although single groups can be read.
   * A list: only the groups with these names or ids are listed, and nothing says that there are more.
   */
  groupListing: 'allowed' | 'refused' | readonly string[];
  /** Whether a group's users have `orgRole` and `roleSetBy`, as since September 2026. */
  groupUserDetails: boolean;
  /** Users whom a group does not show, although they are in it and counted in `numUsers`. */
  unlistedGroupUsers: readonly string[];
  /** Whether the role of a regular member can be changed in a SCIM-managed group. */
  scimRoleChange: 'refused' | 'allowed';
  /** Status for PATCH and DELETE of a user who is not in the group. 200: the group as it is. */
  notInGroupStatus: number;

  /** `by-plan`: allowed on the enterprise plans, otherwise a 402. A number: that status for every token. */
  serviceAccountListing: 'by-plan' | 'allowed' | number;
  /** Whether a service account with the role admin sees `verifiedEmail`. */
  serviceAccountsSeeEmails: boolean;
}

export interface OrgSpec extends Partial<OrgBehaviour> {
  name: string;
  fullname?: string;
  /** A bare name is a member with the verified address `name@<first email domain>`. */
  members?: readonly (string | MemberSpec)[];
  /** Belong to the organization, are in no member listing, can be put into groups, SCIM-managed ones too. */
  serviceAccounts?: readonly (string | { user: string; role?: Role; description?: string })[];
  groups?: readonly (string | GroupSpec)[];
}
