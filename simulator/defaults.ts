import type { HubSettings, OrgBehaviour, OrgSpec } from './options.ts';

/** How a Hub behaves unless it is told otherwise: as hub-api.md documents, and in doubt the strict way. */
export const DEFAULT_SETTINGS: HubSettings = {
  wording: 'named',
  errorKey: 'error',
  requestIdHeaders: ['X-Request-Id'],
  quota: undefined,
  latencyMs: 0,
  warning: undefined,
  failFor: [],
  loseFor: [],
  refuseFor: [],
  maxUsersPerRequest: Number.POSITIVE_INFINITY,
  silentConnections: [],
  permissions: {},
  userScope: 'everywhere',
  conflictingCreations: 0,
  createdVisibility: 'as-asked',
  creationSaysPrivate: false,
  deletionLag: 0,
  compress: false,
  now: Date.now,
};

/** The same for an organization. */
export const DEFAULT_BEHAVIOUR: OrgBehaviour = {
  plan: 'team',
  emailDomains: [],
  tokenPolicy: 'any',
  verifiedEmailsVisible: true,
  memberGroupsVisible: true,
  listing: 'allowed',
  emailFilter: 'everyone',
  emailFilterInside: 'filter',
  pageSizeCap: Number.POSITIVE_INFINITY,
  strictLimit: true,
  linkOrigin: undefined,
  linkLoop: false,
  nameCase: 'insensitive',
  memberCase: 'insensitive',
  numUsers: 'actual',
  unlistedMembers: [],
  listingEndsAfter: Number.POSITIVE_INFINITY,
  linkForm: 'plain',
  groupListing: 'allowed',
  groupUserDetails: true,
  unlistedGroupUsers: [],
  scimRoleChange: 'refused',
  notInGroupStatus: 404,
  serviceAccountListing: 'by-plan',
  serviceAccountsSeeEmails: false,
};

/** The organization of a Hub that is started without any. */
export const DEFAULT_ORG: OrgSpec = {
  name: 'acme',
  emailDomains: ['acme.com'],
  members: ['ada', 'bob', 'carol'],
  groups: ['Cohort 2024'],
};
