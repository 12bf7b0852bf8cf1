import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { COOKIE, signal } from './processes.ts';
import { FatalError } from './until.ts';

/** How to start a long-running program of a cluster. */
export interface DaemonSpec {
  name: string;
  /** The program's file, then its arguments. */
  command: string[];
  /** The cluster's id, which marks the process. */
  id: string;
  /** Both outputs go here; a restart appends. */
  log: string;
  /** True when the command is `nsenter`, whose child is the program. */
  entered?: boolean;
  env?: Record<string, string>;
}

/** A program of the cluster, which may be stopped and started again. */
export interface Daemon {
  name: string;
  /** Returns the pid; 0 when the file cannot be run. */
  start(): number;
  /** Sends a signal (a frozen program is woken for it) and returns when the program has ended. */
  stop(name?: NodeJS.Signals): Promise<void>;
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void;
  resume(): void;
  /** Throws a FatalError with the end of the log when the program has ended although it was not told to stop. */
  assertRunning(): void;
}

/** A user's PATH often lacks these. */
const SYSTEM_FOLDERS = '/usr/local/sbin:/usr/sbin:/sbin';

const lastLines = (path: string): string =>
  readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8).join('\n');

/** The only child of a process: nsenter forks to enter a process namespace, and passes no signals on. */
function childOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return Number(child) || pid;
}

/** A program that is not started yet. */
export function daemon(spec: DaemonSpec): Daemon {
  let child: ChildProcess | undefined;
  let ended = Promise.resolve();

  const running = (): number | undefined =>
    child?.pid !== undefined && child.exitCode === null && child.signalCode === null ? child.pid : undefined;
  const send = (name: NodeJS.Signals): void => {
    const pid = running();
    if (pid !== undefined) signal(spec.entered ? childOf(pid) : pid, name);
  };

  return {
    name: spec.name,
    start() {
      const [file = '', ...args] = spec.command;
      const log = openSync(spec.log, 'a', 0o600);
      const started = spawn(file, args, {
        detached: true,
        stdio: ['ignore', log, log],
        env: {
          PATH: `${process.env.PATH}:${SYSTEM_FOLDERS}`,
          HOME: '/nonexistent',
          ...spec.env,
          [COOKIE]: spec.id,
        },
      });
      closeSync(log);
      ended = new Promise((resolve) => {
        started.once('error', () => resolve()).once('exit', () => resolve());
      });
      started.unref();
      child = started;
      return started.pid ?? 0;
    },
    async stop(name = 'SIGTERM') {
      if (running() === undefined) return;
      child?.ref();
      send(name);
      send('SIGCONT');
      await ended;
    },
    pause: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    assertRunning() {
      if (running() !== undefined) return;
      const how = child?.signalCode ?? `code ${child?.exitCode}`;
      throw new FatalError(`${spec.name} ended with ${how}; the end of ${spec.log}:\n${lastLines(spec.log)}`);
    },
  };
}
