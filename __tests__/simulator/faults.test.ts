import { describe, expect, test } from '@jest/globals';
import { overlappingWrites } from '../../simulator/index.ts';
import { add, call, GROUPS, MEMBERS, start, usersPath } from './client.ts';

const NETWORK = { message: /fetch failed|terminated/ };

describe('faults', () => {
  test.each(['reset', 'truncate'] as const)('%s: before or after the write', async (kind) => {
    const hub = await start();
    hub.inject({ kind, match: { method: 'POST' } }, { kind, when: 'after', match: { method: 'POST' } });
    await expect(add(hub, 'Cohort 2024', { ada: 'read' })).rejects.toMatchObject(NETWORK);
    expect(hub.members('Cohort 2024')).toEqual({});
    await expect(add(hub, 'Cohort 2024', { ada: 'read' })).rejects.toMatchObject(NETWORK);
    expect(hub.members('Cohort 2024')).toEqual({ ada: 'read' });
    expect(hub.requests[0]).toMatchObject({ fault: kind });
    expect(hub.requests[1]).toMatchObject({ fault: kind, applied: true });
    for (const request of hub.requests) {
      expect(request.status).toBeUndefined();
      expect(request.finishedAt).toBeGreaterThanOrEqual(request.at);
    }
  });

  test('half an answer says how long it would have been', async () => {
    const hub = await start();
    hub.inject({ kind: 'truncate' });
    const response = await fetch(hub.url + GROUPS, { headers: { authorization: 'Bearer hf_test' } });
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100);
    await expect(response.text()).rejects.toMatchObject(NETWORK);
  });

  test('a request that hangs keeps no one from closing', async () => {
    const hub = await start();
    hub.inject({ kind: 'hang' });
    const hanging = expect(call(hub, 'GET', GROUPS)).rejects.toMatchObject(NETWORK);
    while (hub.requests[0]?.fault === undefined) await new Promise(setImmediate);
    await hub.close();
    await hanging;
  });

  test('answers of other kinds', async () => {
    const hub = await start();
    hub.inject(
      { kind: 'wrong-json' },
      { kind: 'html' },
      { kind: 'empty', status: 502 },
      { kind: 'redirect', location: 'http://evil.test/' },
      { kind: 'status', status: 503, headers: { 'Retry-After': '7' } },
      { kind: 'status', status: 418, body: { error: 'teapot' } },
      { kind: 'delay', delayMs: 1 },
    );
    const replies = [];
    for (let count = 0; count < 8; count++) replies.push(await call(hub, 'GET', GROUPS));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 502, 307, 503, 418, 200, 200]);
    expect(replies[0]?.json).toEqual({ unexpected: true });
    expect(replies[1]?.text).toMatch('<html>');
    expect(replies[2]?.text).toBe('');
    expect(replies[3]?.headers.get('location')).toBe('http://evil.test/');
    expect(replies[4]?.headers.get('retry-after')).toBe('7');
    expect(replies[5]?.json).toEqual({ error: 'teapot' });
    expect(replies[6]?.json).toEqual(replies[7]?.json);
  });

  test('strike the requests that they were meant for', async () => {
    const hub = await start();
    const status = 500;
    hub.inject(
      { kind: 'status', status, match: { path: '/members', nth: 2 } },
      { kind: 'status', status, match: { path: /\/users$/, user: 'ADA' }, times: Infinity },
      { kind: 'status', status, match: { path: '/resource-groups', method: 'get' }, skip: 1 },
    );
    const statuses = async (...asked: (() => Promise<{ status: number }>)[]) => {
      const found: number[] = [];
      for (const ask of asked) found.push((await ask()).status);
      return found;
    };
    const members = () => call(hub, 'GET', MEMBERS);
    const groups = () => call(hub, 'GET', GROUPS);
    expect(await statuses(members, members, members)).toEqual([200, 500, 200]);
    expect(await statuses(groups, groups, groups)).toEqual([200, 500, 200]);
    const withAda = () => add(hub, 'Cohort 2024', { bob: 'read', ada: 'read' });
    expect(await statuses(withAda, withAda, () => add(hub, 'Cohort 2024', { bob: 'read' }))).toEqual([
      500, 500, 200,
    ]);
    hub.clearFaults();
    expect(await statuses(() => add(hub, 'Cohort 2024', { ada: 'read' }))).toEqual([200]);
  });
});

describe('wordings of a refusal', () => {
  test.each([
    ['named', /^\{"error":"The user nobody does not exist"\}$/, 'InvalidRequest', true],
    ['plain', /^\{"error":"Bad Request"\}$/, null, true],
    ['empty', /^$/, null, false],
    ['html', /<h1>400 Bad Request<\/h1>/, null, false],
  ] as const)('%s', async (wording, text, code, withId) => {
    const hub = await start({ wording, warning: 'quota; nearly used up' });
    const reply = await add(hub, 'Cohort 2024', { nobody: 'read' });
    expect(reply.status).toBe(400);
    expect(reply.text).toMatch(text);
    expect(reply.headers.get('x-error-code')).toBe(code);
    expect(reply.headers.get('x-request-id')).toBe(withId ? hub.requests[0]?.id : null);
    expect(reply.headers.get('x-hf-warning')).toBe('quota; nearly used up');
  });

  test('under another key, and with names that no header holds', async () => {
    const hub = await start({ errorKey: 'message' });
    const reply = await add(hub, 'Cohort 2024', { 'zoë\n': 'read' });
    expect(reply.json).toEqual({ message: 'The user zoë\n does not exist' });
    expect(reply.headers.get('x-error-message')).toBe('The user zo?? does not exist');
  });
});

