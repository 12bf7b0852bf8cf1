import { isDeepStrictEqual } from 'node:util';
import { parseSelector } from '../../src/api/selector.ts';
import type { Kind, KindMap } from '../../src/api/types.ts';
import { BgtaskError, messageOf } from '../../src/domain/errors.ts';
import type {
  Key,
  ListOptions,
  ObjectPatch,
  TaskStore,
  WatchEvent,
  WatchOptions,
} from '../../src/engine/engine.ts';
import { Wake } from '../../src/engine/local/jobs/wake.ts';
import { mergePatch } from '../../src/engine/local/store/merge-patch.ts';
import { newObject, plain } from '../../src/engine/local/store/new-object.ts';
import { deepFreeze } from '../../src/engine/local/store/read-version.ts';
import { alreadyExists, modified, notFound, otherUid } from '../../src/engine/local/store/store-errors.ts';
import { type Validate, validateBySchema } from '../../src/engine/local/store/validate.ts';
import { watchObjects } from '../../src/engine/local/store/watch.ts';

/** Milliseconds of a wait that a change or an abort ends. */
const LONG = 600_000;

const selecting = ({ selector }: ListOptions): ((object: KindMap[Kind]) => boolean) => {
  try {
    const selects = parseSelector(selector ?? '');
    return ({ metadata }) => selects(metadata.labels ?? {});
  } catch (error) {
    throw new BgtaskError('Invalid', messageOf(error));
  }
};

/** A TaskStore in memory, with everything a real one has: resourceVersions, conflicts, the CRDs' schemas, and a watch. */
export class MemoryStore implements TaskStore {
  readonly #objects: { [K in Kind]: Map<string, KindMap[K]> } = {
    AgenticSession: new Map(),
    TaskTemplate: new Map(),
  };
  readonly #watchers = new Set<Wake>();
  readonly #validate: Validate;
  readonly #now: () => Date;
  #version = 0;

  constructor({
    now = () => new Date(),
    validate = validateBySchema,
  }: { now?: () => Date; validate?: Validate } = {}) {
    this.#now = now;
    this.#validate = validate;
  }

  async get<K extends Kind>(kind: K, key: Key): Promise<KindMap[K] | undefined> {
    return this.#objects[kind].get(path(key));
  }

  async list<K extends Kind>(kind: K, options: ListOptions = {}): Promise<KindMap[K][]> {
    return this.#look(kind, options);
  }

  async *watch<K extends Kind>(kind: K, options: WatchOptions): AsyncGenerator<WatchEvent<KindMap[K]>, void> {
    const wake = new Wake();
    const end = (): void => wake.wake();
    options.signal.addEventListener('abort', end, { once: true });
    this.#watchers.add(wake);
    yield* watchObjects({
      look: () => this.#look(kind, options),
      changes: {
        refresh: () => undefined,
        next: () => wake.wait(LONG),
        close: () => this.#watchers.delete(wake),
      },
      signal: options.signal,
      onProblem: () => undefined,
    });
  }

  async create<K extends Kind>(kind: K, object: KindMap[K]): Promise<KindMap[K]> {
    const fresh = plain(await this.#validate(kind, newObject(kind, object, this.#now().getTime())));
    if (this.#objects[kind].has(path(fresh.metadata))) throw alreadyExists(kind, fresh.metadata.name);
    return this.#put(kind, fresh);
  }

  patch<K extends Kind>(
    kind: K,
    key: Key,
    patch: ObjectPatch<K>,
    { dryRun }: { dryRun?: boolean } = {},
  ): Promise<KindMap[K]> {
    const { labels, annotations, resourceVersion } = patch.metadata ?? {};
    const change = { metadata: { labels, annotations }, spec: patch.spec };
    return this.#update(kind, key, change, { resourceVersion, dryRun });
  }

  patchStatus<K extends Kind>(
    kind: K,
    key: Key,
    status: object,
    options: { resourceVersion?: string } = {},
  ): Promise<KindMap[K]> {
    return this.#update(kind, key, { status }, options);
  }

  async delete(
    kind: Kind,
    key: Key,
    { uid, dryRun }: { uid?: string; dryRun?: boolean } = {},
  ): Promise<void> {
    const actual = this.#existing(kind, key).metadata.uid ?? '';
    if (uid !== undefined && uid !== actual) throw otherUid(kind, key.name, { wanted: uid, actual });
    if (dryRun) return;
    this.#objects[kind].delete(path(key));
    this.#tell();
  }

  #look<K extends Kind>(kind: K, options: ListOptions & { name?: string }): KindMap[K][] {
    const { namespace, name } = options;
    const selects = selecting(options);
    return [...this.#objects[kind].values()]
      .filter(
        (object) =>
          (namespace === undefined || object.metadata.namespace === namespace) &&
          (name === undefined || object.metadata.name === name) &&
          selects(object),
      )
      .sort((a, b) => (path(a.metadata) < path(b.metadata) ? -1 : 1));
  }

  #existing<K extends Kind>(kind: K, key: Key): KindMap[K] {
    const object = this.#objects[kind].get(path(key));
    if (!object) throw notFound(kind, key.name);
    return object;
  }

  async #update<K extends Kind>(
    kind: K,
    key: Key,
    change: object,
    { resourceVersion, dryRun }: { resourceVersion?: string | undefined; dryRun?: boolean | undefined },
  ): Promise<KindMap[K]> {
    for (;;) {
      const old = this.#existing(kind, key);
      if (resourceVersion !== undefined && old.metadata.resourceVersion !== resourceVersion)
        throw modified(kind, key.name);
      const next = plain(await this.#validate(kind, plain(mergePatch(old, change)) as KindMap[K], old));
      if (this.#existing(kind, key) !== old) continue;
      if (isDeepStrictEqual(next, old)) return old;
      if (dryRun) return next;
      if (!isDeepStrictEqual(next.spec, old.spec))
        next.metadata.generation = (old.metadata.generation ?? 1) + 1;
      return this.#put(kind, next);
    }
  }

  #put<K extends Kind>(kind: K, object: KindMap[K]): KindMap[K] {
    object.metadata.resourceVersion = String(++this.#version);
    this.#objects[kind].set(path(object.metadata), deepFreeze(object));
    this.#tell();
    return object;
  }

  #tell(): void {
    for (const wake of this.#watchers) wake.wake();
  }
}

const path = ({ namespace, name }: Key): string => `${namespace}/${name}`;
