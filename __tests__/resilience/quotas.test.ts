import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import {
  type OrgSpec,
  people,
  type Quota,
  type RecordedRequest,
  type SimulatedHub,
} from '../../simulator/index.ts';
import { createRateLimiter } from '../../src/hub/rate-limiter.ts';
import { createWaitBudget } from '../../src/hub/wait-budget.ts';
import { fakeClock } from '../support/clock.ts';
import { GROUP } from '../support/run-bundle.ts';
import { expectTruth, names, run, start, tally, type Wanted } from './support.ts';

const ORG: OrgSpec = { name: 'acme', emailDomains: ['acme.com'], members: people(300), groups: [GROUP] };
const HIDDEN: OrgSpec = { ...ORG, verifiedEmailsVisible: false };
const EMAILS = names(300).map((name) => `${name}@acme.com`);

function limited(requests: readonly RecordedRequest[]): number {
  return requests.filter(({ status }) => status === 429).length;
}

/** A run at a Hub with that quota, whose clock passes only while the run waits. */
async function withQuota(quota: Quota, wanted: Wanted, org: OrgSpec = ORG) {
  const clock = fakeClock();
  const hub = await start({ orgs: [org], quota, now: clock.now });
  const ran = await run(hub, { clock, ...wanted });
  expectTruth(hub, ran.outcomes);
  return { hub, clock, ...ran };
}

describe('an announced quota', () => {
  test.each([3, 4, 5, 10, 29, 30, 31, 1000])(
    'of %d is not overrun, one group after the other',
    async (limit) => {
      const quota = { limit, windowSeconds: 20 };
      const { codes, requests, counts, waitedMs } = await withQuota(quota, {
        users: names(300),
        chunkSize: 10,
      });
      expect(tally(codes)).toEqual({ added: 300 });
      expect(requests).toHaveLength(32);
      expect(limited(requests)).toBe(0);
      expect(waitedMs).toBeLessThanOrEqual(Math.ceil(32 / limit) * 22_000);
      expect(counts.rateLimitWaitSeconds).toBe(Math.round(waitedMs / 1000));
      expect(counts.retries).toBe(0);
    },
  );

  test.each([5, 12, 13, 20, 50, 100])('of %d is not overrun by look-ups side by side', async (limit) => {
    const quota = { limit, windowSeconds: 10 };
    const { codes, requests } = await withQuota(quota, { users: EMAILS }, HIDDEN);
    expect(tally(codes)).toEqual({ added: 300 });
    expect(limited(requests)).toBeLessThanOrEqual(1);
    expect(requests.length).toBeLessThanOrEqual(300 + 3 + 6 + 1);
  });

  test('of a new window is kept by all who waited for it', async () => {
    const clock = fakeClock();
    const stop = new AbortController().signal;
    const rateLimiter = createRateLimiter({
      clock,
      budget: createWaitBudget({ clock, maxMs: 900_000, stop }),
      stop,
      onWait: () => undefined,
    });
    const limit = 5;
    const used = { in: -1, requests: 0, atOnce: 0 };
    const request = async () => {
      await rateLimiter.acquire();
      const window = Math.floor(clock.waitedMs / 10_000);
      used.requests = window === used.in ? used.requests + 1 : 1;
      used.in = window;
      used.atOnce = Math.max(used.atOnce, used.requests);
      const ratelimit = `"api";r=${limit - used.requests};t=${10 - ((clock.waitedMs / 1000) % 10)}`;
      await setImmediate();
      rateLimiter.release({ ratelimit, 'ratelimit-policy': `"fixed window";"api";q=${limit};w=10` });
    };
    await request();
    await Promise.all(Array.from({ length: 24 }, request));
    expect(used.atOnce).toBe(limit);
    expect(clock.waitedMs).toBeLessThanOrEqual(5 * 11_000);
  });

  test('of six groups at once is overrun by few', async () => {
    const groups = names(6, 'group');
    const quota = { limit: 40, windowSeconds: 10 };
    const wanted = { users: names(300), groups, chunkSize: 10 };
    const { outcomes, requests, hub } = await withQuota(quota, wanted, { ...ORG, groups });
    expect(outcomes.every(({ code }) => code === 'added')).toBe(true);
    expect(limited(requests)).toBeLessThanOrEqual(1);
    for (const group of groups) expect(Object.keys(hub.members(group))).toHaveLength(300);
  });

  test('that another client uses up as well costs one 429 a window at most', async () => {
    const clock = fakeClock();
    const hub = await start({ orgs: [ORG], quota: { limit: 20, windowSeconds: 60 }, now: clock.now });
    hub.onRequest(async ({ method, headers }) => {
      if (method !== 'POST' || headers['x-other']) return;
      const url = `${hub.url}/api/whoami-v2`;
      await fetch(url, { headers: { authorization: 'Bearer hf_test', 'x-other': '1' } });
    });
    const { codes, requests } = await run(hub, { clock, users: names(300), chunkSize: 10 });
    expect(tally(codes)).toEqual({ added: 300 });
    expect(limited(requests.filter(({ headers }) => !headers['x-other']))).toBeLessThanOrEqual(4);
  });

  test('nearly used up when the run begins', async () => {
    const clock = fakeClock();
    const hub = await start({ orgs: [ORG], quota: { limit: 50, windowSeconds: 300 }, now: clock.now });
    for (let used = 0; used < 48; used++) await ask(hub);
    const { codes, requests, waitedMs } = await run(hub, { clock, users: names(300) });
    expect(tally(codes)).toEqual({ added: 300 });
    expect(limited(requests)).toBe(0);
    expect(waitedMs).toBeLessThanOrEqual(302_000);
  });

  test.each([
    ['one, if no member listing is needed', 3],
    ['one for each of the two requests that begin it', 51],
  ])('used up when the run begins costs a 429: %s', async (_, count) => {
    for (const retryAfter of ['seconds', 'date', 'none'] as const) {
      const clock = fakeClock();
      const quota = { limit: 50, windowSeconds: 300, retryAfter };
      const hub = await start({ orgs: [ORG], quota, now: clock.now });
      for (let used = 0; used < 50; used++) await ask(hub);
      const { codes, requests, waitedMs, counts } = await run(hub, { clock, users: names(count) });
      expect(tally(codes)).toEqual({ added: count });
      const atOnce = count === 3 ? 1 : 2;
      expect(limited(requests)).toBe(atOnce);
      expect(counts.retries).toBe(atOnce);
      expect(waitedMs).toBeGreaterThanOrEqual(300_000);
      // This clock goes on while the second answer is under way, so that its wait begins after the first.
      expect(waitedMs).toBeLessThanOrEqual(atOnce * 302_000);
    }
  });
});

