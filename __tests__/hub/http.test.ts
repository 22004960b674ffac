import { connect as connectTcp } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GIVEN_UP } from '../../src/hub/error-message.ts';
import { TEST_CERTIFICATE } from '../support/certificate.ts';
import { startHttp, startHttps, startTcp } from '../support/servers.ts';
import { GET, open, POST } from './open.ts';

/** A proxy that answers each CONNECT with a status, or connects to `port` of this machine whatever is asked for. */
async function startProxy(answer: { status: number } | { port: number }) {
  const asked: string[] = [];
  const proxy = await startTcp((socket) => {
    socket.once('data', (head) => {
      asked.push(head.toString().split('\r\n')[0] ?? '');
      if ('status' in answer) return void socket.end(`HTTP/1.1 ${answer.status} No\r\n\r\n`);
      const onward = connectTcp(answer.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        onward.pipe(socket);
        socket.pipe(onward);
      });
      for (const end of [socket, onward]) end.on('error', () => undefined);
    });
  });
  return { ...proxy, asked, url: `http://ada:secret@127.0.0.1:${proxy.port}` };
}

/** What a promise rejects with, and after how many milliseconds. */
async function failure(promise: Promise<unknown>) {
  const began = performance.now();
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason as { kind: string; code?: string; message: string },
  );
  return { ...error, message: error?.message, ms: performance.now() - began };
}

/** Two ways in which a connection never opens: the TLS handshake stalls, or the proxy does not answer CONNECT. */
const STALLED: [string, () => Promise<{ hubUrl: string; proxy?: string; connections: () => number }>][] = [
  [
    'a TLS handshake that stalls',
    async () => {
      const { port, connections } = await startTcp();
      return { hubUrl: `https://127.0.0.1:${port}`, connections };
    },
  ],
  [
    'a proxy that does not answer',
    async () => {
      const { port, connections } = await startTcp();
      return { hubUrl: 'https://hub.example', proxy: `http://127.0.0.1:${port}`, connections };
    },
  ],
];

describe.each(STALLED)('%s', (_, start) => {
  test('does not outlive timeout-seconds, whatever is sent', async () => {
    const { hubUrl, proxy, connections } = await start();
    const { hub } = open(hubUrl, { proxy, timeoutMs: 300, maxWaitMs: 0 });
    for (const request of [GET, POST]) {
      const { ms, kind, code } = await failure(hub.send(request));
      expect(ms).toBeLessThan(1_500);
      expect({ kind, code }).toEqual({ kind: request === GET ? 'unavailable' : 'lost', code: 'ETIMEDOUT' });
    }
    expect(connections()).toBeGreaterThan(0);
  });

  test('does not outlive a cancellation, and nothing is left to wait for', async () => {
    const { hubUrl, proxy } = await start();
    const { hub, cancel, close } = open(hubUrl, { proxy });
    setTimeout(cancel, 100);
    const [read, write] = await Promise.all([failure(hub.send(GET)), failure(hub.send(POST))]);
    expect(read).toMatchObject({ kind: 'cancelled' });
    expect(read.ms).toBeLessThan(1_000);
    expect(write).toMatchObject({ kind: 'lost', code: GIVEN_UP });
    expect(write.ms).toBeLessThan(3_000);
    const look = await failure(hub.readAfterCancel(GET));
    expect(look.ms).toBeLessThan(2_500);
    expect((await failure(close())).ms).toBeLessThan(500);
  });

  test('is known to have sent nothing when the limit for connecting ends it, so a write is no loss', async () => {
    const { hubUrl, proxy } = await start();
    const { hub } = open(hubUrl, { proxy, timeoutMs: 4_000, maxWaitMs: 0 });
    const { kind, message, ms } = await failure(hub.send(POST));
    expect(kind).toBe('unavailable');
    expect(message).toMatch(
      proxy === undefined ? /No answer from https:/ : /The proxy 127\.0\.0\.1:\d+ did not answer/,
    );
    expect(ms).toBeLessThan(4_000);
  });
});

