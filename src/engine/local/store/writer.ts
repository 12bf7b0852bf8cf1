import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Kind, KindMap } from '../../../api/types.ts';
import type { Key } from '../../engine.ts';
import { makeFolder, syncFolder, withDraft } from './draft.ts';
import type { Folders } from './folders.ts';
import { draftsFolder, isKey } from './layout.ts';
import { fileText, newObject, plain } from './new-object.ts';
import type { Found, ObjectFolder } from './object-folder.ts';
import { deepFreeze } from './read-version.ts';
import { alreadyExists, modified, notFound, otherUid, unreadable } from './store-errors.ts';
import { sweepDrafts, sweepFolder, sweepName } from './sweep.ts';
import type { Validate } from './validate.ts';
import { claimDeletion, claimWithFile, type Claim } from './versions.ts';

/** One that loses this often to other writers gives up with Conflict. */
const ATTEMPTS = 100;
const BACKOFF_MAX_MS = 20;
/** Ms between two sweeps of a whole folder by this process. */
const SWEEP_EVERY_MS = 60_000;

export interface WriterOptions {
  folders: Folders;
  validate: Validate;
  now: () => number;
}

/** The changes of objects: each reads, decides and takes the next version, and begins again when another was first. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #sweptAt = new Map<string, number>();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  async create<K extends Kind>(kind: K, object: KindMap[K], dryRun = false): Promise<KindMap[K]> {
    const { folders, validate, now } = this.#options;
    const fresh = plain(await validate(kind, newObject(kind, object, now())));
    const { name, namespace } = fresh.metadata;
    const folder = folders.of(kind, namespace);
    const look = () => {
      const found = folder.find(name);
      if (found.object) throw alreadyExists(kind, name);
      if (found.problem) throw unreadable(kind, name, found.problem.sentence);
      return found;
    };
    look();
    if (dryRun) return fresh;
    await makeFolder(folder.path);
    return withDraft(draftsFolder(folders.root), fileText(kind, fresh), (file) =>
      this.#attempt(kind, name, async () => {
        const found = look();
        if (!(await claimWithFile(claimOf(folder, name, found), file))) return undefined;
        return this.#written(folder, fresh, found);
      }),
    );
  }

  /** `change` makes the next object out of the newest; with a resourceVersion only if the newest has that. A dry run writes nothing. */
  async update<K extends Kind>(
    kind: K,
    key: Key,
    change: (old: KindMap[K]) => KindMap[K],
    { resourceVersion, dryRun }: { resourceVersion?: string | undefined; dryRun?: boolean | undefined } = {},
  ): Promise<KindMap[K]> {
    const folder = this.#folder(kind, key);
    return this.#attempt(kind, key.name, async () => {
      const found = folder.find(key.name);
      const old = this.#existing(kind, key.name, found);
      if (resourceVersion !== undefined && old.metadata.resourceVersion !== resourceVersion)
        throw modified(kind, key.name);
      const next = await this.#next(kind, old, change);
      if (next === old || dryRun) return next;
      const won = await withDraft(draftsFolder(this.#options.folders.root), fileText(kind, next), (file) =>
        claimWithFile(claimOf(folder, key.name, found), file),
      );
      if (won) return this.#written(folder, next, found);
      if (resourceVersion !== undefined) throw modified(kind, key.name);
      return undefined;
    });
  }

  async delete(
    kind: Kind,
    key: Key,
    { uid, dryRun }: { uid?: string; dryRun?: boolean } = {},
  ): Promise<void> {
    const folder = this.#folder(kind, key);
    await this.#attempt(kind, key.name, async () => {
      const found = folder.find(key.name);
      const actual = this.#existing(kind, key.name, found).metadata.uid ?? '';
      if (uid !== undefined && uid !== actual) throw otherUid(kind, key.name, { wanted: uid, actual });
      if (dryRun) return true;
      if (!(await claimDeletion(claimOf(folder, key.name, found)))) return undefined;
      await syncFolder(folder.path);
      this.#sweep(folder, key.name, [...found.versions, { version: found.base + 1, gone: true }]);
      return true;
    });
  }

  #folder<K extends Kind>(kind: K, key: Key): ObjectFolder<K> {
    if (!isKey(key)) throw notFound(kind, key.name);
    return this.#options.folders.of(kind, key.namespace);
  }

  #existing<K extends Kind>(kind: K, name: string, { object, problem }: Found<KindMap[K]>): KindMap[K] {
    // Content that the disk refuses to give may come back: it must not be replaced by an older one.
    if (problem?.failed) throw unreadable(kind, name, problem.sentence);
    if (!object) throw notFound(kind, name);
    return object;
  }

  /** The changed object as it is to be written; `old` itself when nothing changes. */
  async #next<K extends Kind>(kind: K, old: KindMap[K], change: (old: KindMap[K]) => KindMap[K]) {
    const changed = plain(change(old));
    if (isDeepStrictEqual(changed, old)) return old;
    const next = plain(await this.#options.validate(kind, changed, old));
    if (isDeepStrictEqual(next, old)) return old;
    if (!isDeepStrictEqual(next.spec, old.spec))
      next.metadata.generation = (old.metadata.generation ?? 1) + 1;
    return next;
  }

  async #attempt<T>(kind: Kind, name: string, once: () => Promise<T | undefined>): Promise<T> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const done = await once();
      if (done !== undefined) return done;
      await pause(Math.random() * Math.min(BACKOFF_MAX_MS, 2 ** attempt));
    }
    throw modified(kind, name);
  }

  async #written<K extends Kind>(
    folder: ObjectFolder<K>,
    object: KindMap[K],
    { base, versions }: Found<KindMap[K]>,
  ): Promise<KindMap[K]> {
    await syncFolder(folder.path);
    this.#sweep(folder, object.metadata.name, [...versions, { version: base + 1, gone: false }]);
    object.metadata.resourceVersion = String(base + 1);
    return deepFreeze(object);
  }

  #sweep(folder: ObjectFolder<Kind>, name: string, versions: Found<unknown>['versions']): void {
    const now = this.#options.now();
    const swept = { path: folder.path, kind: folder.kind, namespace: folder.namespace, now };
    if (now - (this.#sweptAt.get(folder.path) ?? 0) < SWEEP_EVERY_MS) return sweepName(swept, name, versions);
    this.#sweptAt.set(folder.path, now);
    sweepFolder(swept);
    sweepDrafts(draftsFolder(this.#options.folders.root), now);
  }
}

const claimOf = (folder: ObjectFolder<Kind>, name: string, { base, since }: Found<unknown>): Claim => ({
  folder: folder.path,
  name,
  base,
  since,
});
