/** An organization on a Hub. */
export interface HubLocation {
  /** Origin of the Hub, without a trailing slash. */
  readonly hubUrl: string;
  readonly org: string;
}

/**
 * The permission that the Hub's guides ask for on a fine-grained token, in the words of its settings page.
 */
export const MEMBER_PERMISSION = 'Write access to organizations settings / member management';

/** Page where members are invited. This and all pages below: hub-api.md, "Pages people are sent to". */
export function membersPage({ hubUrl, org }: HubLocation): string {
  return `${hubUrl}/organizations/${encode(org)}/settings/members`;
}

export function groupPage({ hubUrl, org }: HubLocation, id: string): string {
  return `${hubUrl}/organizations/${encode(org)}/settings/resource-groups/${encode(id)}`;
}

export function personPage({ hubUrl }: HubLocation, username: string): string {
  return `${hubUrl}/${encode(username)}`;
}

export function tokensPage({ hubUrl }: HubLocation): string {
  return `${hubUrl}/settings/tokens`;
}

/** Page for a new fine-grained token, with one permission on the organization filled in. */
export function newTokenPage({ hubUrl, org }: HubLocation, permission = 'org.write'): string {
  return `${hubUrl}/settings/tokens/new?tokenType=fineGrained&orgs=${encode(org)}&orgPermissions=${permission}`;
}

/**
 * Every page that a remedy can name, with the text of a link to it. Of the groups, only those whose ids are
 * given. Only these become links in a summary, so that text from outside cannot make one.
 */
export function knownPages(
  location: HubLocation,
  groupIds: readonly string[] = [],
): ReadonlyMap<string, string> {
  return new Map([
    [membersPage(location), `the members page of ${location.org}`],
    [tokensPage(location), 'your token settings'],
    ...['org.write', 'repo.write', 'org.read'].map(
      (permission) => [newTokenPage(location, permission), 'the form for a new token'] as const,
    ),
    [`${location.hubUrl}/settings`, 'your settings'],
    [personPage(location, location.org), `the page of ${location.org}`],
    ...groupIds.map((id) => [groupPage(location, id), "the group's page"] as const),
  ]);
}

function encode(part: string): string {
  // An apostrophe would end the address when a sentence is searched for addresses.
  return encodeURIComponent(part.toWellFormed()).replaceAll("'", '%27');
}
