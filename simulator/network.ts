import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A listening port that accepts connections. */
export interface Listener {
  readonly port: number;
  /** Connections accepted so far, and how many of them are open. */
  readonly accepted: number;
  readonly open: number;
  close(): Promise<void>;
}

/** A port that accepts every connection and never says anything: a TLS handshake, a CONNECT or a request stalls there. */
export function startSilentPort(): Promise<Listener> {
  return listen(() => {});
}

export interface Proxy extends Listener {
  /** The host and port of each CONNECT, in order of arrival. */
  readonly targets: readonly string[];
  /** The heads of everything received, for tests that look for a token in them. */
  readonly heads: readonly string[];
}

/**
 * A proxy that answers CONNECT with a status (a tunnel if that is 200), or never (`silent`).
 * `to`: the port of this machine that tunnels really lead to; by default they lead to the target of the CONNECT.
 */
export async function startProxy(answer: number | 'silent', to?: number): Promise<Proxy> {
  const targets: string[] = [];
  const heads: string[] = [];
  const listener = await listen((socket) => {
    socket.once('data', (data) => {
      const head = data.toString('latin1');
      heads.push(head);
      const target = /^CONNECT (\S+) HTTP/.exec(head)?.[1];
      if (target !== undefined) targets.push(target);
      if (answer === 'silent') return;
      if (answer !== 200 || target === undefined) {
        socket.end(`HTTP/1.1 ${target === undefined ? 400 : answer} Refused\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      const { hostname, port } = new URL(`tcp://${target}`);
      const onward = connect(to ?? Number(port), to === undefined ? hostname : '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
    });
  });
  return Object.assign(listener, { targets, heads });
}

async function listen(accept: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server: Server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    // Reads, so that the end of the connection is noticed.
    socket.resume();
    accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    get accepted() {
      return accepted;
    },
    get open() {
      return sockets.size;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
