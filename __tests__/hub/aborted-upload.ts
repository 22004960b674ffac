/*
 * Run as a process of its own by http2.test.ts: if it fails, it fails by hanging. A Hub does not read the whole body of a
 * write until its time has passed, and goes on reading then.
 */
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setDefaultCACertificates } from 'node:tls';
import { object, string } from 'valibot';
import { cancellable } from '../../src/hub/cancellation.ts';
import { jsonBody } from '../../src/hub/read-response.ts';
import { openSession } from '../../src/hub/session.ts';
import { TEST_CERTIFICATE, TEST_KEY } from '../support/certificate.ts';

const TIMEOUT_MS = 200;

setDefaultCACertificates([TEST_CERTIFICATE]);
const server = createSecureServer({ key: TEST_KEY, cert: TEST_CERTIFICATE });
server.on('stream', (stream, headers) => {
  stream.on('error', () => undefined);
  if (headers[':method'] === 'POST') {
    setTimeout(() => stream.resume(), 2 * TIMEOUT_MS);
  } else {
    stream.respond({ ':status': 200 });
    stream.end('{"name":"ada"}');
  }
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const say = () => undefined;
const { hub } = openSession({
  hubUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
  token: 'hf_test',
  timeoutMs: TIMEOUT_MS,
  maxWaitMs: 0,
  cancellation: cancellable().cancellation,
  log: { info: say, warning: say, debug: say },
});
const request = { segments: ['api', 'thing'], reader: jsonBody(object({ name: string() }), 1_000) };
/** More than the 65,535 bytes that can be sent before the Hub has read any (RFC 9113, section 6.9.2). */
const body = 'x'.repeat(200_000);
const write = await hub.send({ ...request, method: 'POST', body }).catch((error) => error.kind);
await sleep(2 * TIMEOUT_MS);
const read = await hub.send(request);
process.stdout.write(`${write} ${read.value.name}\n`);
process.exit(0);
