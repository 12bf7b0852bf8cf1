import { chmodSync, renameSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { codeOf } from '../atomic-file.ts';
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
/** Bytes of a socket's path: unix(7) gives it 107 and macOS 103. Node 20 cuts a longer one off without an error. */
const PATH_MAX = 103;

const socketPath = (paths: Pick<LocalPaths, 'state'>): string => join(paths.state, 'supervisor.sock');

const isTooLong = (path: string): boolean => Buffer.byteLength(path) > PATH_MAX;

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
  // A server takes the file it listened on away when it closes: under a name of its own that is never a later supervisor's socket.
  const own = join(paths.state, `${process.pid}.sock`);
  // Without a socket tasks have the credentials of the shell that started the supervisor.
  if (isTooLong(socketPath(paths))) return Promise.resolve(undefined);
  rmSync(own, { force: true });
  const server = createServer({ allowHalfOpen: true }, (socket) => void receive(socket, take));
  server.unref();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(own, () => {
      try {
        chmodSync(own, 0o600);
        renameSync(own, socketPath(paths));
        resolve(server);
      } catch {
        server.close();
        resolve(undefined);
      }
    });
  });
}

async function receive(socket: Socket, take: (handover: Handover) => void): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  socket.on('error', () => undefined);
  // A client that sends nothing blocks no other client.
  socket.unref().setTimeout(PATIENCE, () => socket.destroy());
  try {
    // Not destroyed at its end: the answer goes back over it.
    for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX) throw new Error('longer than any environment');
      chunks.push(chunk);
    }
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (!isHandover(value)) throw new Error('no handover');
    take(value);
    socket.end('ok');
  } catch {
    socket.destroy();
  }
}

/**
 * Whether the supervisor that runs answers on its socket. `unknown` where nothing listens there: it may have none (a long path), or end just now. An answer is
 * anything that it does with the connection.
 */
export function pingSupervisor(paths: Pick<LocalPaths, 'state'>): Promise<'answers' | 'silent' | 'unknown'> {
  if (isTooLong(socketPath(paths))) return Promise.resolve('unknown');
  return new Promise((resolve) => {
    const socket = createConnection(socketPath(paths));
    let isOpen = false;
    const end = (answer: 'answers' | 'silent' | 'unknown'): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => (isOpen = true));
    socket.setTimeout(PATIENCE, () => end('silent'));
    // EAGAIN: so many wait for an answer that no more are let in.
    socket.once('error', (error) =>
      end(isOpen ? 'answers' : codeOf(error) === 'EAGAIN' ? 'silent' : 'unknown'),
    );
    socket.once('data', () => end('answers'));
    socket.once('close', () => end('answers'));
    socket.end('"ping"');
  });
}

/** Hands credentials to the supervisor that runs; false when none answers. */
export function handOver(paths: Pick<LocalPaths, 'state'>, handover: Handover): Promise<boolean> {
  if (isTooLong(socketPath(paths))) return Promise.resolve(false);
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
