import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type Machine, machine } from '../support/command-line.ts';

/** Files of a person's home that hold a credential, each a canary here. */
export const SECRET_FILES = [
  '.ssh/id_ed25519',
  '.netrc',
  '.git-credentials',
  '.npmrc',
  '.aws/credentials',
  '.kube/config',
  '.docker/config.json',
  '.config/gh/hosts.yml',
  '.config/git/credentials',
  '.gnupg/private-keys-v1.d/key',
  '.claude/.credentials.json',
  '.local/share/keyrings/login.keyring',
] as const;

/** A person's machine with what an attacker wants, and a place that hears what arrives. */
export interface World {
  machine: Machine;
  /** The person's home. */
  home: string;
  state: string;
  /** The repository that the task is about. */
  repository: string;
  /** A file of the person's that nothing of a task may write. */
  victim: string;
  /** A file that is there only when an attack wrote outside of its place. */
  loot: string;
  /** A word that only this world has: what is in a process's arguments belongs to this attack. */
  mark: string;
  /** Canaries by name; each begins with `canary-`. */
  canaries: Readonly<Record<'file' | 'forge' | 'model' | 'socket' | 'other', string>>;
  /** Where the listener hears: a port of 127.0.0.1, a socket file as Docker's, and an abstract socket's name. */
  listener: { port: number; file: string; abstract: string };
  /** All that the listener heard. */
  heard(): string;
  close(): Promise<void>;
}

/** The name of a sign that an attack leaves in a folder which all programs share. */
export const SIGN = 'bgtask-sign';
/** The key of System V shared memory that an attack makes. */
export const SHARED_MEMORY = '3133731';

/** The content of the victim's file. */
export const UNTOUCHED = 'written by the person\n';

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode: 0o600 });
}

/** A server that keeps what it hears and answers with a canary, as Docker's and an SSH agent's would with what they guard. */
async function listen(at: { port?: number; path?: string }, answer: string): Promise<[Server, () => string]> {
  let heard = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
      socket.end(`HTTP/1.0 200 OK\r\n\r\n${answer}\n`);
    });
  });
  server.on('close', () => sockets.forEach((socket) => socket.destroy()));
  server.listen(at.path ? { path: at.path } : { port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  return [server, () => heard];
}

const canary = (name: string): string => `canary-${name}-${randomUUID()}`;

/** Makes a world. `repository` is not there yet. */
export async function world(): Promise<World> {
  const mark = `bgtask-attack-${randomUUID()}`;
  const canaries = {
    file: canary('file'),
    forge: canary('forge'),
    model: canary('model'),
    socket: canary('socket'),
    other: canary('other'),
  };
  const here = await machine();
  const { folder: home, state } = here;
  for (const file of SECRET_FILES) await put(join(home, file), `${canaries.file}\n`);
  const victim = join(home, 'documents/victim.txt');
  await put(victim, UNTOUCHED);
  const file = join(home, 'run/docker.sock');
  const abstract = mark;
  await mkdir(dirname(file));
  const servers = await Promise.all([
    listen({}, canaries.socket),
    listen({ path: file }, canaries.socket),
    listen({ path: `\0${abstract}` }, canaries.socket),
  ]);
  const address = servers[0][0].address();
  const port = typeof address === 'object' && address ? address.port : 0;
  Object.assign(here.env, {
    GITHUB_TOKEN: canaries.forge,
    ANTHROPIC_API_KEY: canaries.model,
    SSH_AUTH_SOCK: file,
    DOCKER_HOST: `unix://${file}`,
    BGTASK_ATTACK_WORLD: mark,
  });
  return {
    machine: here,
    home,
    state,
    repository: join(home, 'app'),
    victim,
    loot: join(home, 'loot.txt'),
    mark,
    canaries,
    listener: { port, file, abstract },
    heard: () => servers.map(([, heard]) => heard()).join(''),
    async close() {
      for (const [server] of servers) server.close();
      await here.close();
      // What an attack left in the places that all programs of the machine share, where no room was in its way.
      for (const folder of ['/tmp', '/var/tmp', '/dev/shm']) await rm(join(folder, SIGN), { force: true });
      await execa('ipcrm', ['-M', SHARED_MEMORY], { reject: false });
    },
  };
}
