import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../api/record.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { clip, plainText } from '../../domain/text.ts';
import { type LocalPaths, privateFolder } from './paths.ts';

export interface SupervisorOptions {
  env: NodeJS.ProcessEnv;
  /** This very program: the executable and its first arguments. */
  command: readonly string[];
  onProblem: (sentence: string) => void;
}

/** Bytes of the supervisor's own log at which it starts again. */
const LOG_MAX = 1_048_576;

/** Variables that the supervisor's own environment holds; all others reach it through its standard input. */
const ENVIRONMENT = [
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

/** The supervisor's own log. */
export const supervisorLog = (paths: Pick<LocalPaths, 'state'>): string =>
  join(paths.state, 'supervisor.log');

/** Starts a supervisor in the background. Throws Unavailable when the system refuses. */
export async function startSupervisor(
  { env: given, command }: SupervisorOptions,
  paths: LocalPaths,
): Promise<ChildProcess> {
  privateFolder(paths.state);
  const log = supervisorLog(paths);
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_MAX) truncateSync(log);
  const fd = openSync(log, 'a', 0o600);
  const [program = process.execPath, ...args] = command;
  // It runs in another folder than this process: paths that are relative here would name others there.
  const env = { ...given, BGTASK_STATE: paths.state, BGTASK_CONFIG: paths.config };
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => ENVIRONMENT.includes(name)));
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
  return child;
}

/** Bytes of the log's end that are looked at for its last line, and characters of that line that are shown. */
const END = 4096;
const SHOWN = 300;

/** What the supervisor's log ends with: `{"message":"job","error":"no space"}` is `job: no space`. Empty if the log does not exist. */
export function lastLogLine(paths: Pick<LocalPaths, 'state'>): string {
  const line = plainText(endOf(supervisorLog(paths)).trimEnd().split('\n').at(-1) ?? '');
  try {
    const fields: unknown = JSON.parse(line);
    if (!isRecord(fields)) return clip(line, SHOWN);
    return clip(
      [fields['message'], fields['error']].filter((part) => typeof part === 'string').join(': '),
      SHOWN,
    );
  } catch {
    return clip(line, SHOWN);
  }
}

function endOf(path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    const bytes = Buffer.alloc(END);
    const { size } = statSync(path);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, END, Math.max(0, size - END)));
  } catch {
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
