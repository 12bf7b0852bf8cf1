import { lstat } from 'node:fs/promises';
import { access, constants } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { messageOf } from '../../domain/errors.ts';
import { git } from '../git.ts';
import { LfsError } from './lfs-error.ts';
import { inParallel } from './parallel.ts';
import type { Pointer } from './pointer.ts';
import type { LfsSource } from './source.ts';
import { CHUNK, LfsStore } from './store.ts';

/** A repository of this machine: its objects are files in its own git directory, as git-lfs' standalone transfer has it. */
export class LocalSource implements LfsSource {
  readonly name: string;
  readonly #storage: LfsStore;
  readonly #gitDir: string;

  private constructor(name: string, gitDir: string, storage: string) {
    this.name = name;
    this.#gitDir = gitDir;
    this.#storage = new LfsStore(storage);
  }

  /** @param folder A bare repository, or a checkout. */
  static async of(folder: string): Promise<LocalSource> {
    const inner = join(folder, '.git');
    const there = await lstat(inner).catch(() => undefined);
    const options = there ? { gitDir: inner, workTree: folder } : { gitDir: folder };
    const gitDir = await git(['rev-parse', '--path-format=absolute', '--git-common-dir'], options);
    // It exits with 1 when there is none.
    const storage = await git(['config', '--get', 'lfs.storage'], { gitDir }).catch(() => '');
    return new LocalSource(folder, gitDir, isAbsolute(storage) ? storage : join(gitDir, storage || 'lfs'));
  }

  /** Missing objects are not an error: a clone made without git-lfs contains only pointers. */
  async download(objects: readonly Pointer[], store: LfsStore): Promise<Pointer[]> {
    const missing: Pointer[] = [];
    await inParallel(objects, async (object) => {
      if (!(await copy(object, this.#storage, store))) missing.push(object);
    });
    return missing;
  }

  async checkUpload(): Promise<void> {
    await access(this.#gitDir, constants.W_OK).catch((cause: unknown) => {
      throw new LfsError(`${this.name} cannot be written to`, { cause });
    });
  }

  async upload(objects: readonly Pointer[], store: LfsStore): Promise<void> {
    for (const object of objects)
      if (!(await this.#storage.has(object)) && !(await copy(object, store, this.#storage)))
        throw new LfsError(
          `${this.name} does not have the object ${object.oid.slice(0, 12)}, and the task did not make it`,
        );
  }

  async close(): Promise<void> {}
}

/** Copies an object; false when it is not there. Throws an LfsError when it is not what its name says. */
async function copy(object: Pointer, from: LfsStore, to: LfsStore): Promise<boolean> {
  const file = await from.open(object);
  if (!file) return false;
  try {
    await to.put(object, file.createReadStream({ autoClose: false, highWaterMark: CHUNK }));
    return true;
  } catch (error) {
    throw new LfsError(`${from.file(object)} cannot be copied: ${messageOf(error)}`, { cause: error });
  } finally {
    await file.close();
  }
}
