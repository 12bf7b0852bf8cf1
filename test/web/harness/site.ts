import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { machine, type Machine } from '../../support/command-line.ts';

const PROGRAM = join(fileURLToPath(new URL('../../../', import.meta.url)), 'bin/bgtask');

/** `bgtask server` on a machine of its own. */
export interface Site {
  machine: Machine;
  /** What the server said is to be opened: with the token behind the `#`. */
  link: () => string;
  url: () => string;
  token: () => string;
  /** A page's address without a token. */
  at: (path: string) => string;
  stop(): Promise<void>;
  /** On the port that it had. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** A `bgtask server` that runs. */
export interface Running {
  /** What it said is to be opened. */
  link: string;
  end: () => Promise<void>;
}

/** Starts `bgtask server`; resolves when it listens. */
export async function startServer(env: Machine['env'], ...args: string[]): Promise<Running> {
  const child = execa(PROGRAM, ['server', ...args], {
    env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
  });
  const link = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (piece: Buffer) => {
      said += piece.toString();
      const found = /^Open (http:\S+)\n/m.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    void child.then(() => reject(new Error(`the server ended:\n${said}`)));
  });
  return { link, end: async () => void (child.kill('SIGTERM') && (await child)) };
}

/** Starts a server on an empty state folder. */
export async function startSite(): Promise<Site> {
  const home = await machine();
  const startAt = (port: string): Promise<Running> => startServer(home.env, '--engine=local', '--port', port);
  let running = await startAt('0');
  const url = (): string => new URL(running.link).origin;
  const stop = (): Promise<void> => running.end();
  return {
    machine: home,
    link: () => running.link,
    url,
    token: () => new URLSearchParams(new URL(running.link).hash.slice(1)).get('token') ?? '',
    at: (path) => `${url()}${path}`,
    stop,
    start: async () => {
      running = await startAt(new URL(running.link).port);
    },
    close: async () => {
      await stop();
      await home.close();
    },
  };
}
