import { HubError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import { listMembers, MAX_LIMIT, type MemberPage } from '../../hub/endpoints.ts';
import { TIMED_OUT } from '../../hub/error-message.ts';
import { foldCase } from '../../text/words.ts';
import { userKey } from '../assignment.ts';

/** Whom to look for, by `userKey` and by the address with its case folded. */
export interface Sought {
  readonly usernames: ReadonlySet<string>;
  readonly emails: ReadonlySet<string>;
  /** Whether only the whole listing will do, whatever it costs. */
  readonly whole: boolean;
  /** Whether nothing but the listing tells who the usernames are, since they are not sent. */
  readonly decides: boolean;
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
  /** Whether there are pages that were not read because they would not have saved requests. */
  readonly isCut: boolean;
  /** Whether it showed the verified address of every member, so that an address not in it is held by no member. */
  readonly showsEveryEmail: boolean;
  /** The members with a username that was sought, by `userKey`. */
  readonly members: ReadonlyMap<string, ListedMember>;
  /** The usernames of the members with an address that was sought, by the address with its case folded. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
  /** How many users the listing says that a group has, by the group's id (`numUsers`; hub-api.md, trap 10). */
  readonly groupSizes: ReadonlyMap<string, number>;
}

/** So many members of a page weigh as much as one look-up: a page of 10,000 as about a dozen (docs/performance.md). */
const MEMBERS_PER_LOOK_UP = 800;
/** More pages than any listing has: 10 million members, or a million in small pages. */
const MAX_PAGES = 1_000;
/** Members per page after a page did not come in time. */
const SMALL_LIMIT = 1_000;

/**
 * The first page of the listing, no larger than what it can save. It can be asked for before anything else is known, to save
 * a round trip. Rejects with a HubError.
 */
export function firstPageOfMembers(hub: HubClient, org: string, sought: Sought): Promise<MemberPage> {
  return listMembers(hub, org, { limit: firstLimit(sought), isImpatient: true });
}

function firstLimit({ usernames, emails, whole, decides }: Sought): number {
  if (whole || decides) return MAX_LIMIT;
  return Math.min(MAX_LIMIT, MEMBERS_PER_LOOK_UP * Math.max(1, usernames.size + emails.size));
}

/**
 * Reads the member listing as far as it pays: at most as many pages as requests would be needed without it, and at most as
 * many members as weigh as much as these. The number of pages is not announced, so no rule can promise less than twice the
 * cheaper way. An address that was found counts like one that was not: only the whole listing can tell that no second member
 * holds it. For usernames, two pages fewer are read than there are chunks: the look at the groups and the separate chunk of
 * those who were not found come on top. After a page that did not come in time, smaller ones are asked for; if one of these
 * does not come either, the listing ends there, unless nothing else will do.
 * `firstPage` is {@link firstPageOfMembers}. Returns undefined if the listing cannot be had (hub-api.md, trap 7). Throws a
 * HubError, `cancelled` or `rate-limited`.
 */
export async function readMemberListing(
  hub: HubClient,
  org: string,
  sought: Sought,
  chunkSize: number,
  firstPage: Promise<MemberPage> = firstPageOfMembers(hub, org, sought),
): Promise<MemberListing | undefined> {
  const members = new Map<string, ListedMember>();
  const holders = new Map<string, string[]>();
  const groupSizes = new Map<string, number>();
  let anyShown = false;
  let anyHidden = false;
  /** Whether every page so far could be read in full. */
  let intact = true;
  let cursor: string | undefined;
  /** The cursors that were followed. A listing that leads back to one of them never ends. */
  const followed = new Set<string>();
  let limit = firstLimit(sought);
  let read = 0;
  for (let pages = 1; ; pages += 1) {
    const asked = pages === 1 ? firstPage : listMembers(hub, org, { cursor, limit, isImpatient: true });
    let page = await pageOrNothing(asked);
    if (page === 'too-slow') {
      limit = Math.min(limit, SMALL_LIMIT);
      const isImpatient = !(sought.whole || sought.decides);
      page = await pageOrNothing(listMembers(hub, org, { cursor, limit, isImpatient }));
    }
    if (page === undefined || page === 'too-slow') {
      return pages === 1
        ? undefined
        : { complete: false, isCut: false, showsEveryEmail: false, members, holders, groupSizes };
    }
    if (page.dropped > 0) intact = false;
    read += page.members.length + page.dropped;
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
    cursor = page.cursor;
    const stuck = pages >= MAX_PAGES || (cursor !== undefined && followed.has(cursor));
    if (cursor !== undefined) followed.add(cursor);
    const lookUps = anyShown ? sought.emails.size : 0;
    const chunks = Math.ceil((sought.usernames.size - members.size) / chunkSize);
    const saved = Math.max(0, chunks - 2);
    const pays =
      sought.whole || (pages < lookUps + saved && read < lookUps * MEMBERS_PER_LOOK_UP + saved * MAX_LIMIT);
    if (cursor === undefined || stuck || !pays) {
      const complete = intact && !page.more;
      const isCut = cursor !== undefined && !stuck;
      const showsEveryEmail = complete && anyShown && !anyHidden;
      return { complete, isCut, showsEveryEmail, members, holders, groupSizes };
    }
  }
}

function addHolder(holders: Map<string, string[]>, email: string, user: string): void {
  const known = holders.get(email);
  // An array that grows keeps room for more, and nearly all of these hold one person.
  if (known === undefined) holders.set(email, [user]);
  else if (!known.includes(user)) known.push(user);
}

async function pageOrNothing(asked: Promise<MemberPage>): Promise<MemberPage | 'too-slow' | undefined> {
  try {
    return await asked;
  } catch (error) {
    const passing = error instanceof HubError && (error.kind === 'refused' || error.kind === 'unavailable');
    if (passing && error.code === TIMED_OUT) return 'too-slow';
    if (passing && error.status !== 401) return undefined;
    throw error;
  }
}
