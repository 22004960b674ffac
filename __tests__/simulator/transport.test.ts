import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Agent, ProxyAgent, request } from 'undici';
import type { Fault } from '../../simulator/index.ts';
import { startHub, startProxy, startSilentPort } from '../../simulator/index.ts';
import { selfSigned } from '../support/certificate.ts';
import { call, GROUPS, MEMBERS, start } from './client.ts';

const MIB = 2 ** 20;
const BEARER = { authorization: 'Bearer hf_test' };
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function closing<T extends { close(): Promise<unknown> }>(thing: T): T {
  ends.push(() => thing.close());
  return thing;
}

describe('a body', () => {
  test('that is huge is the true answer, padded to the size', async () => {
    const hub = await start();
    hub.inject({ kind: 'huge', bytes: 3 * MIB + 5 });
    const { text, json } = await call(hub, 'GET', GROUPS);
    expect(text).toHaveLength(3 * MIB + 5);
    expect(json).toMatchObject([{ name: 'Cohort 2024' }]);
  });

  test('that is endless comes no faster than it is read, and ends with the client', async () => {
    const hub = await start();
    hub.inject({ kind: 'endless' });
    const { body } = await request(hub.url + GROUPS, { headers: BEARER });
    let received = 0;
    for await (const part of body) {
      received += part.length;
      if (received > 4 * MIB) break;
    }
    while (hub.requests[0]?.finishedAt === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(hub.requests[0].sentBytes).toBeLessThan(64 * MIB);
    expect(hub.requests[0].status).toBeUndefined();
  });

  test('that stalls stops half-way', async () => {
    const hub = await start();
    hub.inject({ kind: 'stall' });
    const { body } = await request(hub.url + GROUPS, { headers: BEARER, signal: AbortSignal.timeout(100) });
    let received = 0;
    const reading = (async () => {
      for await (const part of body) received += part.length;
    })();
    await expect(reading).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(received).toBeGreaterThan(0);
    expect(hub.requests[0]).toMatchObject({ fault: 'stall' });
  });

  test('that is slow comes at a rate', async () => {
    const hub = await start();
    const whole = (await call(hub, 'GET', MEMBERS)).text;
    hub.inject({ kind: 'slow', bytesPerSecond: whole.length * 5 });
    const before = performance.now();
    expect((await call(hub, 'GET', MEMBERS)).text).toBe(whole);
    expect(performance.now() - before).toBeGreaterThan(150);
    expect(hub.requests[1]).toMatchObject({ fault: 'slow', status: 200, sentBytes: whole.length });
  });

  test('is packed for clients that accept it', async () => {
    const hub = await start({ compress: true });
    const ask = (headers: Record<string, string>) =>
      request(hub.url + GROUPS, { headers: { ...BEARER, ...headers } });
    const packed = await ask({ 'accept-encoding': 'br, gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    const text = gunzipSync(await packed.body.bytes()).toString();
    const plain = await ask({});
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(await plain.body.text()).toBe(text);
  });

  test('may be gzip that breaks off', async () => {
    const hub = await start();
    hub.inject({ kind: 'broken-gzip' });
    await expect(call(hub, 'GET', GROUPS)).rejects.toMatchObject({ message: 'terminated' });
  });

  test('may be gzip of a thousand times its size', async () => {
    const hub = await start();
    hub.inject({ kind: 'gzip-bomb', bytes: 16 * MIB });
    const { json } = await call(hub, 'GET', GROUPS);
    expect(json[0]).toHaveLength(16 * MIB);
    expect(hub.requests[0]?.sentBytes).toBeLessThan(MIB / 4);
  });
});

describe('over TLS', () => {
  const users = { users: [{ user: 'ada', role: 'read' }] };

  async function startSecure() {
    const tls = await selfSigned();
    const hub = closing(await startHub({ tls }));
    const agent = (allowH2: boolean) => closing(new Agent({ allowH2, connect: { ca: tls.cert } }));
    const post = async (allowH2: boolean) => {
      const path = `${GROUPS}/${hub.group('Cohort 2024').id}/users`;
      const options = { method: 'POST', headers: BEARER, body: JSON.stringify(users) } as const;
      const { statusCode, body } = await request(hub.url + path, { ...options, dispatcher: agent(allowH2) });
      return { statusCode, text: await body.text() };
    };
    return { hub, agent, post };
  }

  test.each([
    ['1.1', false],
    ['2.0', true],
  ])('speaks HTTP/%s', async (version, allowH2) => {
    const { hub, post } = await startSecure();
    expect(hub.url).toMatch(/^https:/);
    expect(await post(allowH2)).toMatchObject({ statusCode: 200 });
    expect(hub.requests[0]).toMatchObject({ httpVersion: version, body: users, applied: true });
  });

  test('is not trusted by a client that does not know the certificate', async () => {
    const { hub } = await startSecure();
    await expect(request(hub.url + GROUPS)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  const kinds = ['reset', 'drop', 'goaway', 'truncate'] as const;
  test.each(kinds.flatMap((kind) => [true, false].map((h2) => [kind, h2] as const)))(
    'a fault (%s; HTTP/2: %s) strikes before or after the write is applied',
    async (kind, allowH2) => {
      const { hub, post } = await startSecure();
      const fault: Fault = { kind, match: { method: 'POST' }, times: Number.POSITIVE_INFINITY };
      hub.inject(fault);
      await expect(post(allowH2)).rejects.toThrow();
      expect(hub.members('Cohort 2024')).toEqual({});
      hub.clearFaults();
      hub.inject({ ...fault, when: 'after' });
      await expect(post(allowH2)).rejects.toThrow();
      expect(hub.members('Cohort 2024')).toEqual({ ada: 'read' });
      for (const record of hub.requests) expect(record.finishedAt).toBeGreaterThanOrEqual(record.at);
    },
  );

  test('a reset of one stream leaves the others on its connection alone, a drop ends them all', async () => {
    const { hub, agent } = await startSecure();
    const dispatcher = agent(true);
    const get = async (path: string) =>
      (await request(hub.url + path, { headers: BEARER, dispatcher })).statusCode;
    await get(GROUPS);
    const connections = hub.connections;
    for (const [kind, others] of [
      ['reset', 'fulfilled'],
      ['drop', 'rejected'],
    ] as const) {
      hub.inject({ kind, match: { path: MEMBERS }, delayMs: 20 }, { kind: 'delay', delayMs: 60 });
      const results = await Promise.allSettled([get(MEMBERS), get(GROUPS)]);
      expect(results.map(({ status }) => status)).toEqual(['rejected', others]);
      expect(hub.connections).toBe(connections);
    }
  });

  test('an endless body ends with the client over HTTP/2, too', async () => {
    const { hub, agent } = await startSecure();
    hub.inject({ kind: 'endless' });
    const { body } = await request(hub.url + GROUPS, { headers: BEARER, dispatcher: agent(true) });
    for await (const part of body) if (part.length > 0) break;
    while (hub.requests[0]?.finishedAt === undefined) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(hub.requests[0].sentBytes).toBeLessThan(64 * MIB);
  });
});

describe('a connection', () => {
  test('is accepted and never answered by a silent port: no handshake, no CONNECT', async () => {
    const silent = closing(await startSilentPort());
    const handshake = connectTls({ port: silent.port, host: '127.0.0.1' });
    const outcome = await Promise.race([
      once(handshake, 'secureConnect').then(() => 'shook hands'),
      new Promise((resolve) => setTimeout(resolve, 100, 'silence')),
    ]);
    expect([outcome, silent.accepted, silent.open]).toEqual(['silence', 1, 1]);
    handshake.destroy();
    while (silent.open > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  });

  test.each(['http', 'https'])('of a Hub (%s) stays silent if its number is given', async (protocol) => {
    const tls = protocol === 'https' ? await selfSigned() : undefined;
    const hub = closing(await startHub({ ...(tls && { tls }), silentConnections: [1] }));
    const get = async () => {
      const dispatcher = new Agent({ connect: { ca: tls?.cert ?? [], timeout: 150 } });
      const reply = request(hub.url + GROUPS, {
        headers: BEARER,
        dispatcher,
        signal: AbortSignal.timeout(200),
      });
      return reply.then(
        ({ statusCode }) => statusCode,
        (error: Error) => error.name,
      );
    };
    expect(await get()).toMatch('Error');
    expect(await get()).toBe(200);
    expect([hub.connections, hub.requests.length]).toEqual([2, 1]);
  });

  test('goes through a proxy that tunnels, refuses, or says nothing', async () => {
    const tls = await selfSigned();
    const hub = closing(await startHub({ tls }));
    const through = async (answer: number | 'silent') => {
      const proxy = closing(await startProxy(answer, Number(new URL(hub.url).port)));
      const dispatcher = new ProxyAgent({
        uri: `http://127.0.0.1:${proxy.port}`,
        requestTls: { ca: tls.cert },
      });
      const signal = AbortSignal.timeout(150);
      const reply = request(`https://localhost:1${GROUPS}`, { headers: BEARER, dispatcher, signal });
      const outcome = await Promise.race([
        reply.then(
          ({ statusCode }) => statusCode,
          (error: Error) => error.name,
        ),
        new Promise((resolve) => setTimeout(resolve, 300, 'silence')),
      ]);
      ends.push(() => dispatcher.destroy());
      expect(proxy.targets).toEqual(['localhost:1']);
      expect(proxy.heads.join('')).not.toMatch('hf_test');
      return outcome;
    };
    expect(await through(200)).toBe(200);
    expect(await through(407)).toMatch('Error');
    expect(await through('silent')).not.toBe(200);
  });

  test('to a proxy that is not asked to tunnel is refused', async () => {
    const proxy = closing(await startProxy(200));
    const socket = connect(proxy.port, '127.0.0.1').end('GET http://hub/ HTTP/1.1\r\n\r\n');
    const [data] = (await once(socket, 'data')) as [Buffer];
    expect(data.toString()).toMatch('HTTP/1.1 400');
  });
});
