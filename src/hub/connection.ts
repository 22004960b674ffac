import type { Dispatcher } from 'undici';
import { Agent, Pool, ProxyAgent } from './undici.ts';

/** Connections kept open at most; requests beyond these wait for one. */
const MAX_CONNECTIONS = 16;
/** Maximum time to open a connection, TLS included, and never more than half of the time for a whole request. */
const CONNECT_TIMEOUT_MS = 10_000;

export interface Connection {
  readonly dispatcher: Dispatcher;
  /** Host and port of the proxy, without credentials. */
  readonly proxyHost?: string;
}

/** Prepares connections to one Hub, through `proxy` (a URL) if there is one. Opens none yet. */
export function createConnection(proxy: string | undefined, timeoutMs: number): Connection {
  const connectTimeout = Math.ceil(Math.min(CONNECT_TIMEOUT_MS, timeoutMs / 2));
  const options = { connections: MAX_CONNECTIONS, connectTimeout, allowH2: true };
  if (proxy === undefined) return { dispatcher: new Agent(options) };
  const dispatcher = new ProxyAgent({
    ...options,
    uri: proxy,
    // A proxy that accepts the connection, but does not answer the request for a tunnel.
    clientFactory: (origin, opts) => new Pool(origin, { ...opts, headersTimeout: connectTimeout }),
  });
  return { dispatcher, proxyHost: new URL(proxy).host };
}
