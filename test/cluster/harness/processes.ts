import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/** The environment variable by which every process of a cluster is known, even when its parents are gone. */
export const COOKIE = 'BGTASK_TEST_CLUSTER';

const carries = (pid: string, entry: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry);
  } catch {
    return false;
  }
};

/** The processes of a cluster, as /proc shows them: not those in containers, which end with their node's first process. */
export const processesOf = (id: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && carries(name, `${COOKIE}=${id}`))
    .map(Number);

/** Sends a signal; false when there is no such process any more. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Sends SIGKILL to every process of a cluster, once. Synchronous, for a process that is about to exit. */
export function killOnce(id: string): number {
  const pids = processesOf(id).filter((pid) => pid !== process.pid);
  for (const pid of pids) signal(pid, 'SIGKILL');
  return pids.length;
}

/** Kills every process of a cluster and returns when none is left. */
export const killAll = (id: string): Promise<true> =>
  until(`the end of all processes of test cluster ${id}`, 30, () => (killOnce(id) === 0 ? true : undefined));
