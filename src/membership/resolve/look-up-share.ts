import { HubError } from '../../errors.ts';
import type { RateLimiter } from '../../hub/rate-limiter.ts';

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
