import { createHash } from 'node:crypto';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../../../src/engine/atomic-file.ts';

/** The folder in which the tests keep what is expensive to make: for this user, outside the project. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bgtask-test');

/** The first 16 hex digits of a SHA-256: a name that changes with any of its parts. */
export function digest(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}

const listen = (path: string): Promise<{ server: Server; waiting: Set<Socket> }> =>
  new Promise((resolve, reject) => {
    const waiting = new Set<Socket>();
    const server = createServer((socket) => {
      waiting.add(socket.on('error', () => socket.destroy()));
    });
    server.once('error', reject).listen(path, () => resolve({ server, waiting }));
  });

const released = (path: string): Promise<void> =>
  new Promise((resolve) => {
    connect(path)
      .on('error', () => resolve())
      .on('close', () => resolve())
      .resume();
  });

/**
 * Runs an action while no other process on this machine runs one under the same name. The lock is an abstract socket (Linux): the kernel
 * takes it away with its process, so there are no stale locks, and who waits is woken by the connection's end.
 */
export async function withLock<T>(name: string, action: () => Promise<T>): Promise<T> {
  const path = `\0bgtask-test-${digest(name)}`;
  for (;;) {
    const lock = await listen(path).catch((error: unknown) => {
      if (codeOf(error) === 'EADDRINUSE') return undefined;
      throw error;
    });
    if (lock === undefined) {
      await released(path);
      continue;
    }
    try {
      return await action();
    } finally {
      lock.server.close();
      for (const socket of lock.waiting) socket.destroy();
    }
  }
}
