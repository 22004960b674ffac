import pLimit from 'p-limit';
import { HubError } from '../../errors.ts';
import type { HubClient } from '../../hub/client.ts';
import { findByEmail } from '../../hub/endpoints.ts';
import type { Code } from '../outcome.ts';

/** Look-ups under way at once. */
const LOOK_UPS_AT_ONCE = 12;
/** So many look-ups in a row that the Hub does not answer, each of them asked again and again: then it is down. */
const UNANSWERED_BEFORE_STOPPING = 3;

/** Who an address is, or why nobody was found. */
export type Resolution =
  | { readonly user: string; readonly listed: boolean | undefined }
  | { readonly code: Code; readonly message: string };

export interface Resolved {
  /** By `addressKey`: one for each address. */
  readonly people: ReadonlyMap<string, Resolution>;
  /** Why not everybody was looked up, where that is nobody's in particular. */
  readonly stopped: HubError | undefined;
}

export interface LookUpOptions {
  /** Throws where the token may do nothing (any more); asked where look-ups are refused though others were answered. */
  readonly endIfDenied: () => Promise<void>;
  readonly random: () => number;
  readonly log: { readonly info: (line: string) => void };
}

/**
 * Look-ups by e-mail, domain by domain: what a domain's answers are worth is found out once (hub-api.md, trap 1).
 * What fails for one address is that address's resolution. `answered`: whether the member listing was. Throws a HubError
 * where the token is none (401), and what `endIfDenied` throws.
 */
export async function lookUp(
  hub: HubClient,
  org: string,
  sought: readonly (readonly [key: string, email: string])[],
  options: LookUpOptions,
  answered: boolean,
): Promise<Resolved> {
  const found = new Map<string, Resolution>();
  const atOnce = pLimit(LOOK_UPS_AT_ONCE);
  const domains = Map.groupBy(sought, ([key]) => key.slice(key.lastIndexOf('@') + 1));
  let somebodyAnswered = answered;
  let unanswered = 0;
  let stopped: HubError | undefined;
  let mayGoOn = Promise.resolve();
  let done = 0;

  async function guarded(ask: () => Promise<Resolution>): Promise<Resolution> {
    if (stopped !== undefined) return stoppedBy(stopped);
    try {
      const resolution = await ask();
      somebodyAnswered = true;
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
      return stoppedBy(error);
    }
  }

  async function afterRefusal(error: HubError): Promise<Resolution> {
    if (somebodyAnswered && error.status === 403) {
      mayGoOn = options.endIfDenied();
      await mayGoOn;
    }
    return notSearchable(
      error.status === 403
        ? `The token may not look people up by e-mail: it needs to read the members of the organization. ${error.message}`
        : `The Hub refused the look-up. ${error.message}`,
    );
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
      await eachOf(people, async ([key, email]) => {
        const resolution = await guarded(async () => {
          const answer = await atOnce(async () => {
            await mayGoOn;
            if (stopped !== undefined) throw stopped;
            return findByEmail(hub, org, email);
          });
          return judge(key, answer, isFiltered);
        });
        found.set(key, resolution);
        done += 1;
        if (done % 100 === 0) options.log.info(`Looked up ${done} of ${sought.length} e-mail addresses.`);
      });
    }),
  );
  return { people: found, stopped };
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
    const ofToken = error instanceof HubError && (error.status === 401 || error.status === 403);
    if (error instanceof HubError && error.kind === 'refused' && !ofToken) return false;
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

function stoppedBy(error: HubError): Resolution {
  const code = error.kind === 'cancelled' || error.kind === 'rate-limited' ? error.kind : 'unavailable';
  return { code, message: `The address could not be looked up. ${error.message}` };
}

/** Works on as many items as are looked up at once: with all of them waiting at once, 100,000 addresses would take a gigabyte. */
async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: LOOK_UPS_AT_ONCE }, worker));
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
