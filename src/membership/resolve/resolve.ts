import pMap from 'p-map';
import { HubError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import { listServiceAccounts, type MemberPage, searchMembers } from '../../hub/endpoints.ts';
import type { RateLimiter } from '../../hub/rate-limiter.ts';
import type { RosterEntry } from '../../roster/entry.ts';
import { foldCase } from '../../text/words.ts';
import { userKey } from '../assignment.ts';
import {
  ambiguous,
  domainOf,
  LOOK_UPS_AT_ONCE,
  type LookedUp,
  type LookUpOptions,
  lookUpEmails,
  notFound,
  notLookedUp,
  shareOfLookUps,
} from './email-lookup.ts';
import { type BothAddress, type Claimed, identify, needsLookUp, type Resolution } from './identity.ts';
import { type ListingNeed, soughtInListing } from './listing-need.ts';
import { type MemberListing, readMemberListing } from './member-listing.ts';

export interface ResolveOptions extends LookUpOptions {
  readonly chunkSize: number;
  readonly need: ListingNeed;
  /** The members of the groups, who are sought in the listing as well if the whole of it is needed. */
  readonly alsoListed: readonly string[];
  /** The first page of the listing, if it was asked for before. */
  readonly firstPage?: Promise<MemberPage> | undefined;
  readonly rateLimiter: Pick<RateLimiter, 'capacity' | 'waitFor'>;
  /** Number of groups of the run, and of the members of the largest. */
  readonly groups: number;
  readonly members: number;
}

export interface Resolved extends Pick<LookedUp, 'stopped'> {
  /** By `RosterEntry.key`: one for each entry. */
  readonly people: ReadonlyMap<string, Resolution>;
  /** Undefined if the listing was not needed, or could not be had. */
  readonly listing: MemberListing | undefined;
}

/**
 * Finds out whom the entries mean, by the member listing or by look-ups, whichever costs fewer requests.
 * What fails for one entry is that entry's resolution. Throws a HubError only if nothing at all can be asked
 * (401, or canceled before the first look-up), and what `endIfDenied` throws.
 */
export async function resolvePeople(
  hub: HubClient,
  org: string,
  entries: readonly RosterEntry[],
  options: ResolveOptions,
): Promise<Resolved> {
  let listing = await listingFor(hub, org, entries, options);
  const emails = new Map<string, string>();
  const claims = new Map<string, BothAddress>();
  const people = new Map<string, Resolution>();
  for (const { key, address, mayBeHeading = false } of entries) {
    if (address.kind === 'username') {
      if (!people.has(key)) people.set(key, byUsername(address.username, mayBeHeading, listing));
      continue;
    }
    const email = foldCase(address.email);
    if (address.kind === 'both') claims.set(key, address);
    const isOpen = address.kind === 'email' || needsLookUp(claimedIn(listing, address.username));
    if (isOpen && provenBy(listing, email) === undefined) emails.set(email, address.email);
  }
  const share = shareOfLookUps(
    emails,
    { ...options, domains: new Set(emails.keys().map(domainOf)).size, known: entries.length - emails.size },
    options.rateLimiter,
  );
  if (share.rest !== undefined) options.log.info(share.rest.message);
  const lookedUp = await lookUpEmails(hub, org, share.emails, options, listing !== undefined);
  const stopped = lookedUp.stopped ?? share.rest;
  const byEmail = (email: string) => {
    const key = foldCase(email);
    const isLeft = share.rest !== undefined && emails.has(key) && !share.emails.has(key);
    return isLeft ? notLookedUp(share.rest) : resolutionOf(key, lookedUp.people, listing);
  };
  for (const { key, address } of entries) {
    if (address.kind === 'email' && !people.has(key)) people.set(key, byEmail(address.email));
  }
  // The two parts of a row must be one person. If a look-up proves nothing, only the whole listing shows who has the address.
  if (listing?.isCut === true && claims.values().some(({ email }) => isNotSearchable(byEmail(email)))) {
    const whole = { ...options, firstPage: undefined, need: { ...options.need, whole: true } };
    listing = (await listingFor(hub, org, entries, whole)) ?? listing;
  }
  await pMap(
    claims,
    async ([key, address]) => {
      const holder = byEmail(address.email);
      const claimed = await claimedMember(hub, org, address, holder, listing);
      people.set(key, identify(address, claimed, holder));
    },
    { concurrency: LOOK_UPS_AT_ONCE },
  );
  if (options.need.listingDecides) await markServiceAccounts(hub, org, people);
  return { people, stopped, listing };
}

/** The sets of people sought live only as long as the listing is read: for 200,000 they take tens of megabytes. */
async function listingFor(
  hub: HubClient,
  org: string,
  entries: readonly RosterEntry[],
  { need, alsoListed, chunkSize, firstPage }: ResolveOptions,
): Promise<MemberListing | undefined> {
  const isAsked = need.whole || firstPage !== undefined;
  const sought = soughtInListing(entries, { ...need, whole: isAsked }, alsoListed);
  return sought && readMemberListing(hub, org, { ...sought, whole: need.whole }, chunkSize, firstPage);
}

function byUsername(username: string, mayBeHeading: boolean, listing: MemberListing | undefined): Resolution {
  const claimed = claimedIn(listing, username);
  if (typeof claimed === 'object') return { user: claimed.user, listed: true };
  if (claimed === 'no-member' && mayBeHeading) {
    const message = `"${username}" stands first in its file and is not a member: it is probably a heading. If it is, write \`user\` or \`email\` instead.`;
    return { code: 'not-in-organization', message };
  }
  return { user: username, listed: claimed === 'no-member' ? false : undefined };
}

function isNotSearchable(resolution: Resolution): boolean {
  return 'code' in resolution && resolution.code === 'email-not-searchable';
}

function claimedIn(listing: MemberListing | undefined, username: string): Claimed {
  return listing?.members.get(userKey(username)) ?? (listing?.complete === true ? 'no-member' : 'unknown');
}

/** What the listing alone proves of an address; undefined if only a look-up can tell. */
function provenBy(listing: MemberListing | undefined, email: string): Resolution | undefined {
  const holders = listing?.holders.get(email) ?? [];
  const [holder] = holders;
  if (holders.length > 1) return ambiguous(holders.length);
  if (holder !== undefined) return listing?.complete === true ? { user: holder, listed: true } : undefined;
  return listing?.showsEveryEmail === true ? notFound() : undefined;
}

function resolutionOf(
  email: string,
  lookedUp: LookedUp['people'],
  listing: MemberListing | undefined,
): Resolution {
  const proven = provenBy(listing, email);
  if (proven !== undefined) return proven;
  const answer = lookedUp.get(email) ?? notFound();
  const holder = listing?.holders.get(email)?.[0];
  // The listing was not read to its end, and the look-up shows no second holder.
  const isOnlyHolder = 'code' in answer && ['email-not-found', 'email-not-searchable'].includes(answer.code);
  return holder !== undefined && isOnlyHolder ? { user: holder, listed: true } : answer;
}

/** Who has the username of a row that has an email address as well; asks the Hub only if the listing does not tell. */
async function claimedMember(
  hub: HubClient,
  org: string,
  { username }: BothAddress,
  byEmail: Resolution,
  listing: MemberListing | undefined,
): Promise<Claimed> {
  const claimed = claimedIn(listing, username);
  const isSame = 'user' in byEmail && userKey(byEmail.user) === userKey(username);
  if (claimed !== 'unknown' || listing === undefined || isSame) return claimed;
  try {
    const { members, more } = await searchMembers(hub, org, username);
    const found = members.find(({ user }) => userKey(user) === userKey(username));
    if (found === undefined) return more ? 'unknown' : 'no-member';
    return { user: found.user, email: found.verifiedEmail == null ? null : foldCase(found.verifiedEmail) };
  } catch (error) {
    if (error instanceof HubError && error.kind !== 'cancelled' && error.status !== 401) return 'unknown';
    throw error;
  }
}

/** Tells service accounts, which are in no member listing, from names that do not exist; if the Hub says who they are. */
async function markServiceAccounts(
  hub: HubClient,
  org: string,
  people: Map<string, Resolution>,
): Promise<void> {
  const isUnlisted = (one: Resolution) => 'user' in one && one.listed === false;
  if (!people.values().some(isUnlisted)) return;
  try {
    const accounts = new Map(
      (await listServiceAccounts(hub, org)).items.map(({ user }) => [userKey(user), user]),
    );
    for (const [key, one] of people) {
      const user = 'user' in one && one.listed === false ? accounts.get(userKey(one.user)) : undefined;
      if (user !== undefined) people.set(key, { user, listed: true });
    }
  } catch (error) {
    if (!(error instanceof HubError) || error.kind === 'cancelled') throw error;
  }
}
