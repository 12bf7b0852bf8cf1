import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

/** Where Linux keeps the ports that it lends to connections, as "first last". */
const LENT = '/proc/sys/net/ipv4/ip_local_port_range';
/** Below the node ports of Kubernetes (30000 to 32767), and by default below what Linux (32768) and macOS (49152) lend. */
const OURS = { first: 20_000, last: 29_999 };
const TRIES = 200;

/** A port of `OURS` that the kernel gives to no connection by itself; any of `OURS` where it lends them all. */
function candidate(): number {
  const lent = existsSync(LENT) ? readFileSync(LENT, 'utf8').trim().split(/\s+/).map(Number) : [];
  const last = Math.min(OURS.last, (lent[0] ?? OURS.last + 1) - 1);
  return randomInt(OURS.first, (last > OURS.first ? last : OURS.last) + 1);
}

const isFree = (address: string, port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server
      .once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      )
      .listen(port, address, () => server.close(() => resolve(true)));
  });

/**
 * Free ports of an address, all different, for programs that start a moment later or start again and again. They are not among those that the kernel
 * lends: another program's connection would take a lent one as soon as no program listens there.
 */
export async function freePorts(address: string, count: number): Promise<number[]> {
  const ports = new Set<number>();
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries === TRIES) throw new Error(`no free port of ${address} after ${TRIES} tries`);
    const port = candidate();
    if (await isFree(address, port)) ports.add(port);
  }
  return [...ports];
}