async function ask(hub: SimulatedHub): Promise<void> {
  await fetch(`${hub.url}/api/whoami-v2`, { headers: { authorization: 'Bearer hf_test' } });
}

describe('an unannounced quota', () => {
  test.each(['seconds', 'date', 'none'] as const)('is survived, with Retry-After: %s', async (retryAfter) => {
    const quota = { limit: 10, windowSeconds: 60, announce: 'none', retryAfter } as const;
    const { codes, requests, waitedMs } = await withQuota(quota, { users: names(300), chunkSize: 10 });
    expect(tally(codes)).toEqual({ added: 300 });
    expect(limited(requests)).toBeLessThanOrEqual(retryAfter === 'none' ? 30 : 3);
    expect(waitedMs).toBeLessThanOrEqual(retryAfter === 'none' ? 900_000 : 3 * 62_000);
  });

  test.each(['seconds', 'date', 'none'] as const)(
    'by look-ups too, with Retry-After: %s',
    async (retryAfter) => {
      const quota = { limit: 100, windowSeconds: 60, announce: 'none', retryAfter } as const;
      const { codes, requests } = await withQuota(quota, { users: EMAILS }, HIDDEN);
      expect(tally(codes)).toEqual({ added: 300 });
      // Sixteen look-ups are under way when the first of them hears of it.
      expect(limited(requests)).toBeLessThanOrEqual(retryAfter === 'none' ? 12 * 8 : 3 * 12);
    },
  );

  test('in which the Hub says nothing but 429 is given up', async () => {
    const clock = fakeClock();
    const hub = await start({ orgs: [ORG], now: clock.now });
    hub.inject({ kind: 'status', status: 429, times: Infinity });
    const { codes, requests, problems } = await run(hub, { clock, users: names(3) });
    expect(tally(codes)).toEqual({ 'rate-limited': 3 });
    expect(requests.length).toBeLessThanOrEqual(30);
    expect(problems).toHaveLength(1);
  });

  test.each([
    '0',
    '-5',
    'soon',
    '',
    '999999',
    '9'.repeat(400),
    'Thu, 01 Jan 1970 00:00:00 GMT',
    '2.5',
    '0x10',
  ])('Retry-After: %s is no trouble', async (value) => {
    const hub = await start({ orgs: [ORG] });
    hub.inject({ kind: 'status', status: 429, headers: { 'Retry-After': value }, times: 2 });
    const { codes, requests, waitedMs } = await run(hub, { users: names(3) });
    const isTooLong = Number(value) > 900;
    expect(tally(codes)).toEqual({ [isTooLong ? 'rate-limited' : 'added']: 3 });
    expect(requests.length).toBeLessThanOrEqual(5);
    expect(waitedMs).toBeLessThanOrEqual(120_000);
    if (!isTooLong) expect(waitedMs).toBeGreaterThan(0);
  });

  test.each([
    '"api";r=;t=',
    'r=1',
    '"api";r=-1;t=-1',
    '"api"',
    ';;;,,,',
    '"api";r=99999999999999999999;t=1',
    '\u00ff',
  ])('RateLimit: %s is no trouble', async (value) => {
    const hub = await start({ orgs: [ORG] });
    const headers = { RateLimit: value, 'RateLimit-Policy': value };
    const members = JSON.stringify([{ user: 'person-1' }]);
    hub.inject({ kind: 'status', status: 200, headers, body: members, match: { path: /members$/ } });
    const { codes, waitedMs } = await run(hub, { users: names(3) });
    expect(tally(codes)).toEqual({ added: 3 });
    expect(waitedMs).toBeLessThanOrEqual(1_000);
  });
});

