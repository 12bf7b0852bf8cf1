import { chmodSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import type { LocalPaths } from './paths.ts';

/** The environment of the shell that makes a task: its credentials, and where its agent finds its model. */
export interface Handover {
  /** `<project>/<session>`. */
  key: string;
  env: Record<string, string>;
}

/** Bytes of a handover: Linux allows an environment 2 MiB. */
const MAX = 4_194_304;
/** Milliseconds to wait for a supervisor that answers. */
const PATIENCE = 1000;

const socketPath = (paths: Pick<LocalPaths, 'state'>): string => join(paths.state, 'supervisor.sock');

const isHandover = (value: unknown): value is Handover => {
  if (typeof value !== 'object' || value === null) return false;
  const { key, env } = value as Partial<Handover>;
  return (
    typeof key === 'string' &&
    typeof env === 'object' &&
    env !== null &&
    Object.values(env).every((item) => typeof item === 'string')
  );
};

/**
 * Takes handovers on a socket that only this user can open. A supervisor that one shell started so gets the credentials of every other shell for
 * the tasks made there, without a file that holds them.
 */
export function receiveHandovers(
  paths: Pick<LocalPaths, 'state'>,
  take: (handover: Handover) => void,
): Promise<Server | undefined> {
  const path = socketPath(paths);
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => void receive(socket, take));
  server.unref();
  return new Promise((resolve) => {
    // Without a socket (a path too long for one, say) tasks have the credentials of the shell that started the supervisor.
    server.once('error', () => resolve(undefined));
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

async function receive(socket: Socket, take: (handover: Handover) => void): Promise<void> {
  let size = 0;
  socket.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX) socket.destroy();
  });
  socket.on('error', () => undefined);
  try {
    const value: unknown = await json(socket);
    if (isHandover(value)) take(value);
    socket.end('ok');
  } catch {
    socket.destroy();
  }
}

/** Hands credentials to the supervisor that runs; false when none answers. */
export function handOver(paths: Pick<LocalPaths, 'state'>, handover: Handover): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath(paths));
    const end = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.setTimeout(PATIENCE, () => end(false));
    socket.once('error', () => end(false));
    socket.once('data', () => end(true));
    socket.once('close', () => end(false));
    socket.end(JSON.stringify(handover));
  });
}
