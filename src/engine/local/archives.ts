import { existsSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgenticSession } from '../../api/types.ts';
import type { Key } from '../engine.ts';
import { codeOf } from '../atomic-file.ts';
import { ARCHIVE_SUFFIX, KEPT_DRAFT, KEPT_SUFFIX, sessionPath } from './jobs/job-folder.ts';
import type { LocalPaths } from './paths.ts';
import { FileStore, type FileStoreOptions } from './store/file-store.ts';

type Paths = Pick<LocalPaths, 'state' | 'jobs' | 'logs'>;

/** Removes the archive and the kept change of a task that is gone, unless its Job is still there: that one's log is archived before it goes. */
function forget(paths: Paths, key: Key): void {
  if (existsSync(sessionPath(paths.jobs, key))) return;
  rmSync(sessionPath(paths.logs, key, ARCHIVE_SUFFIX), { force: true });
  rmSync(sessionPath(paths.logs, key, KEPT_SUFFIX), { recursive: true, force: true });
}

/** The objects of the local engine. A task's archived log and its kept change go with it, when a person or retention deletes it. */
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
 * Removes the archives and kept changes of tasks that are gone: of those that were deleted while their Jobs ran, or where something was killed in between.
 * Tasks are listed after archives, so that one that was made meanwhile keeps its own.
 */
export async function sweepArchives(paths: Paths, store: Pick<FileStore, 'list'>): Promise<void> {
  const archived: Key[] = [];
  for (const namespace of await entries(paths.logs))
    for (const file of await entries(join(paths.logs, namespace))) {
      const suffix = [ARCHIVE_SUFFIX, KEPT_SUFFIX].find((one) => file.endsWith(one));
      if (file.startsWith('.') && file.endsWith(KEPT_DRAFT))
        rmSync(join(paths.logs, namespace, file), { recursive: true, force: true });
      else if (suffix) archived.push({ namespace, name: file.slice(0, -suffix.length) });
    }
  if (archived.length === 0) return;
  const tasks: AgenticSession[] = await store.list('AgenticSession');
  const there = new Set(tasks.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
  for (const key of archived) if (!there.has(`${key.namespace}/${key.name}`)) forget(paths, key);
}
