import { execFileSync } from 'node:child_process';
import { isAlive, type ProcessIdentity, processStatus } from '../process-identity.ts';
import { codeOf } from '../../atomic-file.ts';
import { pidsWithCookie, processIds } from './cookie.ts';
import { Wake } from './wake.ts';

/** Which processes are meant: those that carry the cookie, and those of the sessions that these processes lead or led. */
export interface ProcessScope {
  cookie: string;
  leaders: readonly ProcessIdentity[];
}

/** Milliseconds between two looks at processes that are to end. */
const POLL = 25;

/** Members of the sessions of `leaders`. Ignores a leader whose pid belongs to another process by now. */
function sessionMembers(leaders: readonly ProcessIdentity[]): number[] {
  const sessions = new Set<number>();
  for (const leader of leaders) {
    const now = processStatus(leader.pid);
    if (!now || now.startTime === leader.startTime) sessions.add(leader.pid);
  }
  if (sessions.size === 0) return [];
  return processIds().filter((pid) => pid !== process.pid && sessions.has(processStatus(pid)?.session ?? 0));
}

/** The same for systems without /proc: members of the groups of leaders that are alive. */
function groupMembers(leaders: readonly ProcessIdentity[]): number[] {
  const groups = new Set(leaders.filter(isAlive).map(({ pid }) => pid));
  if (groups.size === 0) return [];
  return execFileSync('ps', ['-axo', 'pid=,pgid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([pid, group, state]) =>
        Number(pid) !== process.pid && groups.has(Number(group)) && !state?.startsWith('Z'),
    )
    .map(([pid]) => Number(pid));
}

const members = (leaders: readonly ProcessIdentity[]): number[] =>
  process.platform === 'linux' ? sessionMembers(leaders) : groupMembers(leaders);

/** The processes of a scope that run now; never this one. */
export const processesOf = (scope: ProcessScope): number[] => [
  ...new Set([...pidsWithCookie(scope.cookie), ...members(scope.leaders)]),
];

/** False when the process is not ours to signal. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return codeOf(error) !== 'EPERM';
  }
}

/**
 * Ends every process of a scope: SIGTERM once, SIGKILL after the grace time, again and again until none is left (what is forked in
 * between is found the next time). Resolves when none is left that this user may signal.
 * @param graceMs 0: SIGKILL at once.
 */
export async function endProcesses(scope: ProcessScope, graceMs: number): Promise<void> {
  const until = performance.now() + graceMs;
  const asked = new Set<number>();
  const foreign = new Set<number>();
  const pause = new Wake();
  for (;;) {
    const left = processesOf(scope).filter((pid) => !foreign.has(pid));
    if (left.length === 0) return;
    const kill = performance.now() >= until;
    for (const pid of left) {
      if (!kill && asked.has(pid)) continue;
      asked.add(pid);
      if (!send(pid, kill ? 'SIGKILL' : 'SIGTERM')) foreign.add(pid);
    }
    await pause.wait(POLL);
  }
}