describe('waiting', () => {
  test('is logged with its end, and counted', async () => {
    const { lines, counts } = await withQuota(
      { limit: 10, windowSeconds: 300 },
      { users: names(300), chunkSize: 20 },
    );
    const waits = lines.filter((line) => /waiting/.test(line));
    expect(waits).toEqual([
      expect.stringMatching(/rate limit is used up: waiting 5 min 1 s, until 00:05:01 UTC/),
    ]);
    expect(counts.rateLimitWaitSeconds).toBe(301);
  });

  test('of sixteen look-ups at once is logged and counted once', async () => {
    const quota = { limit: 100, windowSeconds: 60 };
    const { lines, counts, waitedMs } = await withQuota(quota, { users: EMAILS }, HIDDEN);
    expect(lines.filter((line) => /waiting/.test(line)).length).toBeLessThanOrEqual(3 + 3);
    expect(counts.rateLimitWaitSeconds).toBe(Math.round(waitedMs / 100) / 10);
  });

  test.each([undefined, 'seconds', 'date'] as const)(
    'is capped: no wait in vain (Retry-After: %s)',
    async (retryAfter) => {
      const announced = { limit: 4, windowSeconds: 300 };
      const quota =
        retryAfter === undefined ? announced : { ...announced, announce: 'none' as const, retryAfter };
      const { codes, waitedMs, requests, problems, counts } = await withQuota(quota, {
        users: names(300),
        maxWaitMs: 60_000,
      });
      expect(tally(codes)).toEqual({ added: 100, 'rate-limited': 200 });
      expect(waitedMs).toBe(0);
      expect(counts.rateLimitWaitSeconds).toBe(0);
      expect(limited(requests)).toBe(retryAfter === undefined ? 0 : 1);
      expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/max-wait-minutes/)]);
    },
  );

  test('is capped in sum', async () => {
    const quota = { limit: 10, windowSeconds: 300 };
    const { codes, waitedMs } = await withQuota(quota, {
      users: names(300),
      chunkSize: 5,
      maxWaitMs: 700_000,
    });
    expect(tally(codes)).toEqual({ added: 140, 'rate-limited': 160 });
    expect(waitedMs).toBeLessThanOrEqual(700_000);
    expect(waitedMs).toBeGreaterThanOrEqual(600_000);
  });

  test('is capped for several groups at once, and told once', async () => {
    const groups = names(9, 'group');
    const wanted = { users: names(300), groups, maxWaitMs: 1_000 };
    const { outcomes, problems, requests } = await withQuota({ limit: 30, windowSeconds: 300 }, wanted, {
      ...ORG,
      groups,
    });
    expect(new Set(outcomes.map(({ code }) => code))).toEqual(new Set(['added', 'rate-limited']));
    expect(problems).toHaveLength(1);
    expect(requests.length).toBeLessThanOrEqual(30);
  });

  test('is capped while people are looked up: those whom the quota leaves room for are added, the next run adds the others', async () => {
    const quota = { limit: 100, windowSeconds: 60 };
    const { codes, problems, requests, hub, clock } = await withQuota(
      quota,
      { users: EMAILS, maxWaitMs: 1_000 },
      HIDDEN,
    );
    const { added = 0, 'rate-limited': left = 0, ...others } = tally(codes);
    expect({ all: added + left, others }).toEqual({ all: 300, others: {} });
    // Of a hundred requests, few are not for look-ups.
    expect(added).toBeGreaterThanOrEqual(80);
    expect(problems).toHaveLength(1);
    expect(requests.length).toBeLessThanOrEqual(100);
    expect(limited(requests)).toBe(0);
    const again = await run(hub, { clock, users: EMAILS });
    expect(tally(again.codes)).toEqual({ added: left, 'already-member': added });
  });

  test('a lost answer is looked after when the quota allows it', async () => {
    const clock = fakeClock();
    const hub = await start({ orgs: [ORG], quota: { limit: 3, windowSeconds: 60 }, now: clock.now });
    hub.inject({ kind: 'reset', when: 'after', match: { method: 'POST' } });
    const { codes, requests } = await run(hub, { clock, users: names(3) });
    expect(tally(codes)).toEqual({ added: 3 });
    expect(limited(requests)).toBeLessThanOrEqual(1);
  });
});