test('a connection that stalls keeps no other from being opened', async () => {
  const hub = await startHttps((_, response) => response.end('{"name":"ada"}'));
  let connections = 0;
  const { port } = await startTcp((socket) => {
    connections += 1;
    if (connections === 1) return;
    const onward = connectTcp(hub.port, '127.0.0.1');
    onward.pipe(socket);
    socket.pipe(onward);
    for (const end of [socket, onward]) end.on('error', () => undefined);
  });
  const untrusting = open(`https://127.0.0.1:${port}`, { timeoutMs: 500 });
  expect(await failure(untrusting.hub.send(GET))).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

describe('a certificate that is not trusted', () => {
  test('is told with its remedy, and not tried again', async () => {
    const server = await startHttps((_, response) => response.end('{"name":"ada"}'));
    const { hub } = open(server.url);
    for (const request of [GET, POST]) {
      expect(await failure(hub.send(request))).toMatchObject({
        kind: 'unavailable',
        code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
        message: expect.stringMatching(/^The certificate shown for https:.*NODE_EXTRA_CA_CERTS/),
      });
    }
    expect(server.connections()).toBe(2);
  });
});

describe('with a certificate that is trusted', () => {
  const trusted = getCACertificates();
  beforeAll(() => setDefaultCACertificates([TEST_CERTIFICATE]));
  afterAll(() => setDefaultCACertificates(trusted));

  test('the Hub is reached through a proxy, by one connection', async () => {
    const server = await startHttps((_, response) => response.end('{"name":"ada"}'));
    const proxy = await startProxy({ port: server.port });
    const { hub } = open('https://hub.example', { proxy: proxy.url });
    for (let index = 0; index < 5; index += 1) {
      expect((await hub.send(GET)).value).toEqual({ name: 'ada' });
    }
    expect(proxy.asked).toEqual(['CONNECT hub.example:443 HTTP/1.1']);
    expect(server.connections()).toBe(1);
  });

  test('and another name, it is told as not trusted', async () => {
    const server = await startHttps((_, response) => response.end('{"name":"ada"}'));
    const proxy = await startProxy({ port: server.port });
    const { hub } = open('https://other.example', { proxy: proxy.url });
    expect(await failure(hub.send(GET))).toMatchObject({
      kind: 'unavailable',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      message: expect.stringMatching(/other\.example through the proxy 127/),
    });
    expect(proxy.asked).toHaveLength(1);
  });
});

describe('a proxy', () => {
  test.each([407, 403])('that answers %d is told with that status, and not asked again', async (status) => {
    const proxy = await startProxy({ status });
    const { hub } = open('https://hub.example', { proxy: proxy.url });
    for (const request of [GET, POST]) {
      const { kind, message } = await failure(hub.send(request));
      expect(kind).toBe('unavailable');
      expect(message).toBe(
        `The proxy 127.0.0.1:${proxy.port} answered ${status} instead of connecting to https://hub.example.`,
      );
    }
    expect(proxy.asked).toHaveLength(2);
  });

  test('that answers 502 is asked again, also for a write', async () => {
    const proxy = await startProxy({ status: 502 });
    const { hub } = open('https://hub.example', { proxy: proxy.url });
    expect(await failure(hub.send(POST))).toMatchObject({ kind: 'unavailable' });
    expect(proxy.asked).toHaveLength(5);
  });

  test('that is not there is named, without its password', async () => {
    const { hub } = open('https://hub.example', { proxy: 'http://ada:secret@127.0.0.1:9', maxWaitMs: 0 });
    const { message } = await failure(hub.send(GET));
    expect(message).toMatch(/through the proxy 127\.0\.0\.1:9 \(ECONNREFUSED\)/);
  });

  test('that hangs up is asked again', async () => {
    const { port, connections } = await startTcp((socket) => socket.destroy());
    const { hub } = open('https://hub.example', { proxy: `http://127.0.0.1:${port}` });
    expect(await failure(hub.send(POST))).toMatchObject({ kind: 'unavailable' });
    expect(connections()).toBe(5);
  });
});

test('a Hub on this machine that hangs up is told with the network’s code', async () => {
  const server = await startHttp((request) => request.socket.destroy());
  const { hub } = open(server.url, { maxWaitMs: 0 });
  expect(await failure(hub.send(GET))).toMatchObject({
    kind: 'unavailable',
    message: expect.stringMatching(/^No answer from http:\/\/127\.0\.0\.1:\d+ \(UND_ERR_SOCKET\)\.$/),
  });
});