describe('quotas', () => {
  test('are announced, held in fixed windows for each token, and can be changed', async () => {
    let now = 1_000_000;
    const hub = await start({
      now: () => now,
      quota: { limit: 2, windowSeconds: 300, retryAfter: 'seconds' },
      tokens: [{ token: 'hf_other', user: 'ada', type: 'read' }],
    });
    const first = await call(hub, 'GET', GROUPS);
    expect(first.headers.get('ratelimit')).toBe('"api";r=1;t=300');
    expect(first.headers.get('ratelimit-policy')).toBe('"fixed window";"api";q=2;w=300');
    now += 100_500;
    expect((await call(hub, 'GET', GROUPS)).headers.get('ratelimit')).toBe('"api";r=0;t=200');
    const over = await call(hub, 'GET', GROUPS);
    expect([over.status, over.headers.get('retry-after')]).toEqual([429, '200']);
    expect((await call(hub, 'GET', MEMBERS, undefined, 'hf_other')).status).toBe(200);
    now += 199_500;
    expect((await call(hub, 'GET', GROUPS)).headers.get('ratelimit')).toBe('"api";r=1;t=300');
    now += 750_000;
    expect((await call(hub, 'GET', GROUPS)).headers.get('ratelimit')).toBe('"api";r=1;t=150');
    hub.configure({ quota: { limit: 1, windowSeconds: 60 } });
    expect((await call(hub, 'GET', GROUPS)).headers.get('ratelimit')).toBe('"api";r=0;t=60');
    hub.configure({ quota: undefined });
    expect((await call(hub, 'GET', GROUPS)).headers.get('ratelimit')).toBeNull();
  });

  test('may be unannounced, and ask to come back at a date or say nothing', async () => {
    const quota = { limit: 0, windowSeconds: 300, announce: 'none' } as const;
    const hub = await start({ now: () => Date.UTC(2026, 0, 1), quota: { ...quota, retryAfter: 'date' } });
    const dated = await call(hub, 'GET', GROUPS);
    expect(dated.headers.get('retry-after')).toBe('Thu, 01 Jan 2026 00:05:00 GMT');
    hub.configure({ quota });
    const silent = await call(hub, 'GET', GROUPS);
    expect(silent.status).toBe(429);
    for (const name of ['retry-after', 'ratelimit', 'ratelimit-policy'])
      expect(silent.headers.get(name)).toBeNull();
  });

  test('do not count what never reached the Hub', async () => {
    const hub = await start({ quota: { limit: 5, windowSeconds: 300 } });
    hub.inject({ kind: 'status', status: 502 }, { kind: 'status', status: 502, when: 'after' });
    for (let count = 0; count < 2; count++) await call(hub, 'GET', GROUPS);
    expect((await call(hub, 'GET', GROUPS)).headers.get('ratelimit')).toMatch('r=3');
  });
});

describe('the record', () => {
  test('keeps what came, and how many connections it took', async () => {
    const hub = await start();
    await call(hub, 'GET', `${MEMBERS}?limit=10&search=a%20b`);
    expect(hub.requests).toMatchObject([
      {
        method: 'GET',
        path: MEMBERS,
        url: `${MEMBERS}?limit=10&search=a%20b`,
        query: { limit: '10', search: 'a b' },
        headers: { authorization: 'Bearer hf_test' },
        status: 200,
      },
    ]);
    expect(hub.connections).toBe(1);
  });

  test('lets a test act before a request is handled', async () => {
    const hub = await start();
    hub.onRequest(async ({ method }) => {
      await new Promise(setImmediate);
      if (method === 'POST') hub.addMember('Cohort 2024', 'bob', 'write');
    });
    expect((await add(hub, 'Cohort 2024', { ada: 'read', bob: 'read' })).status).toBe(403);
    expect(hub.members('Cohort 2024')).toEqual({ bob: 'write' });
  });

  test('shows writes to one group that overlapped, and only those', async () => {
    const hub = await start({
      orgs: [{ name: 'acme', members: ['ada', 'bob'], groups: ['One', 'Two'] }],
      latencyMs: (request) => (request.method === 'GET' ? 0 : 20),
    });
    await add(hub, 'One', { ada: 'read' });
    await Promise.all([
      add(hub, 'One', { bob: 'read' }),
      add(hub, 'Two', { ada: 'read' }),
      call(hub, 'GET', GROUPS),
    ]);
    expect(overlappingWrites(hub.requests)).toEqual([]);
    await Promise.all([
      add(hub, 'Two', { bob: 'read' }),
      call(hub, 'DELETE', `${usersPath(hub, 'Two')}/ada`),
    ]);
    expect(overlappingWrites(hub.requests)).toHaveLength(1);
  });
});

test('a client that gives up does not undo what it sent', async () => {
  const hub = await start({ latencyMs: 50 });
  const patience = new AbortController();
  hub.onRequest(() => patience.abort());
  const users = [{ user: 'ada', role: 'read' }];
  const sent = fetch(hub.url + usersPath(hub, 'Cohort 2024'), {
    method: 'POST',
    headers: { authorization: 'Bearer hf_test' },
    body: JSON.stringify({ users }),
    signal: patience.signal,
  });
  await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  while (!hub.requests[0]?.applied) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(hub.members('Cohort 2024')).toEqual({ ada: 'read' });
  expect(hub.requests[0]?.status).toBeUndefined();
});
