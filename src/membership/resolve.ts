import pLimit from 'p-limit';
import { HubError } from '../errors.ts';
import type { HubClient } from '../hub/client.ts';
import { findByEmail } from '../hub/endpoints.ts';
import type { Code } from '../report/outcome.ts';
import type { Address } from '../roster/roster.ts';
import { type Directory, readDirectory } from './directory.ts';
import { sameName } from './wanted.ts';

/** Look-ups under way at once. */
const LOOK_UPS_AT_ONCE = 12;

/** Who an address is, or why nobody was found. */
export type Resolution =
  | { readonly user: string; readonly listed: boolean | undefined }
  | { readonly code: Code; readonly message: string };

export interface ResolveOptions {
  readonly chunkSize: number;
  /** Whether nobody will be sent, so that only the listing can tell who is not there. */
  readonly dryRun: boolean;
  readonly random: () => number;
  readonly log: { readonly info: (line: string) => void };
}

/** The same for two spellings of one username or one e-mail. */
export function addressKey(address: Address): string {
  return address.kind === 'username' ? sameName(address.username) : address.email.toLowerCase();
}

/**
 * Finds out who the addresses are, by the member listing or by look-ups, whichever costs fewer requests.
 * Gives back a resolution for each {@link addressKey}. What fails for one address is that address's resolution;
 * throws a HubError only where nothing at all can be asked (401, or cancelled before the first look-up).
 */
export async function resolve(
  hub: HubClient,
  org: string,
  addresses: readonly Address[],
  options: ResolveOptions,
): Promise<Map<string, Resolution>> {
  const usernames = new Map<string, string>();
  const emails = new Map<string, string>();
  const spellings = new Set<string>();
  for (const address of addresses) {
    const key = addressKey(address);
    if (address.kind === 'email') {
      if (!emails.has(key)) emails.set(key, address.email);
    } else {
      spellings.add(address.username);
      if (!usernames.has(key)) usernames.set(key, address.username);
    }
  }
  const directory =
    spellings.size + emails.size > 1 || (options.dryRun && spellings.size > 0)
      ? await readDirectory(
          hub,
          org,
          { usernames: new Set(usernames.keys()), emails: new Set(emails.keys()) },
          options.chunkSize,
        )
      : undefined;
  const found = new Map<string, Resolution>();
  for (const [key, username] of usernames) found.set(key, fromListing(key, username, directory));
  const sought: [string, string][] = [];
  for (const [key, email] of emails) {
    const resolution = emailFromListing(key, directory);
    if (resolution === undefined) sought.push([key, email]);
    else found.set(key, resolution);
  }
  for (const [key, resolution] of await lookUp(hub, org, sought, options)) found.set(key, resolution);
  return found;
}

function fromListing(key: string, username: string, directory: Directory | undefined): Resolution {
  const user = directory?.usernames.get(key);
  if (user !== undefined) return { user, listed: true };
  return { user: username, listed: directory?.complete === true ? false : undefined };
}

function emailFromListing(key: string, directory: Directory | undefined): Resolution | undefined {
  const holders = directory?.emails.get(key) ?? [];
  const [user] = holders;
  if (user !== undefined && holders.length === 1) return { user, listed: true };
  if (holders.length > 1) return ambiguous(holders.length);
  return directory?.showsEveryEmail === true ? notFound() : undefined;
}

/** Look-ups by e-mail, domain by domain: what a domain's answers are worth is found out once (hub-api.md, trap 1). */
async function lookUp(
  hub: HubClient,
  org: string,
  sought: readonly (readonly [key: string, email: string])[],
  options: ResolveOptions,
): Promise<Map<string, Resolution>> {
  const found = new Map<string, Resolution>();
  const atOnce = pLimit(LOOK_UPS_AT_ONCE);
  const domains = Map.groupBy(sought, ([key]) => key.slice(key.lastIndexOf('@') + 1));
  let stopped: HubError | undefined;
  let done = 0;

  async function guarded(ask: () => Promise<Resolution>): Promise<Resolution> {
    if (stopped !== undefined) return stoppedBy(stopped);
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof HubError) || error.status === 401) throw error;
      if (error.kind === 'refused') return notSearchable(`The Hub refused the look-up. ${error.message}`);
      stopped ??= error;
      return stoppedBy(error);
    }
  }

  await Promise.all(
    [...domains].map(async ([domain, people]) => {
      const isFiltered = once(() => atOnce(() => probe(hub, org, domain, options.random)));
      if (people.length > 1 && sought.length > 1) {
        const verdict = await guarded(async () => ((await isFiltered()) ? notFound() : notSearchable()));
        if ('code' in verdict && verdict.code !== 'email-not-found') {
          for (const [key] of people) found.set(key, verdict);
          return;
        }
      }
      await Promise.all(
        people.map(async ([key, email]) => {
          const resolution = await guarded(async () => {
            const answer = await atOnce(() => {
              if (stopped !== undefined) throw stopped;
              return findByEmail(hub, org, email);
            });
            return judge(key, answer, isFiltered);
          });
          found.set(key, resolution);
          done += 1;
          if (done % 100 === 0) options.log.info(`Looked up ${done} of ${sought.length} e-mail addresses.`);
        }),
      );
    }),
  );
  return found;
}

/**
 * Whether the Hub filters by addresses of `domain`: an address that cannot exist finds nobody.
 * Where it finds somebody, the answer is the whole member list, and so is every other answer for that domain.
 */
async function probe(hub: HubClient, org: string, domain: string, random: () => number): Promise<boolean> {
  const letters = Array.from({ length: 16 }, () => Math.floor(random() * 36).toString(36)).join('');
  try {
    const { members, more } = await findByEmail(hub, org, `no-such-person-${letters}@${domain}`);
    return members.length === 0 && !more;
  } catch (error) {
    if (error instanceof HubError && error.kind === 'refused' && error.status !== 401) return false;
    throw error;
  }
}

/** Who an answer to a look-up is, if it proves anything: when in doubt, nobody. */
async function judge(
  key: string,
  { members, more }: Awaited<ReturnType<typeof findByEmail>>,
  isFiltered: () => Promise<boolean>,
): Promise<Resolution> {
  const holders = members.filter(({ verifiedEmail }) => verifiedEmail?.toLowerCase() === key);
  const [holder] = holders;
  if (holder !== undefined) {
    return holders.length === 1 ? { user: holder.user, listed: true } : ambiguous(holders.length);
  }
  if (members.length === 0) return notFound();
  if (!(await isFiltered())) return notSearchable();
  const [only] = members;
  if (only === undefined || members.length > 1 || more) return ambiguous(members.length);
  if (only.verifiedEmail != null) {
    return {
      code: 'email-ambiguous',
      message: `The Hub answers with ${only.user}, whose verified address is another one.`,
    };
  }
  return { user: only.user, listed: true };
}

function notFound(): Resolution {
  return { code: 'email-not-found', message: 'No member of the organization has this verified address.' };
}

function notSearchable(why = ''): Resolution {
  return {
    code: 'email-not-searchable',
    message: `The Hub does not search the organization's members by addresses of this domain. ${why}`.trim(),
  };
}

function ambiguous(members: number): Resolution {
  return {
    code: 'email-ambiguous',
    message: `The Hub answers with ${members} or more members for this one address.`,
  };
}

function stoppedBy(error: HubError): Resolution {
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
