import { HubError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import { listMembers, type MemberPage } from '../../hub/endpoints.ts';
import { sameName } from '../assignment.ts';

/** Whom to look for; names and e-mails in lower case. */
export interface Sought {
  readonly usernames: Pick<ReadonlySet<string>, 'has' | 'size'>;
  readonly emails: Pick<ReadonlySet<string>, 'has' | 'size'>;
}

/** What the member listing says about the people sought. */
export interface Directory {
  /** Whether every page was read, so that whoever is not in it is not listed. */
  readonly complete: boolean;
  /** Whether it showed the verified address of every member, so that an address not in it is nobody's. */
  readonly showsEveryEmail: boolean;
  /** The Hub's spelling of the usernames found, by lower case. */
  readonly usernames: ReadonlyMap<string, string>;
  /** The members with an address that was sought, by lower case. */
  readonly emails: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads the member listing as far as it pays: a page is worth as much as the look-ups and chunks that it may save,
 * so at most as many pages are read as requests would be needed without them. How many pages there are is not announced,
 * and without knowing that no rule promises less than twice the cheaper way. For usernames that is twice the chunks: with
 * the look at the groups, and one more chunk because those who were not found go apart, that leaves two pages fewer.
 * Gives back undefined where the listing cannot be had (hub-api.md, trap 7). Throws a HubError, `cancelled` or `rate-limited`.
 */
export async function readDirectory(
  hub: HubClient,
  org: string,
  sought: Sought,
  chunkSize: number,
): Promise<Directory | undefined> {
  const usernames = new Map<string, string>();
  const emails = new Map<string, string[]>();
  let somebodyShown = false;
  let somebodyHidden = false;
  let cursor: string | undefined;
  let pages = 0;
  for (;;) {
    const page = await pageOrNothing(hub, org, cursor);
    if (page === undefined) {
      if (pages === 0) return undefined;
      return { complete: false, showsEveryEmail: false, usernames, emails };
    }
    pages += 1;
    for (const { user, verifiedEmail } of page.members) {
      const name = sameName(user);
      if (sought.usernames.has(name)) usernames.set(name, user);
      if (verifiedEmail == null) {
        somebodyHidden = true;
        continue;
      }
      somebodyShown = true;
      const email = verifiedEmail.toLowerCase();
      if (!sought.emails.has(email)) continue;
      const holders = emails.get(email);
      // An array that grows keeps room for more, and nearly all of these hold one person.
      if (holders === undefined) emails.set(email, [user]);
      else if (!holders.includes(user)) holders.push(user);
    }
    const repeated = page.cursor === cursor && cursor !== undefined;
    cursor = page.cursor;
    const lookUps = somebodyShown ? sought.emails.size - emails.size : 0;
    const chunks = Math.ceil((sought.usernames.size - usernames.size) / chunkSize);
    if (cursor === undefined || repeated || pages >= lookUps + Math.max(0, chunks - 2)) {
      return {
        complete: !page.more,
        showsEveryEmail: !page.more && somebodyShown && !somebodyHidden,
        usernames,
        emails,
      };
    }
  }
}

async function pageOrNothing(hub: HubClient, org: string, cursor?: string): Promise<MemberPage | undefined> {
  try {
    return await listMembers(hub, org, cursor);
  } catch (error) {
    const passing = error instanceof HubError && (error.kind === 'refused' || error.kind === 'unavailable');
    if (passing && error.status !== 401) return undefined;
    throw error;
  }
}
