import { spawn } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import {
  type ClientHttp2Stream,
  constants,
  createSecureServer,
  type Http2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { TEST_CERTIFICATE, TEST_KEY } from '../support/certificate.ts';
import { GET, open, POST } from './open.ts';

type Answer = (stream: ServerHttp2Stream) => void;

const BODY = '{"name":"ada"}';

const ok: Answer = (stream) => {
  stream.respond({ ':status': 200 });
  stream.end(BODY);
};

const closers: (() => void)[] = [];
const trusted = getCACertificates();
beforeAll(() => setDefaultCACertificates([TEST_CERTIFICATE]));
afterAll(() => setDefaultCACertificates(trusted));
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A Hub that speaks HTTP/2 only, and answers the first request with `first` and all others well. */
async function startHub(first: Answer) {
  const methods: unknown[] = [];
  const sessions = new Set<Http2Session>();
  const server = createSecureServer({ key: TEST_KEY, cert: TEST_CERTIFICATE });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    methods.push(headers[':method']);
    if (methods.length === 1) first(stream);
    else ok(stream);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    for (const session of sessions) session.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, methods, sessions };
}

test('over HTTP/2, requests at the same time share a connection', async () => {
  const server = await startHub(ok);
  const { hub } = open(server.url);
  await hub.send(GET);
  await Promise.all(Array.from({ length: 30 }, () => hub.send(POST)));
  expect(server.methods).toHaveLength(31);
  expect(server.sessions.size).toBe(1);
});

const LOST: [string, Answer][] = [
  ['a stream that is reset', (stream) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)],
  ['a connection that is dropped after the request', (stream) => stream.session?.destroy()],
  [
    'a body that breaks off',
    (stream) => {
      stream.respond({ ':status': 200 });
      stream.write(BODY.slice(0, 5), () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    },
  ],
  [
    'a body that is shorter than it said',
    (stream) => {
      stream.respond({ ':status': 200, 'content-length': BODY.length });
      stream.end(BODY.slice(0, 5));
    },
  ],
];

test.each(LOST)('over HTTP/2, %s is a response that was lost', async (_, answer) => {
  const write = await startHub(answer);
  await expect(open(write.url).hub.send(POST)).rejects.toMatchObject({ kind: 'lost' });
  expect(write.methods).toEqual(['POST']);
  const read = await startHub(answer);
  expect((await open(read.url).hub.send(GET)).value).toEqual({ name: 'ada' });
  expect(read.methods).toEqual(['GET', 'GET']);
});

test('over HTTP/2, a request in flight survives that the Hub closes the connection to new ones', async () => {
  const server = await startHub((stream) => {
    stream.session?.goaway();
    setTimeout(() => ok(stream), 50);
  });
  const { hub } = open(server.url);
  expect((await hub.send(POST)).value).toEqual({ name: 'ada' });
  expect((await hub.send(POST)).value).toEqual({ name: 'ada' });
  expect(server.methods).toEqual(['POST', 'POST']);
});

test('over HTTP/2, a write that the Hub says it did not begin is sent again', async () => {
  const server = await startHub((stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM));
  expect((await open(server.url).hub.send(POST)).value).toEqual({ name: 'ada' });
});

test('over HTTP/2, silence does not outlive timeout-seconds', async () => {
  const server = await startHub(() => undefined);
  const { hub } = open(server.url, { timeoutMs: 500 });
  await expect(hub.send(POST)).rejects.toMatchObject({ kind: 'lost', code: 'ETIMEDOUT' });
  expect((await hub.send(POST)).value).toEqual({ name: 'ada' });
});

test('over HTTP/2, trouble of the connection that reaches a finished request ends no process', async () => {
  const streams: ClientHttp2Stream[] = [];
  const note = (message: unknown) => streams.push((message as { stream: ClientHttp2Stream }).stream);
  subscribe('http2.client.stream.created', note);
  const server = await startHub(ok);
  await open(server.url).hub.send(GET);
  unsubscribe('http2.client.stream.created', note);
  expect(streams).toHaveLength(1);
  for (const trouble of ['first', 'second']) streams[0]?.emit('error', new Error(trouble));
});

test('over HTTP/2, a write that is given up before all of it was sent is forgotten', async () => {
  const script = join(import.meta.dirname, 'aborted-upload.ts');
  const child = spawn(process.execPath, [script], { timeout: 10_000, killSignal: 'SIGKILL' });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  expect(output).toBe('lost ada\n');
}, 20_000);
