import { duration, many, number } from '../../text/words.ts';
import type { RunResult } from '../run-result.ts';

/** What the run took: requests, waiting, time, and what is left of the quota. Without a full stop. */
export function effort({ requests, quota, durationSeconds }: RunResult): string {
  const parts = [
    `${many(requests.total, 'request', 'requests')} to the Hub`,
    ...(requests.retries > 0 ? [many(requests.retries, 'retry', 'retries')] : []),
    ...(requests.rateLimitWaitSeconds > 0
      ? [`${duration(requests.rateLimitWaitSeconds)} spent waiting for the rate limit`]
      : []),
    ...(quota
      ? [`quota left: ${number(quota.remaining)}${quota.limit ? ` of ${number(quota.limit)}` : ''}`]
      : []),
    `took ${durationSeconds < 1 ? 'under 1 s' : duration(durationSeconds)}`,
  ];
  return parts.join(' · ');
}
