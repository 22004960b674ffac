import type { HubClient } from '../../hub/client.ts';
import { userKey } from '../assignment.ts';
import type { Add } from '../change.ts';
import { readMemberListing } from '../resolve/member-listing.ts';

/**
 * Asks the member listing about people who were sent without it, after the Hub refused their request. Returns them as they are
 * listed, or unchanged if the listing cannot be had or is not complete, and whether that explains the refusal: a name is not
 * listed, or in another spelling. Throws a HubError.
 */
export async function listLate(
  adds: readonly Add[],
  { hub, org, run: { chunkSize } }: { hub: HubClient; org: string; run: { chunkSize: number } },
): Promise<{ readonly adds: readonly Add[]; readonly isExplained: boolean }> {
  const usernames = new Set(adds.map(({ member }) => userKey(member.user)));
  const sought = { usernames, emails: new Set<string>(), whole: false, decides: false };
  const listing = await readMemberListing(hub, org, sought, chunkSize);
  if (listing?.complete !== true) return { adds, isExplained: false };
  let isExplained = false;
  const asListed = adds.map((add) => {
    const listed = listing.members.get(userKey(add.member.user));
    if (listed?.user !== add.member.user) isExplained = true;
    const member = { ...add.member, user: listed?.user ?? add.member.user, listed: listed !== undefined };
    return { ...add, member };
  });
  return { adds: asListed, isExplained };
}
