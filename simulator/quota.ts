import type { HubSettings } from './options.ts';
import { Refusal } from './refusal.ts';

export interface QuotaCheck {
  /** To go on the answer, whatever it is. */
  readonly headers: Record<string, string>;
  /** The 429, if the request is over the quota. */
  readonly refusal: Refusal | undefined;
}

export interface QuotaCounter {
  count(token: string): QuotaCheck;
  /** Forgets all windows. */
  reset(): void;
}

const NO_QUOTA: QuotaCheck = { headers: {}, refusal: undefined };

/**
 * Counts the requests of each token in fixed windows (hub-api.md, "Rate limits"), and returns what each one is
 * told about it.
 */
export function createQuotaCounter(settings: HubSettings): QuotaCounter {
  const windows = new Map<string, { endsAt: number; used: number }>();

  function count(token: string): QuotaCheck {
    const { quota } = settings;
    if (!quota) return NO_QUOTA;
    const now = settings.now();
    const length = quota.windowSeconds * 1000;
    let window = windows.get(token);
    if (!window) {
      window = { endsAt: now + length, used: 0 };
      windows.set(token, window);
    } else if (now >= window.endsAt) {
      window.endsAt += (Math.floor((now - window.endsAt) / length) + 1) * length;
      window.used = 0;
    }
    const over = window.used >= quota.limit;
    if (!over) window.used += 1;
    const seconds = Math.ceil((window.endsAt - now) / 1000);
    const headers: Record<string, string> = {};
    if (quota.announce !== 'none') {
      const length = Math.ceil(quota.windowSeconds);
      const { second } = quota;
      const used = second?.figures === 'used-up';
      headers['RateLimit'] = inOrder(
        `"api";r=${quota.limit - window.used};t=${seconds}`,
        second && `"pages"${used ? `;r=0;t=${length}` : ''}`,
        second?.place,
      );
      headers['RateLimit-Policy'] = inOrder(
        `"fixed window";"api";q=${quota.limit};w=${length}`,
        second && `"fixed window";"pages"${used ? `;q=100;w=${length}` : ''}`,
        second?.place,
      );
    }
    if (!over) return { headers, refusal: undefined };
    if (quota.retryAfter === 'seconds') headers['Retry-After'] = String(seconds);
    // Dates have whole seconds, and one that is too early would lead straight into the next 429.
    if (quota.retryAfter === 'date') {
      headers['Retry-After'] = new Date(Math.ceil(window.endsAt / 1000) * 1000).toUTCString();
    }
    return { headers, refusal: new Refusal(429, 'TooManyRequests', 'We had to rate limit you.') };
  }

  return { count, reset: () => windows.clear() };
}

function inOrder(first: string, second: string | undefined, place: 'before' | 'after' = 'after'): string {
  if (second === undefined) return first;
  return place === 'before' ? `${second}, ${first}` : `${first}, ${second}`;
}
