import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { send, strike } from './answering.ts';
import type { FaultRules } from './faults.ts';
import type { Fault, HubOptions, HubSettings, RecordedRequest } from './options.ts';
import { recordOf } from './record.ts';
import { MALFORMED } from './refusal.ts';
import type { Answer } from './routes/call.ts';
import { isGone, mayAct } from './wire.ts';

/** What a request meets on its way; all of it may change while the server runs. */
export interface Pipeline {
  readonly settings: HubSettings;
  readonly faults: FaultRules;
  readonly requests: RecordedRequest[];
  readonly listeners: ((request: RecordedRequest) => void | Promise<void>)[];
  /** The pattern of a path that is counted as one route. */
  routeOf(method: string, path: string): string;
  /** Does the work of a request at once, so that no other one sees it half done. `body`: JSON or {@link MALFORMED}. */
  answer(request: RecordedRequest, body: unknown, origin: string): Answer;
}

export interface RunningServer {
  readonly url: string;
  /** TCP connections accepted so far. */
  connections(): number;
  /** Breaks every connection, whatever is under way, and frees the port. */
  close(): Promise<void>;
}

/** Serves on 127.0.0.1. Rejects if the port is taken. */
export async function serve(
  pipeline: Pipeline,
  { tls, port = 0 }: Pick<HubOptions, 'tls' | 'port'>,
): Promise<RunningServer> {
  const stop = new AbortController();
  let url = '';
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServerFor(tls, (request, response) => {
    respond(request, response).catch((error: unknown) => {
      if (stop.signal.aborted || isGone(response) || response.headersSent) return;
      const text = error instanceof Error ? error.stack : String(error);
      response.writeHead(500, { 'X-Error-Code': 'SimulatorBug' }).end(`A bug in the simulator: ${text}`);
    });
  });
  const door = createTcpServer((socket) => {
    connections += 1;
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    if (!pipeline.settings.silentConnections.includes(connections)) server.emit('connection', socket);
    // Reads, so that the end of the connection is noticed.
    else socket.on('error', () => {}).resume();
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { settings, faults, requests, listeners } = pipeline;
    const record = recordOf(request, requests.length + 1, pipeline.routeOf);
    requests.push(record);
    response.once('close', () => {
      record.finishedAt ??= performance.now();
    });
    const body = record.method === 'GET' ? undefined : parsed(await textOf(request));
    if (body !== MALFORMED) record.body = body;
    for (const listener of listeners) await listener(record);
    const { latencyMs } = settings;
    await pause(typeof latencyMs === 'number' ? latencyMs : latencyMs(record));

    const fault = faults.next(record);
    if (!fault) {
      if (mayAct(response)) send(response, record, work(), settings);
      return;
    }
    record.fault = fault.kind;
    if (fault.when !== 'after') await pause(fault.delayMs);
    const isActedOn = reachesHub(fault, record);
    if (isActedOn && !mayAct(response)) return;
    const answer = isActedOn ? work() : undefined;
    if (fault.when === 'after') await pause(fault.delayMs);
    await strike(fault, settings, response, record, answer);

    function work() {
      const answer = pipeline.answer(record, body, url);
      if (answer.applied) record.applied = true;
      return answer;
    }
  }

  async function pause(milliseconds = 0): Promise<void> {
    if (milliseconds > 0) await sleep(milliseconds, undefined, { signal: stop.signal });
  }

  url = `${tls ? 'https' : 'http'}://127.0.0.1:${await listen(door, port)}`;
  return {
    url,
    connections: () => connections,
    close: async () => {
      stop.abort();
      const closed = new Promise<void>((resolve) => door.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The same requests and responses, whether over HTTP/1.1 or HTTP/2. */
function createServerFor(
  tls: HubOptions['tls'],
  respond: (request: IncomingMessage, response: ServerResponse) => void,
): NetServer {
  const http1 = { keepAliveTimeout: 60_000, requestTimeout: 0 };
  if (!tls) return createServer(http1, respond);
  if (tls.http1Only) return createTlsServer({ ...tls, ...http1 }, respond).on('tlsClientError', () => {});
  const server = createSecureServer({ ...tls, allowHTTP1: true }, (request, response) =>
    // Node gives HTTP/2 the interface of HTTP/1.1; what differs is in wire.ts.
    respond(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  // A client that does not trust the certificate, or breaks off, is no trouble of the server.
  return server.on('sessionError', () => {}).on('tlsClientError', () => {});
}

const ALWAYS_TRUE: readonly string[] = ['delay', 'slow', 'huge'];
const TRUE_IN_PART: readonly string[] = ['truncate', 'stall', 'broken-gzip'];

/** Faults that hand over the true answer need it. A read changes nothing, so a part of its answer is as good before as after. */
function reachesHub({ kind, when }: Fault, { method }: RecordedRequest): boolean {
  return when === 'after' || ALWAYS_TRUE.includes(kind) || (method === 'GET' && TRUE_IN_PART.includes(kind));
}

function listen(server: NetServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString()));
    request.on('error', reject);
  });
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return MALFORMED;
  }
}
