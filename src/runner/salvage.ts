import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { agentOf } from '../domain/task.ts';
import { LEFT, leftFolders } from '../engine/left-change.ts';
import { git } from './git.ts';
import { taskSnapshots } from './task-snapshots.ts';
import { notedFile } from './snapshot-files.ts';
import { inWorkspace, readInput, stagePaths } from './stage-context.ts';
import { ChangeKeeper } from './work/keep-change.ts';

/** Milliseconds for all of it. */
const LIMIT = 50_000;

const madeAt = async (path: string): Promise<number | undefined> =>
  (await stat(path).catch(() => undefined))?.mtimeMs;

/** True when the agent has worked since the stage last left a change: what is untracked is noted before each of its runs, and a change is left after each. */
async function hasWorkedSince(workspace: string, noted: string): Promise<boolean> {
  const begun = await madeAt(noted);
  if (begun === undefined) return false;
  for (const { path } of await leftFolders(workspace)) {
    const left = await madeAt(join(path, LEFT.about));
    if (left !== undefined) return begun > left;
  }
  return true;
}

/**
 * Takes the change from the checkout of a work stage that was killed, and leaves it as the stage would have. Does nothing where the agent had not begun.
 * Rejects with what git or the disk refuses.
 */
export async function salvage(env: NodeJS.ProcessEnv): Promise<void> {
  const paths = stagePaths('work', env);
  const input = await readInput(paths.input);
  const place = inWorkspace(paths.workspace);
  if (!(await hasWorkedSince(paths.workspace, notedFile(place.base)))) return;
  const base = await git(['rev-parse', '--verify', 'HEAD^{commit}'], { gitDir: place.base });
  const signal = AbortSignal.timeout(LIMIT);
  const snapshots = taskSnapshots(paths.workspace, { input, base, signal });
  await snapshots.resume();
  const about = {
    agent: agentOf(input).type,
    failure: { reason: 'RunnerLost' as const, error: 'The work stage was killed.' },
  };
  const keeper = new ChangeKeeper(paths.workspace, snapshots, base);
  await keeper.keep(await snapshots.salvage(signal), about);
}
