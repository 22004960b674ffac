import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/hub/cancellation.ts';
import { GIVEN_UP } from '../../src/hub/error-message.ts';
import { startHttp } from '../support/servers.ts';
import { GET, open, POST, TOKEN } from './open.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const ok: Answer = (response) => response.end('{"name":"ada"}');

function status(code: number, headers: Record<string, string> = {}, body = ''): Answer {
  return (response) => response.writeHead(code, headers).end(body);
}

/** A Hub that answers with each of `answers` once, and then goes on with the last one. */
async function startHub(...answers: Answer[]) {
  const requests: IncomingMessage[] = [];
  const server = await startHttp((request, response) => {
    requests.push(request);
    request.resume();
    answers[Math.min(requests.length, answers.length) - 1]?.(response, request);
  });
  return { ...server, requests };
}

describe('a request', () => {
  test('brings the token, and its response is checked and returned', async () => {
    const server = await startHub(ok);
    const { hub } = open(server.url);
    const segments = ['api', 'a/b', 'ä?'];
    expect((await hub.send({ ...GET, segments, query: { email: 'a+b@c' } })).value).toEqual({ name: 'ada' });
    const [request] = server.requests;
    expect(request).toMatchObject({ method: 'GET', url: '/api/a%2Fb/%C3%A4%3F?email=a%2Bb%40c' });
    expect(request?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'accept-encoding': 'gzip' });
    expect(hub.counts).toEqual({ total: 1, retries: 0 });
  });

  test.each(['', '.', '..', '\ud800'])(
    'with the path segment %j is refused before it is sent',
    async (segment) => {
      const server = await startHub(ok);
      const { hub } = open(server.url);
      await expect(hub.send({ ...GET, segments: ['api', segment] })).rejects.toMatchObject({
        kind: 'refused',
      });
      expect(server.requests).toEqual([]);
    },
  );

  test('uses one connection for requests that follow each other at once', async () => {
    const server = await startHub(ok);
    const { hub } = open(server.url);
    for (let index = 0; index < 20; index += 1) await hub.send(GET);
    expect(server.connections()).toBe(1);
  });

  test('that is redirected goes nowhere else', async () => {
    const other = await startHub(ok);
    const server = await startHub(status(307, { location: other.url }));
    const { hub } = open(server.url);
    await expect(hub.send(GET)).rejects.toMatchObject({
      kind: 'refused',
      status: 307,
      message: expect.stringMatching(/redirect \(30\d\) to http.*are hub-url and org right/),
    });
    expect(other.requests).toEqual([]);
  });
});

