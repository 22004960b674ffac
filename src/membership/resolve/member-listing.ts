import { HubError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import { listMembers, type MemberPage } from '../../hub/endpoints.ts';
import { foldCase } from '../../text/words.ts';
import { userKey } from '../assignment.ts';

/** Whom to look for, by `userKey` and by the address with its case folded. */
export interface Sought {
  readonly usernames: Pick<ReadonlySet<string>, 'has' | 'size'>;
  readonly emails: Pick<ReadonlySet<string>, 'has' | 'size'>;
  /** Whether only the whole listing will do, whatever it costs. */
  readonly whole: boolean;
}

/** A member as the listing shows one. */
export interface ListedMember {
  /** The Hub's spelling. */
  readonly user: string;
  /** The verified address with its case folded; null if it is hidden or there is none. */
  readonly email: string | null;
}

/** What the member listing says about the people sought. */
export interface MemberListing {
  /** Whether every page was read, so that a person who is not in it is not listed. */
  readonly complete: boolean;
  /** Whether it showed the verified address of every member, so that an address not in it is held by no member. */
  readonly showsEveryEmail: boolean;
  /** The members with a username that was sought, by `userKey`. */
  readonly members: ReadonlyMap<string, ListedMember>;
  /** The usernames of the members with an address that was sought, by the address with its case folded. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
  /** How many users the listing says that a group has, by the group's id (`numUsers`; hub-api.md, trap 10). */
  readonly groupSizes: ReadonlyMap<string, number>;
}

/**
 * Reads the member listing as far as it pays: at most as many pages as requests would be needed without it. The number of
 * pages is not announced, so no rule can promise less than twice the cheaper way. An address that was found counts like one
 * that was not: only the whole listing can tell that no second member holds it. For usernames, two pages fewer are read than
 * there are chunks: the look at the groups and the separate chunk of those who were not found come on top.
 * `firstPage` was asked for before, to save a round trip. Returns undefined if the listing cannot be had (hub-api.md, trap 7). Throws a HubError, `cancelled` or `rate-limited`.
 */
export async function readMemberListing(
  hub: HubClient,
  org: string,
  sought: Sought,
  chunkSize: number,
  firstPage?: Promise<MemberPage>,
): Promise<MemberListing | undefined> {
  const members = new Map<string, ListedMember>();
  const holders = new Map<string, string[]>();
  const groupSizes = new Map<string, number>();
  let anyShown = false;
  let anyHidden = false;
  /** Whether every page so far could be read in full. */
  let intact = true;
  let cursor: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const asked = pages === 1 && firstPage !== undefined ? firstPage : listMembers(hub, org, cursor);
    const page = await pageOrNothing(asked);
    if (page === undefined) {
      return pages === 1
        ? undefined
        : { complete: false, showsEveryEmail: false, members, holders, groupSizes };
    }
    if (page.dropped > 0) intact = false;
    for (const { user, verifiedEmail, resourceGroups } of page.members) {
      const email = verifiedEmail == null ? null : foldCase(verifiedEmail);
      if (email === null) anyHidden = true;
      else anyShown = true;
      const key = userKey(user);
      if (sought.usernames.has(key)) members.set(key, { user, email });
      if (email !== null && sought.emails.has(email)) addHolder(holders, email, user);
      for (const { id, numUsers } of resourceGroups ?? []) {
        if (numUsers != null) groupSizes.set(id, Math.max(numUsers, groupSizes.get(id) ?? 0));
      }
    }
    const stuck = page.cursor === cursor && cursor !== undefined;
    cursor = page.cursor;
    const lookUps = anyShown ? sought.emails.size : 0;
    const chunks = Math.ceil((sought.usernames.size - members.size) / chunkSize);
    const pays = sought.whole || pages < lookUps + Math.max(0, chunks - 2);
    if (cursor === undefined || stuck || !pays) {
      const complete = intact && !page.more;
      return { complete, showsEveryEmail: complete && anyShown && !anyHidden, members, holders, groupSizes };
    }
  }
}

function addHolder(holders: Map<string, string[]>, email: string, user: string): void {
  const known = holders.get(email);
  // An array that grows keeps room for more, and nearly all of these hold one person.
  if (known === undefined) holders.set(email, [user]);
  else if (!known.includes(user)) known.push(user);
}

async function pageOrNothing(asked: Promise<MemberPage>): Promise<MemberPage | undefined> {
  try {
    return await asked;
  } catch (error) {
    const passing = error instanceof HubError && (error.kind === 'refused' || error.kind === 'unavailable');
    if (passing && error.status !== 401) return undefined;
    throw error;
  }
}
