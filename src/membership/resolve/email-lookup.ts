import pMap from 'p-map';
import { HubError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import { findByEmail, type MemberPage } from '../../hub/endpoints.ts';
import type { RateLimiter } from '../../hub/rate-limiter.ts';
import { foldCase } from '../../text/words.ts';
import type { Resolution } from './identity.ts';

/** Look-ups in flight at the same time. */
export const LOOK_UPS_AT_ONCE = 16;
/** This many look-ups in a row without an answer, each of them retried: the Hub is down. */
const UNANSWERED_BEFORE_STOPPING = 3;

export interface LookUpOptions {
  /** Throws if the token is denied (now): asked when look-ups are refused although others were answered. */
  readonly endIfDenied: () => Promise<void>;
  readonly random: () => number;
  readonly log: { readonly info: (line: string) => void };
}

export interface LookedUp {
  /** One for each address, by the address with its case folded. */
  readonly people: ReadonlyMap<string, Resolution>;
  /** Why not all addresses were looked up, if the cause is not specific to one of them. */
  readonly stopped: HubError | undefined;
}

/**
 * Finds members by email address. What the answers for a domain are worth is found out once per domain (hub-api.md, trap 1):
 * before the first look-up if several addresses have it, else only if the answer needs it. What fails for one address is that
 * address's resolution. `answered`: whether the Hub answered anything about members before. Throws a HubError if the token is
 * not valid (401), and what `endIfDenied` throws.
 */
export async function lookUpEmails(
  hub: HubClient,
  org: string,
  emails: ReadonlyMap<string, string>,
  options: LookUpOptions,
  answered: boolean,
): Promise<LookedUp> {
  const people = new Map<string, Resolution>();
  const domains = searchedDomains(hub, org, emails.keys(), options.random);
  let anyAnswered = answered;
  let unanswered = 0;
  let stopped: HubError | undefined;
  let denialCheck = Promise.resolve();

  async function lookUp(key: string, email: string): Promise<Resolution> {
    const domain = domains.get(domainOf(key));
    if (domain === undefined) throw new TypeError(`the domain of ${key} is not known`);
    if (domain.people > 1 && emails.size > 1 && !(await domain.isSearched())) return notSearchable();
    await denialCheck;
    if (stopped !== undefined) throw stopped;
    return judge(key, await findByEmail(hub, org, email), domain.isSearched);
  }

  async function resolveEmail(key: string, email: string): Promise<Resolution> {
    if (stopped !== undefined) return notLookedUp(stopped);
    try {
      const resolution = await lookUp(key, email);
      anyAnswered = true;
      unanswered = 0;
      return resolution;
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      if (error.status === 401) {
        stopped = error;
        throw error;
      }
      if (error.kind === 'refused') return afterRefusal(error);
      unanswered += 1;
      if (error.kind !== 'unavailable' || unanswered >= UNANSWERED_BEFORE_STOPPING) stopped ??= error;
      return notLookedUp(error);
    }
  }

  async function afterRefusal(error: HubError): Promise<Resolution> {
    if (anyAnswered && error.status === 403) {
      denialCheck = options.endIfDenied();
      await denialCheck;
    }
    return notSearchable(
      error.status === 403
        ? `The token cannot look up people by email address: it needs to read the members of the organization. ${error.message}`
        : `The Hub refused the look-up. ${error.message}`,
    );
  }

  await pMap(
    emails,
    async ([key, email]) => {
      people.set(key, await resolveEmail(key, email));
      if (people.size % 100 === 0) {
        options.log.info(`Looked up ${people.size} of ${emails.size} email addresses.`);
      }
    },
    { concurrency: LOOK_UPS_AT_ONCE },
  );
  return { people, stopped };
}

interface SearchedDomain {
  people: number;
  /** Whether the Hub filters by addresses of this domain; asks at most once. */
  readonly isSearched: () => Promise<boolean>;
}

function searchedDomains(hub: HubClient, org: string, keys: Iterable<string>, random: () => number) {
  const domains = new Map<string, SearchedDomain>();
  for (const key of keys) {
    const name = domainOf(key);
    const known = domains.get(name);
    if (known !== undefined) known.people += 1;
    else domains.set(name, { people: 1, isSearched: once(() => probe(hub, org, name, random)) });
  }
  return domains;
}

export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1);
}