describe('a failed request', () => {
  test('is repeated if it reads, after a wait that grows', async () => {
    const server = await startHub(status(503), status(502), ok);
    const { hub, clock } = open(server.url);
    expect((await hub.send(GET)).value).toEqual({ name: 'ada' });
    expect(hub.counts).toEqual({ total: 3, retries: 2 });
    expect(clock.waitedMs).toBe(250 + 500);
  });

  test.each([
    ['503', status(503)],
    ['an empty 200', status(200)],
    ['another 200', status(200, {}, '{"name":7}')],
    ['a broken one', (response) => response.socket?.destroy()],
  ] satisfies [string, Answer][])('is lost if it writes: %s', async (_, answer) => {
    const server = await startHub(answer, ok);
    const { hub } = open(server.url);
    await expect(hub.send(POST)).rejects.toMatchObject({ kind: 'lost' });
    expect(server.requests).toHaveLength(1);
  });

  test('is repeated although it writes, if the rate limit was used up', async () => {
    const server = await startHub(status(429, { 'retry-after': '7' }), ok);
    const { hub, clock, rateLimiter } = open(server.url);
    expect((await hub.send(POST)).value).toEqual({ name: 'ada' });
    expect(clock.waitedMs).toBe(7_000);
    expect(rateLimiter.rateLimitWaitSeconds()).toBe(7);
  });

  test('is not repeated if it may not be', async () => {
    const server = await startHub(status(503), ok);
    const { hub } = open(server.url);
    await expect(hub.send({ ...GET, once: true })).rejects.toMatchObject({
      kind: 'unavailable',
      status: 503,
    });
    expect(server.requests).toHaveLength(1);
  });

  test('ends in its own error if there is no time to wait', async () => {
    const server = await startHub(status(503, { 'x-error-code': 'Busy' }, '{"error":"Too busy"}'));
    const { hub } = open(server.url, { maxWaitMs: 100 });
    await expect(hub.send(GET)).rejects.toMatchObject({
      kind: 'unavailable',
      status: 503,
      code: 'Busy',
      message: 'The Hub answered 503: "Too busy".',
    });
  });

  test('that wrote is remembered with its request id, and no other', async () => {
    const lost: Answer = (response) => response.destroy();
    const server = await startHub(
      status(403, { 'x-request-id': 'read' }),
      status(403, { 'x-request-id': `a-${TOKEN}`, 'x-amz-cf-id': 'b' }),
      status(429, { 'x-request-id': 'again' }),
      ok,
      lost,
    );
    const { hub } = open(server.url);
    for (const request of [GET, POST, POST, POST]) await hub.send(request).catch(() => undefined);
    const path = `/${POST.segments.join('/')}`;
    const told = { at: expect.stringMatching(/^\d{4}-.*Z$/), method: 'POST', path };
    expect(hub.failedWrites).toEqual([
      { ...told, status: 403, requestId: 'b' },
      { ...told, status: null, requestId: null },
    ]);
    const nowhere = open('http://127.0.0.1:9');
    await nowhere.hub.send(POST).catch(() => undefined);
    // Never sent: there is nothing to ask the Hub about.
    expect(nowhere.hub.failedWrites).toEqual([]);
  });

  test('tells what the Hub said without the token, however it was escaped', async () => {
    const escaped = [...TOKEN]
      .map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join('');
    const server = await startHub(
      status(403, { 'x-error-code': TOKEN }, JSON.stringify({ error: [`No ${TOKEN}`, 'Never'] })),
      status(403, {}, `{"errors":[{"message":"No ${escaped}"}]}`),
      status(200, {}, `{"name":"${escaped}"}`),
    );
    const { hub } = open(server.url);
    await expect(hub.send(GET)).rejects.toMatchObject({
      message: 'The Hub answered 403: "No ***; Never".',
      code: '***',
    });
    await expect(hub.send(GET)).rejects.toMatchObject({ message: 'The Hub answered 403: "No ***".' });
    expect((await hub.send(GET)).value).toEqual({ name: '***' });
  });

  test('delays the next look by as long as the Hub asked for', async () => {
    const server = await startHub(status(503, { 'retry-after': '40' }));
    const { hub, clock } = open(server.url);
    await expect(hub.send(POST)).rejects.toMatchObject({ kind: 'lost' });
    await hub.backOff(1);
    expect(clock.waitedMs).toBe(40_000);
  });
});

test('a warning of the Hub is shown once per topic', async () => {
  const server = await startHub((response) => {
    response.setHeader('x-hf-warning', 'token; Expires soon.').end('{"name":"ada"}');
  });
  const { hub, lines } = open(server.url);
  await hub.send(GET);
  await hub.send(GET);
  expect(lines.filter((line) => line.startsWith('The Hub says'))).toEqual(['The Hub says: Expires soon.']);
});

