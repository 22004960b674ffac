/** What a person wants to know: may this token manage the members of the group, write repositories there, and look at groups at all? */
export type Question = 'manage-members' | 'write-repos' | 'read-groups';

export type Verdict = 'allowed' | 'denied' | 'unknown';

/** One side of a finding. `reason` is a clause to build sentences from; it may hold names from the Hub, so escape it. */
export interface Part {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** What the question is about: an organization, or one resource group of it. */
export interface AccessPlace {
  readonly org: string;
  /** Origin of the Hub, without a trailing slash. */
  readonly hubUrl: string;
  readonly group?: {
    /** Undefined where the token may not look at groups, and the name is all there is. */
    readonly id: string | undefined;
    readonly name: string;
    /** Who is in it, where that was read. */
    readonly users?: readonly { readonly name: string; readonly role: string }[];
  };
}

/** Whether something that the Hub lists is the group in question. */
export function isGroup(
  { group }: AccessPlace,
  listed: { readonly id: string | undefined; readonly name?: string | undefined },
): boolean {
  if (group === undefined) return false;
  return group.id === undefined || listed.id === undefined
    ? listed.name === group.name
    : listed.id === group.id;
}
