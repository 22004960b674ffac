import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A port on 127.0.0.1 behind which `port` is far away: bytes take `oneWayMs` each way, and a connection opens after a round
 * trip. So round trips of TCP and TLS count as they do on a real line, which a wait in the Hub would not show.
 */
export async function farAway(port: number, oneWayMs: number): Promise<number> {
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    delayed(near, far, oneWayMs);
    delayed(far, near, oneWayMs);
    setTimeout(() => near.resume(), 2 * oneWayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return (server.address() as AddressInfo).port;
}

/** Timers of one length fire in the order in which they were set, so that no byte overtakes another. */
function delayed(from: Socket, to: Socket, ms: number): void {
  from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), ms));
  from.on('end', () => setTimeout(() => to.end(), ms));
  from.on('error', () => to.destroy());
  from.on('close', () => setTimeout(() => to.destroy(), ms));
}
