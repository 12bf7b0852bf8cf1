import { randomUUID } from 'node:crypto';
import { constants, copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CONTINUED, LEFT } from '../../left-change.ts';
import { KEPT } from '../kept/kept-folder.ts';
import { codeOf, writeAtomic } from '../../atomic-file.ts';
import type { RunnerInput } from '../../runner-input.ts';
import { shortTmps } from '../../short-tmp.ts';
import { privateFolder } from '../paths.ts';
import { isThere, onDisk, readObject, unavailable } from './durable-file.ts';
import { FILE, type JobRecord, VOLUME } from './job-folder.ts';
import { removeTree } from './remove-tree.ts';

/** Names of folders that become Jobs, or were some: no session's name begins with a dot. */
const NEW = '.new-';
const OLD = '.old-';
/** Milliseconds after which a folder that never became a Job was left by a supervisor that was killed. */
const STALE = 60_000;

/**
 * Makes a Job's folder, which appears with everything in it at once; false when there is one. `continued` is the folder of a kept change that goes with it.
 * Unavailable when the disk refuses.
 */
export function createJob(
  dir: string,
  { record, input, continued }: { record: JobRecord; input: RunnerInput; continued?: string },
): boolean {
  return onDisk(`The Job ${record.jobName} cannot be written to ${dir}`, () => {
    const draft = join(privateFolder(dirname(dir)), `${NEW}${randomUUID()}`);
    try {
      mkdirSync(draft, { mode: 0o700 });
      for (const volume of Object.values(VOLUME)) mkdirSync(join(draft, volume), { mode: 0o700 });
      writeFileSync(join(draft, FILE.input), JSON.stringify(input), { mode: 0o600, flush: true });
      if (continued) copyKept(continued, join(draft, CONTINUED));
      writeAtomic(join(draft, FILE.record), JSON.stringify(record));
      renameSync(draft, dir);
      return true;
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      // rename(2): a folder takes the place of an empty one only, and a Job's folder never is empty.
      if (['ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) return false;
      throw error;
    }
  });
}

/** Copies a kept change, as far as it is there: the Job itself says when it has to do without. */
function copyKept(from: string, to: string): void {
  if (!existsSync(join(from, KEPT.pack))) return;
  mkdirSync(to, { mode: 0o700 });
  for (const [name, as] of [
    [KEPT.pack, LEFT.pack],
    [KEPT.about, LEFT.about],
    [KEPT.conversation, LEFT.conversation],
  ] as const)
    if (existsSync(join(from, name)))
      copyFileSync(join(from, name), join(to, as), constants.COPYFILE_FICLONE);
}

/** Removes a Job's folder, which disappears at once and then loses what is in it. Nothing happens when there is none. */
export async function removeJob(dir: string): Promise<void> {
  const old = join(dirname(dir), `${OLD}${randomUUID()}`);
  try {
    await rename(dir, old);
    await removeWhole(old);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unavailable(`The Job's folder ${dir} cannot be removed`, error);
  }
}

/** Removes a folder that was a Job's, and the folder for temporary files that a killed stage of it left. */
async function removeWhole(dir: string): Promise<void> {
  const cookie = readObject(join(dir, FILE.record))?.['cookie'];
  if (typeof cookie === 'string') for (const path of shortTmps(cookie)) await removeTree(path);
  await removeTree(dir);
}

/** Removes what a killed supervisor left half made or half removed in a project's folder, and Jobs whose record a task took away: they cannot be named. */
export async function sweep(project: string): Promise<void> {
  for (const name of await readdir(project)) {
    const path = join(project, name);
    const isHalf = name.startsWith(NEW) || !isThere(join(path, FILE.record));
    if (name.startsWith(OLD) || (isHalf && (await isStale(path)))) await removeWhole(path);
  }
}

async function isStale(path: string): Promise<boolean> {
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > STALE;
}
