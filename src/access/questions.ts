import type { HubLocation } from '../hub/pages.ts';

/**
 * What is asked about a token: can it manage the members of a group, write repositories there, and read
 * groups at all?
 */
export type Question = 'manage-members' | 'write-repos' | 'read-groups';

export type Verdict = 'allowed' | 'denied' | 'unknown';

/**
 * One side of a finding: what the account can do, or what the token can do. `reason` is a clause to build
 * sentences from. It can hold names from the Hub, so escape it.
 */
export interface Side {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** What a question is about: an organization, or one resource group of it. */
export interface AccessLocation extends HubLocation {
  readonly group?: {
    /** Undefined if the token cannot read the group and only its name is known. */
    readonly id: string | undefined;
    readonly name: string;
    /** The members of the group, if they were read. */
    readonly users?: readonly { readonly name: string; readonly role: string }[];
  };
}

/** Whether something that the Hub lists is the group in question. */
export function isGroup(
  { group }: AccessLocation,
  listed: { readonly id: string | undefined; readonly name?: string | undefined },
): boolean {
  if (group === undefined) return false;
  return group.id === undefined || listed.id === undefined
    ? listed.name === group.name
    : listed.id === group.id;
}
