import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, statSync, truncateSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import type { Engine, Identity, JobEngine } from '../engine.ts';
import { LocalStore } from './archives.ts';
import { handOver } from './handover.ts';
import type { JobFiles } from './jobs/job-files.ts';
import { SupervisorLease } from './lease.ts';
import { type LocalPaths, localPaths, privateFolder } from './paths.ts';
import { validateBySchema } from './store/validate.ts';

export interface LocalEngineOptions {
  env: NodeJS.ProcessEnv;
  /** This very program: the executable and its first arguments. */
  command: readonly string[];
  onProblem: (sentence: string) => void;
}

/** Bytes of the supervisor's own log at which it starts again. */
const SUPERVISOR_LOG_MAX = 1_048_576;

/** Variables that the supervisor's own environment holds; all others reach it through its standard input. */
const SUPERVISOR_ENV = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'TZ',
  'TMPDIR',
  'XDG_STATE_HOME',
  'XDG_CONFIG_HOME',
  'BGTASK_STATE',
  'BGTASK_CONFIG',
];

/** Tasks on this machine: objects are files, Jobs are child processes of a supervisor in the background. */
export function localEngine(options: LocalEngineOptions): Engine & { paths: LocalPaths } {
  const paths = localPaths(options.env);
  const store = new LocalStore(paths, { validate: validateBySchema, onProblem: options.onProblem });
  return {
    kind: 'local',
    paths,
    store,
    jobs: readingJobs(paths),
    defaultProject: 'default',
    whoAmI: () => Promise.resolve(identity(options.env)),
    offer: (session) => offer(options.env, paths, session),
    ensureController: (active) => ensureSupervisor(options, paths, active),
  };
}

const refuse = (): Promise<never> =>
  Promise.reject(new BgtaskError('Forbidden', 'Only the supervisor starts and ends Jobs.'));

/** Jobs as every process may read them; starting, stopping and clearing away is the supervisor's alone. Loaded when they are asked for. */
function readingJobs(paths: LocalPaths): JobEngine {
  let files: Promise<JobFiles> | undefined;
  const read = (): Promise<JobFiles> =>
    (files ??= import('./jobs/job-files.ts').then((module) => new module.JobFiles(paths)));
  return {
    start: refuse,
    stop: refuse,
    remove: refuse,
    keepLog: refuse,
    archive: refuse,
    keepChange: refuse,
    patch: async (key) => (await read()).patch(key),
    observe: async (key) => (await read()).observe(key),
    list: async () => (await read()).list(),
    async *logs(key, options) {
      yield* (await read()).logs(key, options);
    },
    // Told to those who run the Jobs.
    async *changes() {},
  };
}

function identity(env: NodeJS.ProcessEnv): Identity {
  try {
    return { userId: userInfo().username };
  } catch {
    return { userId: env['USER'] ?? 'local' };
  }
}

async function offer(env: NodeJS.ProcessEnv, paths: LocalPaths, { metadata }: AgenticSession): Promise<void> {
  if (!new SupervisorLease(paths.lease).holder()) return;
  const own = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  await handOver(paths, { key: `${metadata.namespace}/${metadata.name}`, env: own });
}

const hasEntries = (folder: string): boolean => {
  try {
    return readdirSync(folder).some((project) => readdirSync(join(folder, project)).length > 0);
  } catch {
    return false;
  }
};

async function ensureSupervisor(
  options: LocalEngineOptions,
  paths: LocalPaths,
  active: boolean,
): Promise<void> {
  if (!active && !hasEntries(paths.jobs)) return;
  if (new SupervisorLease(paths.lease).holder()) return;
  privateFolder(paths.state);
  const log = join(paths.state, 'supervisor.log');
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > SUPERVISOR_LOG_MAX) truncateSync(log);
  const fd = openSync(log, 'a', 0o600);
  const [program = process.execPath, ...args] = options.command;
  // It runs in another folder than this process: paths that are relative here would name others there.
  const env = { ...options.env, BGTASK_STATE: paths.state, BGTASK_CONFIG: paths.config };
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => SUPERVISOR_ENV.includes(name)));
  const child = spawn(program, [...args, 'supervisor'], {
    cwd: paths.state,
    detached: true,
    stdio: ['pipe', fd, fd],
    env: own,
  });
  child.stdin?.on('error', () => undefined);
  closeSync(fd);
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new BgtaskError('Unavailable', `The supervisor could not be started: ${String(cause)}`, {
      hint: `See ${log}`,
      cause,
    });
  }
  // The environment may hold credentials: over a pipe it stands in no /proc/PID/environ of a process that lives long.
  await new Promise<void>((resolve) => child.stdin?.end(JSON.stringify(env), resolve));
  child.unref();
}
