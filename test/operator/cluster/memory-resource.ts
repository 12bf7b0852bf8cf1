import { BgtaskError } from '../../../src/domain/errors.ts';
import type {
  KubeObject,
  ObjectKey,
  ResourceType,
  Selection,
} from '../../../src/engine/kubernetes/client/objects.ts';
import type { Resource } from '../../../src/engine/kubernetes/client/resource.ts';
import { mergePatch } from '../../../src/engine/local/store/merge-patch.ts';

interface Event<T> {
  version: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
}

export type Verb = 'get' | 'list' | 'create' | 'patch' | 'delete' | 'watch';

/**
 * One kind of object in memory, as the API server keeps it: a version for every write, Conflict for a patch that names another one, watches that
 * tell what came after a version. Everything is copied on its way in and out.
 */
export class MemoryResource<T extends KubeObject> implements Resource<T> {
  readonly type: ResourceType = { group: '', version: 'v1', plural: 'things', namespaced: true };
  /** Called before each request, with the signal that ends it; what it throws is the request's failure. */
  before: (verb: Verb, signal?: AbortSignal) => void | Promise<void> = () => undefined;
  readonly #objects = new Map<string, T>();
  readonly #events: Event<T>[] = [];
  readonly #watchers = new Set<() => void>();
  #version = 0;

  /** What is there now, in order of creation. */
  get objects(): T[] {
    return [...this.#objects.values()].map((object) => structuredClone(object));
  }

  async get(key: ObjectKey, options: { signal?: AbortSignal } = {}): Promise<T | undefined> {
    await this.before('get', options.signal);
    return structuredClone(this.#objects.get(idOf(key)));
  }

  async list(options: Selection = {}): Promise<{ items: T[]; resourceVersion: string }> {
    await this.before('list');
    return {
      items: this.objects.filter((object) => matches(object, options)),
      resourceVersion: `${this.#version}`,
    };
  }

  async *pages(options: Selection = {}) {
    yield await this.list(options);
  }

  async create(object: T): Promise<T> {
    await this.before('create');
    const id = idOf(object.metadata);
    if (this.#objects.has(id)) throw new BgtaskError('AlreadyExists', `${id} exists`);
    return this.#store('ADDED', { ...object, metadata: { ...object.metadata, uid: crypto.randomUUID() } });
  }

  async patch(key: ObjectKey, patch: unknown): Promise<T> {
    await this.before('patch');
    const object = this.#objects.get(idOf(key));
    if (!object) throw new BgtaskError('NotFound', `${idOf(key)} not found`);
    const { resourceVersion } = (patch as Partial<KubeObject>).metadata ?? {};
    if (resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion)
      throw new BgtaskError('Conflict', `${idOf(key)} has been modified`);
    return this.#store('MODIFIED', mergePatch(object, patch) as T);
  }

  apply(): Promise<T> {
    return Promise.reject(new Error('apply is not needed here'));
  }

  async delete(key: ObjectKey): Promise<void> {
    await this.before('delete');
    const object = this.#objects.get(idOf(key));
    if (!object) throw new BgtaskError('NotFound', `${idOf(key)} not found`);
    this.#objects.delete(idOf(key));
    this.#tell('DELETED', object);
  }

  async *watch(options: Selection & { resourceVersion: string; signal: AbortSignal }) {
    await this.before('watch');
    const { signal } = options;
    let next = this.#events.findIndex(({ version }) => version > Number(options.resourceVersion));
    if (next < 0) next = this.#events.length;
    while (!signal.aborted) {
      const event = this.#events[next];
      if (!event) {
        await this.#news(next, signal);
        continue;
      }
      next++;
      if (matches(event.object, options)) yield structuredClone({ type: event.type, object: event.object });
    }
  }

  stream(): Promise<never> {
    return Promise.reject(new Error('stream is not needed here'));
  }

  #store(type: 'ADDED' | 'MODIFIED', object: T): T {
    this.#tell(type, object);
    const stored = this.#events.at(-1)?.object ?? object;
    this.#objects.set(idOf(stored.metadata), stored);
    return structuredClone(stored);
  }

  #tell(type: Event<T>['type'], object: T): void {
    const version = ++this.#version;
    const told = structuredClone({
      ...object,
      metadata: { ...object.metadata, resourceVersion: `${version}` },
    });
    this.#events.push({ version, type, object: told });
    for (const wake of this.#watchers) wake();
  }

  async #news(next: number, signal: AbortSignal): Promise<void> {
    if (next < this.#events.length || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        this.#watchers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#watchers.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}

const idOf = ({ namespace = '', name }: ObjectKey): string => `${namespace}/${name}`;

const matches = ({ metadata }: KubeObject, { namespace, fieldSelector }: Selection): boolean =>
  (namespace === undefined || metadata.namespace === namespace) &&
  (fieldSelector === undefined || fieldSelector === `metadata.name=${metadata.name}`);
