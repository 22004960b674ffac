import type { HubClient } from '../../hub/client.ts';
import type { Address } from '../../roster/roster.ts';
import { sameName } from '../assignment.ts';
import {
  ambiguous,
  type LookUpOptions,
  lookUp,
  notFound,
  type Resolution,
  type Resolved,
} from './email-lookup.ts';
import { type Directory, readDirectory } from './member-listing.ts';

export interface ResolveOptions extends LookUpOptions {
  readonly chunkSize: number;
  /** Whether nobody will be sent, so that only the listing can tell who is not there. */
  readonly dryRun: boolean;
}

/** The same for two spellings of one username or one e-mail. */
export function addressKey(address: Address): string {
  return address.kind === 'username' ? sameName(address.username) : address.email.toLowerCase();
}

/**
 * Finds out who the addresses are, by the member listing or by look-ups, whichever costs fewer requests.
 * What fails for one address is that address's resolution. Throws a HubError only where nothing at all can be asked
 * (401, or cancelled before the first look-up), and what `endIfDenied` throws.
 */
export async function resolve(
  hub: HubClient,
  org: string,
  addresses: readonly Address[],
  options: ResolveOptions,
): Promise<Resolved> {
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
      ? await readDirectory(hub, org, { usernames, emails }, options.chunkSize)
      : undefined;
  const found = new Map<string, Resolution>();
  for (const [key, username] of usernames) found.set(key, fromListing(key, username, directory));
  const sought: [string, string][] = [];
  for (const [key, email] of emails) {
    const resolution = emailFromListing(key, directory);
    if (resolution === undefined) sought.push([key, email]);
    else found.set(key, resolution);
  }
  const { people, stopped } = await lookUp(hub, org, sought, options, directory !== undefined);
  return { people: new Map([...found, ...people]), stopped };
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
