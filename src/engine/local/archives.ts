import { existsSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgenticSession } from '../../api/types.ts';
import type { Key } from '../engine.ts';
import { codeOf } from '../atomic-file.ts';
import { ARCHIVE_SUFFIX, sessionPath } from './jobs/job-folder.ts';
import type { LocalPaths } from './paths.ts';
import { FileStore, type FileStoreOptions } from './store/file-store.ts';

type Paths = Pick<LocalPaths, 'state' | 'jobs' | 'logs'>;

/** Removes the archive of a task that is gone, unless its Job is still there: that one's log is archived before it goes. */
function forget(paths: Paths, key: Key): void {
  if (existsSync(sessionPath(paths.jobs, key))) return;
  rmSync(sessionPath(paths.logs, key, ARCHIVE_SUFFIX), { force: true });
}

/** The objects of the local engine. A task's archived log goes with it, whoever deletes it: a person, or retention. */
export class LocalStore extends FileStore {
  readonly #paths: Paths;

  constructor(paths: Paths, options: Omit<FileStoreOptions, 'root'>) {
    super({ ...options, root: paths.state });
    this.#paths = paths;
  }

  override async delete(...[kind, key, options]: Parameters<FileStore['delete']>): Promise<void> {
    await super.delete(kind, key, options);
    if (kind === 'AgenticSession') forget(this.#paths, key);
  }
}

/** The entries of a folder; none when it is not there. */
async function entries(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/**
 * Removes the archives of tasks that are gone: of those that were deleted while their Jobs ran, or where something was killed in between.
 * Tasks are listed after archives, so that one that was made meanwhile keeps its own.
 */
export async function sweepArchives(paths: Paths, store: Pick<FileStore, 'list'>): Promise<void> {
  const archived: Key[] = [];
  for (const namespace of await entries(paths.logs))
    for (const file of await entries(join(paths.logs, namespace)))
      if (file.endsWith(ARCHIVE_SUFFIX))
        archived.push({ namespace, name: file.slice(0, -ARCHIVE_SUFFIX.length) });
  if (archived.length === 0) return;
  const tasks: AgenticSession[] = await store.list('AgenticSession');
  const there = new Set(tasks.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  for (const key of archived) if (!there.has(`${key.namespace}/${key.name}`)) forget(paths, key);
}
