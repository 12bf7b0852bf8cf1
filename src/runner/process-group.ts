import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { COOKIE_ENV } from '../domain/process-cookie.ts';

/** Milliseconds between two looks at a group that was asked to end. */
const POLL = 25;
/** Seconds to wait for what was killed: a process in the middle of disk I/O takes its time. */
const KILLED = 1;
/** Rounds of looking for marked processes: each catches what was forked during the one before. */
const ROUNDS = 20;

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

const processIds = (): number[] => {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
};

function procFile(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** State, parent and group from /proc/PID/stat; the command in it may hold spaces and brackets (proc_pid_stat(5)). */
function status(pid: number): { state: string; parent: number; group: number } | undefined {
  const stat = procFile(pid, 'stat');
  const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state && parent && group ? { state, parent: Number(parent), group: Number(group) } : undefined;
}

/** True while a process of the group runs. Zombies do not count: in a container they may never be reaped. */
function groupRuns(group: number): boolean {
  if (!send(-group, 0)) return false;
  if (process.platform !== 'linux') return true;
  return processIds().some((pid) => {
    const seen = status(pid);
    return seen?.group === group && seen.state !== 'Z' && seen.state !== 'X';
  });
}

/** True when the group is empty before the time is up. */
async function groupEnds(group: number, seconds: number): Promise<boolean> {
  const until = performance.now() + seconds * 1000;
  while (groupRuns(group)) {
    if (performance.now() >= until) return false;
    await delay(POLL);
  }
  return true;
}

/**
 * Ends every process of a group: SIGTERM, and SIGKILL to what is left after the grace period. Resolves at once when the
 * group is empty already.
 * @param graceSeconds how long the group may take to end by itself.
 * @param options.quiet true for a group that was asked to end in another way: it gets no SIGTERM.
 */
export async function endGroup(
  group: number,
  graceSeconds: number,
  { quiet = false }: { quiet?: boolean } = {},
): Promise<void> {
  if (!groupRuns(group)) return;
  if (!quiet) send(-group, 'SIGTERM');
  if (await groupEnds(group, graceSeconds)) return;
  send(-group, 'SIGKILL');
  await groupEnds(group, KILLED);
}

/** A process and all that it started, as far as /proc shows: it alone where there is none. */
function tree(root: number): number[] {
  const parents = processIds().map((pid) => ({ pid, parent: status(pid)?.parent }));
  const found = [root];
  for (const one of found)
    found.push(...parents.filter(({ parent }) => parent === one).map(({ pid }) => pid));
  return found;
}

/**
 * Sends SIGTERM to a process and to all that it started, whatever their group: git's helpers hold its pipes open, and one that talks to a remote
 * would go on without it.
 */
export function endTree(root: number): void {
  for (const pid of tree(root)) send(pid, 'SIGTERM');
}

/** Sends SIGTERM to all that a process started, and not to itself: the first process of a sandbox would take the others with it. */
export function endInside(root: number): void {
  for (const pid of tree(root).slice(1)) send(pid, 'SIGTERM');
}

/**
 * Ends all other processes of a container, with SIGKILL, whatever they did to their session, group or environment. Resolves when they have ended, at most after a
 * second. Does nothing unless this process is the first of its PID namespace: elsewhere others have processes too.
 */
export async function endContainer(): Promise<void> {
  if (process.platform !== 'linux' || process.pid !== 1) return;
  // kill(2): -1 is every process that this one may signal, but for itself and the first of the namespace.
  if (!send(-1, 'SIGKILL')) return;
  const until = performance.now() + KILLED * 1000;
  while (processIds().some((pid) => pid !== 1 && !isOver(pid)) && performance.now() < until)
    await delay(POLL / 5);
}

/** True when a process has ended, whether or not its end was taken note of. */
export function isOver(pid: number): boolean {
  const seen = status(pid);
  return seen === undefined || seen.state === 'Z' || seen.state === 'X';
}

/** This process and those that started it: a runner that carries its job's cookie itself must not end itself. */
function ourselves(): Set<number> {
  const ours = new Set<number>();
  for (let pid: number | undefined = process.pid; pid && !ours.has(pid); pid = status(pid)?.parent)
    ours.add(pid);
  return ours;
}

/**
 * Kills, with SIGKILL, every process that was started with `BGTASK_JOB_COOKIE=<cookie>` in its environment, wherever it went
 * (setsid, double fork). Only on Linux and only of this user; elsewhere it does nothing. A process that started with a
 * cleared environment is not found.
 * @param cookie at least 16 characters; a shorter one matches nothing.
 * @returns how many were killed.
 */
export async function killCookie(cookie: string): Promise<number> {
  if (process.platform !== 'linux' || cookie.length < 16) return 0;
  const entry = `${COOKIE_ENV}=${cookie}`;
  const spared = ourselves();
  const killed = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const found = processIds().filter(
      (pid) => !spared.has(pid) && procFile(pid, 'environ').split('\0').includes(entry),
    );
    if (found.length === 0) break;
    for (const pid of found) if (send(pid, 'SIGKILL')) killed.add(pid);
    await delay(POLL / 5);
  }
  return killed.size;
}
