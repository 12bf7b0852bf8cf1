import { PLURAL, type Kind, type KindMap } from '../../../api/types.ts';
import { parseSelector } from '../../../api/selector.ts';
import { briefSession } from '../../../domain/brief-session.ts';
import { BgtaskError, messageOf } from '../../../domain/errors.ts';
import type { Key, ListOptions, ObjectPatch, TaskStore, WatchEvent, WatchOptions } from '../../engine.ts';
import { makeFolder } from './draft.ts';
import { FolderWatch } from './folder-watch.ts';
import { Folders } from './folders.ts';
import { isKey, isProject, kindFolder, objectsFolder, projectFolder } from './layout.ts';
import { mergePatch } from './merge-patch.ts';
import { doing, storeError } from './store-errors.ts';
import type { Validate } from './validate.ts';
import { watchObjects } from './watch.ts';
import { Writer } from './writer.ts';

export interface FileStoreOptions {
  /** The state folder: objects are files below its folder `objects`. Need not exist. */
  root: string;
  /** Checks what is written and fills in defaults; validateBySchema but in tests. */
  validate: Validate;
  /** Keeps what was read, so that only changed files are read again: for programs that live long. */
  cache?: boolean;
  /** The time, in ms since 1970. */
  now?: () => number;
  /** Called once for each file that is not an object, and for a folder that cannot be watched. */
  onProblem?: (sentence: string) => void;
  /** False: look for changes by polling alone, as on a network file system. */
  notify?: boolean;
  /** Ms between two looks by polling; 500. */
  pollMs?: number;
  /** Ms between two looks while the system tells of changes: it may lose some; 5000. */
  safetyPollMs?: number;
}

/**
 * The store of the local engine: each version of an object is a file (see versions.ts). Any number of processes may use
 * one folder at once, and any may be killed at any moment. The objects it hands out are frozen.
 */
export class FileStore implements TaskStore {
  readonly #options: FileStoreOptions;
  readonly #onProblem: (sentence: string) => void;
  readonly #folders: Folders;
  readonly #writer: Writer;

  constructor(options: FileStoreOptions) {
    const { root, validate, cache = false, now = Date.now, onProblem = () => undefined } = options;
    this.#options = options;
    this.#onProblem = onProblem;
    this.#folders = new Folders(root, { cache, onProblem });
    this.#writer = new Writer({ folders: this.#folders, validate, now });
  }

  async get<K extends Kind>(kind: K, key: Key): Promise<KindMap[K] | undefined> {
    if (!isKey(key)) return undefined;
    return explained(
      doing('read', kind, key.name),
      () => this.#folders.of(kind, key.namespace).find(key.name).object,
    );
  }

  async list<K extends Kind>(kind: K, options: ListOptions = {}): Promise<KindMap[K][]> {
    const selects = selectorOf(options);
    return explained(`list ${PLURAL[kind]}`, () =>
      this.#folders.all(kind, options.namespace).filter(selects),
    );
  }

  async *watch<K extends Kind>(kind: K, options: WatchOptions): AsyncGenerator<WatchEvent<KindMap[K]>, void> {
    const { namespace, name, signal, brief } = options;
    const { root, cache, notify, pollMs, safetyPollMs } = this.#options;
    const matches = selectorOf(options);
    const selects = (object: KindMap[K]): boolean =>
      (name === undefined || object.metadata.name === name) && matches(object);
    // Without it the first object's notice would come from polling. Where it cannot be made, so be it.
    await makeFolder(objectsFolder(root)).catch(() => undefined);
    const kept = brief ? { kept: briefSession } : {};
    const folders = cache
      ? this.#folders
      : new Folders(root, { cache: true, ...kept, onProblem: this.#onProblem });
    yield* watchObjects({
      look: () => objectsIn(folders, kind, { namespace, name }).filter(selects),
      changes: new FolderWatch({
        paths: () => this.#watched(kind, namespace),
        signal,
        notify,
        pollMs,
        safetyPollMs,
        onProblem: this.#onProblem,
      }),
      signal,
      onProblem: this.#onProblem,
    });
  }

  create<K extends Kind>(
    kind: K,
    object: KindMap[K],
    options: { dryRun?: boolean } = {},
  ): Promise<KindMap[K]> {
    return explained(doing('write', kind, object.metadata.name), () =>
      this.#writer.create(kind, object, options.dryRun ?? false),
    );
  }

  patch<K extends Kind>(
    kind: K,
    key: Key,
    patch: ObjectPatch<K>,
    { dryRun }: { dryRun?: boolean } = {},
  ): Promise<KindMap[K]> {
    const { labels, annotations, resourceVersion } = patch.metadata ?? {};
    const change = { metadata: { labels, annotations }, spec: patch.spec };
    return explained(doing('write', kind, key.name), () =>
      this.#writer.update(kind, key, (old) => mergePatch(old, change) as KindMap[K], {
        resourceVersion,
        dryRun,
      }),
    );
  }

  patchStatus<K extends Kind>(
    kind: K,
    key: Key,
    status: object,
    options: { resourceVersion?: string } = {},
  ): Promise<KindMap[K]> {
    return explained(doing('write', kind, key.name), () =>
      this.#writer.update(kind, key, (old) => mergePatch(old, { status }) as KindMap[K], options),
    );
  }

  delete(kind: Kind, key: Key, options: { uid?: string; dryRun?: boolean } = {}): Promise<void> {
    return explained(doing('delete', kind, key.name), () => this.#writer.delete(kind, key, options));
  }

  /** The folders whose change may be a change of the objects, each after the one above it. */
  #watched(kind: Kind, namespace: string | undefined): string[] {
    const { root } = this.#options;
    const projects = namespace === undefined ? this.#folders.projects() : [namespace].filter(isProject);
    const below = projects.flatMap((project) => [
      projectFolder(root, project),
      kindFolder(root, project, kind),
    ]);
    return [objectsFolder(root), ...below];
  }
}

/** The objects of a kind; of one that is named, that one alone is read. */
function objectsIn<K extends Kind>(
  folders: Folders,
  kind: K,
  { namespace, name }: Partial<Key>,
): KindMap[K][] {
  if (namespace === undefined || name === undefined) return folders.all(kind, namespace);
  if (!isKey({ namespace, name })) return [];
  const { object } = folders.of(kind, namespace).find(name);
  return object ? [object] : [];
}

function selectorOf({
  selector,
}: ListOptions): (object: { metadata: { labels?: Record<string, string> } }) => boolean {
  try {
    const selects = parseSelector(selector ?? '');
    return ({ metadata }) => selects(metadata.labels ?? {});
  } catch (error) {
    throw new BgtaskError('Invalid', messageOf(error), { cause: error });
  }
}

/** Turns what the file system refuses into errors for people. */
async function explained<T>(doing: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw storeError(error, doing);
  }
}
