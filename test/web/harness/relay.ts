import { createConnection, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** A wire to a port that can be cut. */
export interface Relay {
  url: string;
  /** Ends every connection and takes no other. May be repeated. */
  cut(): Promise<void>;
  restore(): Promise<void>;
}

/** Passes bytes on, both ways, from a port of its own. */
export async function relayTo(target: string): Promise<Relay> {
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = createConnection(Number(new URL(target).port), '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    restore: () => listen(port),
    cut: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
