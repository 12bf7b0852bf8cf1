import { execFileSync, type ExecFileSyncOptionsWithStringEncoding } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { bootId } from '../running-time.ts';

/** A process that cannot be mistaken for a later one with the same pid. */
export interface ProcessIdentity {
  pid: number;
  /** Opaque: equal for the same process only, also across reboots. */
  startTime: string;
}

/** What /proc says of a process. */
export interface ProcessStatus extends ProcessIdentity {
  /** The process group's session: the pid of the process that called setsid. */
  session: number;
  /** One letter of proc_pid_stat(5): `T` for one that a signal stopped. */
  state: string;
}

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return undefined;
  }
};

/**
 * A live process of Linux. proc_pid_stat(5): after the last `)` come state (3), ppid, pgrp, session (6) and, as field 22, the start time.
 * Undefined for a zombie, which runs no more.
 */
export function processStatus(pid: number): ProcessStatus | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, session, ticks] = [fields[0], fields[3], fields[19]];
  if (ticks === undefined || state === 'Z' || state === 'X') return undefined;
  // Start times count from the boot, so they name a process only together with it.
  return { pid, session: Number(session), state: state ?? '', startTime: `${bootId()}:${ticks}` };
}

/** The same by ps(1), for systems without /proc: the state, then the start as a date. */
function identifyByPs(pid: number): ProcessIdentity | undefined {
  try {
    const options: ExecFileSyncOptionsWithStringEncoding = {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    };
    const [state, ...start] = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options)
      .trim()
      .split(/\s+/);
    return !state || state.startsWith('Z') ? undefined : { pid, startTime: start.join(' ') };
  } catch {
    return undefined;
  }
}

/** The identity of a live process. Returns undefined if it does not run; a zombie does not run. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (process.platform !== 'linux') return identifyByPs(pid);
  const status = processStatus(pid);
  return status && { pid, startTime: status.startTime };
}

/** True while that very process runs. */
export const isAlive = (identity: ProcessIdentity): boolean =>
  identify(identity.pid)?.startTime === identity.startTime;

/** True while a signal has stopped that very process. Known on Linux alone. */
export function isStopped(identity: ProcessIdentity): boolean {
  if (process.platform !== 'linux') return false;
  const status = processStatus(identity.pid);
  return status?.state === 'T' && status.startTime === identity.startTime;
}