/** An address that cannot exist finds no member. If it does, the answer is the whole listing, and so is every other. */
async function probe(hub: HubClient, org: string, domain: string, random: () => number): Promise<boolean> {
  const letters = Array.from({ length: 16 }, () => Math.floor(random() * 36).toString(36)).join('');
  try {
    const { members, more } = await findByEmail(hub, org, `no-such-person-${letters}@${domain}`);
    return members.length === 0 && !more;
  } catch (error) {
    const ofToken = error instanceof HubError && (error.status === 401 || error.status === 403);
    if (error instanceof HubError && error.kind === 'refused' && !ofToken) return false;
    throw error;
  }
}

/** Whom an answer to a look-up proves, if anyone: when in doubt, no one. */
async function judge(
  key: string,
  { members, more }: MemberPage,
  isSearched: () => Promise<boolean>,
): Promise<Resolution> {
  const holders = members.filter(
    ({ verifiedEmail }) => verifiedEmail != null && foldCase(verifiedEmail) === key,
  );
  const [holder] = holders;
  if (holder !== undefined) {
    return holders.length === 1 ? { user: holder.user, listed: true } : ambiguous(holders.length);
  }
  const [only] = members;
  if (only === undefined && !more) return notFound();
  if (!(await isSearched())) return notSearchable();
  if (only === undefined || members.length > 1 || more) return ambiguous(members.length);
  if (only.verifiedEmail != null) {
    return {
      code: 'email-ambiguous',
      message: `The Hub answers with ${only.user}, whose verified address is another one.`,
    };
  }
  return { user: only.user, listed: true };
}

export function notFound(): Resolution {
  return { code: 'email-not-found', message: 'No member of the organization has this verified address.' };
}

function notSearchable(
  message = "The Hub does not search the organization's members by addresses of this domain.",
): Resolution {
  return { code: 'email-not-searchable', message };
}

export function ambiguous(members: number): Resolution {
  return {
    code: 'email-ambiguous',
    message: `The Hub answers with ${members} or more members for this one address.`,
  };
}

export function notLookedUp(error: HubError): Resolution {
  const code = error.kind === 'cancelled' || error.kind === 'rate-limited' ? error.kind : 'unavailable';
  return { code, message: `The address could not be looked up. ${error.message}` };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What the writes of a run take, apart from one request per chunk and group: reads of a group, and some that fail. */
const MARGIN_PER_GROUP = 4;

export interface LookUpShare {
  /** The addresses to look up in this run, in the order in which they are asked for. */
  readonly emails: ReadonlyMap<string, string>;
  /** Why the others are left for a later run; undefined if all are looked up. */
  readonly rest: HubError | undefined;
}

/**
 * Which addresses a run looks up if not all of them fit into the quota that can still be waited for. The writes for the
 * people who are found get their part, so that every run adds people. A run begins where the number of members in the group
 * suggests that the last one ended, so that the next addresses come first and every address has its turn.
 */
export function shareOfLookUps(
  emails: ReadonlyMap<string, string>,
  sizes: {
    readonly domains: number;
    /** People who need no look-up. */
    readonly known: number;
    readonly groups: number;
    readonly members: number;
    readonly chunkSize: number;
  },
  rateLimiter: Pick<RateLimiter, 'capacity' | 'waitFor'>,
): LookUpShare {
  const { domains, known, groups, members, chunkSize } = sizes;
  const fixed = domains + groups * (Math.ceil(known / chunkSize) + MARGIN_PER_GROUP);
  const perAddress = 1 + groups / chunkSize;
  const fits = Math.max(0, Math.floor((rateLimiter.capacity() - fixed) / perAddress));
  if (fits >= emails.size) return { emails, rest: undefined };
  const all = [...emails];
  const from = members % all.length;
  const share = [...all.slice(from), ...all.slice(0, from)].slice(0, fits);
  const waitMs = rateLimiter.waitFor(fixed + perAddress * emails.size);
  const minutes = Math.ceil(waitMs / 60_000);
  const rest = new HubError(
    'rate-limited',
    `The Hub's rate limit leaves room for ${fits} of ${emails.size} look-ups by email address within \`max-wait-minutes\`. For all of them, set \`max-wait-minutes: ${minutes}\`. Otherwise the next runs look up the others.`,
  );
  return { emails: new Map(share), rest };
}
