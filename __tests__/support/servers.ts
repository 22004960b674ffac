import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import { TEST_CERTIFICATE, TEST_KEY } from './certificate.ts';

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server on this machine that is closed after the test, whatever hangs in it. */
export interface TestServer {
  readonly port: number;
  /** How many connections were opened so far. */
  readonly connections: () => number;
}

async function listening(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

/** An HTTP server. */
export async function startHttp(onRequest: RequestListener): Promise<TestServer & { readonly url: string }> {
  const server = await listening(createHttpServer(onRequest));
  return { ...server, url: `http://127.0.0.1:${server.port}` };
}

/** An HTTPS server with the test certificate. */
export async function startHttps(onRequest: RequestListener): Promise<TestServer & { readonly url: string }> {
  const server = await listening(createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, onRequest));
  return { ...server, url: `https://127.0.0.1:${server.port}` };
}

/** A server that does nothing but accept connections, unless `onSocket` does. */
export async function startTcp(onSocket: (socket: Socket) => void = () => undefined): Promise<TestServer> {
  return listening(createTcpServer(onSocket));
}
