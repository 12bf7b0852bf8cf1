import { chmodSync, lstatSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../../../domain/errors.ts';
import type { Stage } from '../../../domain/report.ts';
import { createExclusive, writeAtomic } from '../../atomic-file.ts';
import type { JobObservation } from '../../engine.ts';
import { LEFT } from '../../left-change.ts';
import { releaseBallast } from '../ballast.ts';
import type { ProcessIdentity } from '../process-identity.ts';
import { FILE, LOCAL_STAGES, type JobRecord, VOLUME } from './job-folder.ts';
import { endProcesses } from './job-processes.ts';
import { removeTree } from './remove-tree.ts';
import { readStage } from './stage-state.ts';

/** How a Job ended whose folder cannot be used. */
export type Fate = NonNullable<JobObservation['fate']>;

/** Folders of a workspace that a change needs to be kept; all others may go first. */
const OF_THE_CHANGE = ['checkout', 'base.git', 'modules', 'lfs', 'out', 'phases'];

const OWN = 0o700;

/**
 * Gives the person's own rights on folders back: what a task runs is the same user, and may have taken them. Outer folders first. Nothing happens where they
 * are there, or the folder is another user's.
 */
function regain(...folders: string[]): void {
  for (const folder of folders)
    try {
      const stat = lstatSync(folder);
      if (stat.isDirectory() && (stat.mode & OWN) !== OWN) chmodSync(folder, OWN);
    } catch {
      // Not there, or not ours: what is tried next says so.
    }
}

/** Gives the rights on a Job's folder back, and on those above it that hold Jobs. */
export const regainJob = (dir: string): void => regain(dirname(dirname(dir)), dirname(dir), dir);

/** The processes that claimed the Job's stages and live. */
function leadersOf(dir: string): ProcessIdentity[] {
  const claimed = (stage: Stage): ProcessIdentity[] => {
    try {
      const seen = readStage(dir, stage);
      return seen.state === 'running' ? [seen.claim] : [];
    } catch {
      return [];
    }
  };
  return LOCAL_STAGES.flatMap(claimed);
}

/** Removes what a task left in its workspace besides its change. */
async function clearScratch(dir: string): Promise<void> {
  const workspace = join(dir, VOLUME.workspace);
  regain(workspace);
  // A link in its place leads to what is not the task's.
  if (!lstatSync(workspace).isDirectory()) return;
  for (const name of await readdir(workspace))
    if (!OF_THE_CHANGE.includes(name) && !name.startsWith(LEFT.folder))
      await removeTree(join(workspace, name));
}

async function clearVolumes(dir: string): Promise<void> {
  for (const volume of Object.values(VOLUME)) await removeTree(join(dir, volume));
}

function isWritten(dir: string, fate: Fate): boolean {
  try {
    writeAtomic(join(dir, FILE.fate), JSON.stringify(fate));
    createExclusive(join(dir, FILE.closed), '');
    createExclusive(join(dir, FILE.finished), new Date().toISOString());
    return true;
  } catch {
    return false;
  }
}

const fateOf = (dir: string, error: unknown): Fate => ({
  reason: 'StateUnwritable',
  message: `The task was ended, because the folder of its Job cannot be used: ${messageOf(error)}. Free space and inodes there, see whether ${dirname(dir)} is yours, then retry the task.`,
});

/**
 * Ends a Job whose folder cannot be read or written: its processes first; then room is made, as much as its end needs: the ballast, what the task left besides its
 * change, all of its workspace. The Job's end, which is in the folder where that is possible, and has to be remembered where it is not.
 */
export async function giveUp(
  { dir, record, state }: { dir: string; record: JobRecord; state: string },
  error: unknown,
): Promise<Fate> {
  const fate = fateOf(dir, error);
  regainJob(dir);
  await endProcesses({ cookie: record.cookie, leaders: leadersOf(dir) }, 0);
  const steps: (() => void | Promise<void>)[] = [
    () => releaseBallast(state),
    () => clearScratch(dir),
    () => clearVolumes(dir),
  ];
  for (const makeRoom of steps) {
    try {
      await makeRoom();
    } catch {
      // The next step frees more.
    }
    if (isWritten(dir, fate)) break;
  }
  return fate;
}
