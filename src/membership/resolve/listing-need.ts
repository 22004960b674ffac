import type { RosterEntry } from '../../roster/entry.ts';
import { foldCase } from '../../text/words.ts';
import { userKey } from '../assignment.ts';
import type { Sought } from './member-listing.ts';

/** What it depends on whether the member listing is worth a request. */
export interface ListingNeed {
  readonly chunkSize: number;
  /** Whether all entries are for one and the same group. */
  readonly isOneGroup: boolean;
  /** Whether names that are in no listing will not be sent, so that only the listings can tell who they are. */
  readonly listingDecides: boolean;
  /** Whether the whole listing is needed, whatever the entries are. */
  readonly whole: boolean;
}

/**
 * Whom the member listing is asked about before anything is written; undefined if it is not worth a request: for one person,
 * and for usernames that go into one request. The Hub itself tells whether it knows them, and if it refuses the request, the
 * listing is asked then (apply/late-listing.ts). `alsoListed`: the members of the groups, if they are known by now; they are
 * sought as well.
 */
export function soughtInListing(
  entries: readonly RosterEntry[],
  need: ListingNeed,
  alsoListed: readonly string[] = [],
): Sought | undefined {
  const usernames = new Set<string>();
  const emails = new Set<string>();
  let isInDoubt = false;
  for (const { address, mayBeHeading = false } of entries) {
    if (address.kind !== 'email') usernames.add(userKey(address.username));
    if (address.kind !== 'username') emails.add(foldCase(address.email));
    if (address.kind === 'both' || mayBeHeading) isInDoubt = true;
  }
  const { whole, chunkSize, isOneGroup, listingDecides } = need;
  const decides = listingDecides && usernames.size > 0;
  const isOne = usernames.size + emails.size <= 1;
  const isOneRequest = emails.size === 0 && !isInDoubt && isOneGroup && usernames.size <= chunkSize;
  if (!whole && !decides && (isOne || isOneRequest)) return undefined;
  for (const user of alsoListed) usernames.add(userKey(user));
  return { usernames, emails, whole, decides };
}