describe('a compressed body', () => {
  const gzip = { 'content-encoding': 'gzip' };
  const compressed = gzipSync('{"name":"ada"}');

  test('is read', async () => {
    const server = await startHub((response) => response.writeHead(200, gzip).end(compressed));
    const { hub } = open(server.url);
    expect((await hub.send(GET)).value).toEqual({ name: 'ada' });
  });

  test('of an error is told', async () => {
    const server = await startHub((response) =>
      response.writeHead(403, gzip).end(gzipSync('{"error":"No"}')),
    );
    const { hub } = open(server.url);
    await expect(hub.send(GET)).rejects.toMatchObject({ message: 'The Hub answered 403: "No".' });
  });

  test.each([
    ['cut off', compressed.subarray(0, -9)],
    ['damaged', Buffer.from('{"name":"ada"}')],
    ['empty', Buffer.alloc(0)],
  ])('that is %s is a response that was lost', async (_, bytes) => {
    const server = await startHub((response) => response.writeHead(200, gzip).end(bytes));
    const { hub } = open(server.url, { maxWaitMs: 0 });
    await expect(hub.send(POST)).rejects.toMatchObject({ kind: 'lost' });
    await expect(hub.send(GET)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  test('that breaks off with its connection is a response that was lost', async () => {
    const server = await startHub((response) => {
      response.writeHead(200, { ...gzip, 'content-length': compressed.length });
      response.write(compressed.subarray(0, 10), () => response.socket?.destroy());
    });
    const { hub } = open(server.url);
    await expect(hub.send(POST)).rejects.toMatchObject({ kind: 'lost' });
  });

  test('that grows beyond all measure when it is decompressed is unusable', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, ' '));
    const server = await startHub((response) => response.writeHead(200, gzip).end(bomb));
    const { hub } = open(server.url);
    await expect(hub.send(GET)).rejects.toMatchObject({
      kind: 'unavailable',
      status: 200,
      message: expect.stringMatching(/too large/),
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe('an endless body', () => {
  /** Sends for as long as they are read; how many bytes were taken. */
  function endless(code: number): { answer: Answer; sent: () => number } {
    let sent = 0;
    const answer: Answer = (response) => {
      const chunk = Buffer.alloc(65_536, '"');
      const more = () => {
        while (!response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return;
        }
      };
      response.writeHead(code).on('drain', more);
      more();
    };
    return { answer, sent: () => sent };
  }

  test('is given up, and not asked for again', async () => {
    const { answer, sent } = endless(200);
    const server = await startHub(answer);
    const { hub } = open(server.url);
    await expect(hub.send(GET)).rejects.toMatchObject({ kind: 'unavailable', status: 200 });
    await expect(hub.send(POST)).rejects.toMatchObject({ kind: 'lost', status: 200 });
    expect(server.requests).toHaveLength(2);
    expect(sent()).toBeLessThan(20_000_000);
  });

  test('of an error does not hide its status', async () => {
    const { answer, sent } = endless(403);
    const server = await startHub(answer);
    const { hub } = open(server.url);
    await expect(hub.send(POST)).rejects.toMatchObject({ kind: 'refused', status: 403 });
    expect(sent()).toBeLessThan(20_000_000);
  });
});

describe('a cancellation', () => {
  test('gives up a read at once', async () => {
    const server = await startHub(() => undefined);
    const { hub, cancel } = open(server.url);
    const read = hub.send(GET);
    setTimeout(cancel, 50);
    await expect(read).rejects.toMatchObject({ kind: 'cancelled' });
  });

  test('lets a write finish, and allows one look at its result', async () => {
    const server = await startHub((response) => setTimeout(() => response.end('{"name":"ada"}'), 200), ok);
    const { hub, cancel } = open(server.url);
    const write = hub.send(POST);
    setTimeout(cancel, 50);
    expect((await write).value).toEqual({ name: 'ada' });
    await expect(hub.send(GET)).rejects.toMatchObject({ kind: 'cancelled' });
    expect((await hub.readAfterCancel(GET)).value).toEqual({ name: 'ada' });
  });

  test('gives up a write that gets no response after two seconds', async () => {
    const server = await startHub(() => undefined);
    const { hub, cancel } = open(server.url);
    const write = hub.send(POST);
    setTimeout(cancel, 50);
    await expect(write).rejects.toMatchObject({ kind: 'lost', code: GIVEN_UP });
  });
});

describe('the clock', () => {
  test('of waits is not the time of day', async () => {
    const { clock, rateLimiter } = open('http://127.0.0.1:9');
    rateLimiter.pauseFor(2_000);
    clock.stepDate(-3_600_000);
    await rateLimiter.acquire();
    rateLimiter.release();
    expect(clock.waitedMs).toBe(2_000);
  });

  test('of the system goes on when the time of day is set back', () => {
    const before = systemClock.now();
    const { now } = Date;
    Date.now = () => 0;
    try {
      expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    } finally {
      Date.now = now;
    }
  });
});
