import type { HttpResponse } from './http.ts';

/** What a response says about the quota (draft-ietf-httpapi-ratelimit-headers-09; hub-api.md, "Rate limits"). */
export interface Announced {
  readonly remaining: number;
  /** Seconds until the next window begins. */
  readonly resetSeconds: number;
  /** Requests per window, if `RateLimit-Policy` says so. */
  readonly limit?: number;
  /** Length of a window, if `RateLimit-Policy` says so. */
  readonly windowSeconds?: number;
}

/**
 * The quota that a response announces; of several, the one with the least left. Undefined if there is none, or none
 * that can be understood.
 */
export function announcedQuota(headers: HttpResponse['headers']): Announced | undefined {
  const policies = new Map<string, number>();
  const windows = new Map<string, number>();
  for (const { name, parameters } of listItems(headers['ratelimit-policy'])) {
    const quota = parameters.get('q');
    const window = parameters.get('w');
    if (window !== undefined) windows.set(name, Math.max(window, windows.get(name) ?? window));
    if (quota !== undefined) policies.set(name, Math.min(quota, policies.get(name) ?? quota));
  }
  return listItems(headers['ratelimit'])
    .flatMap(({ name, parameters }) => {
      const remaining = parameters.get('r');
      const limit = policies.get(name);
      // A policy that allows nothing at all limits nothing: the Hub did respond.
      if (remaining === undefined || limit === 0) return [];
      const item = { remaining, resetSeconds: parameters.get('t') ?? 0 };
      const windowSeconds = windows.get(name);
      return [
        {
          ...item,
          ...(limit === undefined ? {} : { limit }),
          ...(windowSeconds === undefined ? {} : { windowSeconds }),
        },
      ];
    })
    .reduce<Announced | undefined>(
      (least, item) => (least === undefined || item.remaining < least.remaining ? item : least),
      undefined,
    );
}

/**
 * How long the Hub asks to wait, in milliseconds: `Retry-After`, or on a 429 the reset of a quota that is used up.
 * `now` is the time of day. No time at all (a zero, a date that has passed) counts as none: a Hub that goes on saying
 * so would be asked again and again without a pause.
 */
export function requestedWaitMs(
  { status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
  now: number,
): number | undefined {
  const ms = retryAfterMs(headers, now);
  if (ms !== undefined && ms > 0) return ms;
  if (status !== 429) return undefined;
  const quota = announcedQuota(headers);
  return quota?.remaining === 0 ? (quota.resetSeconds + 1) * 1000 : undefined;
}

/** Milliseconds from `now` that `Retry-After` asks for: seconds or an HTTP date (RFC 9110, 10.2.3); else undefined. */
export function retryAfterMs(headers: HttpResponse['headers'], now: number): number | undefined {
  const text = [headers['retry-after']].flat()[0]?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Z][a-z]{2,8},? .* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

interface Item {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, number>;
}

/** Items of a structured-field list whose parameters are whole numbers (RFC 9651); `"fixed window";"api";q=1` names its item last. */
function listItems(header: string | string[] | undefined): Item[] {
  return [header]
    .flat()
    .flatMap((line) => line?.split(',') ?? [])
    .map((item) => {
      const parts = item.split(';').map((part) => part.trim());
      const name = parts.findLast((part) => part.startsWith('"')) ?? '';
      const parameters = parts.flatMap((part) => {
        const match = /^([a-z]+)=(\d+)$/.exec(part);
        return match?.[1] === undefined ? [] : [[match[1], Number(match[2])] as const];
      });
      return { name, parameters: new Map(parameters) };
    });
}
