import { setTimeout as sleep } from 'node:timers/promises';
import { GROUP, VERSION } from '../../../api/names.ts';
import { PLURAL, type Kind, type KindMap } from '../../../api/types.ts';
import { briefSession } from '../../../domain/brief-session.ts';
import { hasCode } from '../../../domain/errors.ts';
import { sessionRows } from './session-rows.ts';
import type { Key, ListOptions, ObjectPatch, TaskStore, WatchEvent, WatchOptions } from '../../engine.ts';
import { jittered } from '../client/http/retry.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { listWatch, type ListWatchOptions } from '../client/list-watch.ts';
import { resource, type Resource } from '../client/resource.ts';

export interface KubernetesStoreOptions extends Pick<
  ListWatchOptions<unknown>,
  'pageSize' | 'watchSeconds' | 'slackMs' | 'silenceMs' | 'backoffMs'
> {
  /** Told when a watch failed; it goes on by itself. */
  onProblem?: (sentence: string) => void;
  /** What a watch keeps and tells of each object of a kind; all of it by default. */
  kept?: { [K in Kind]?: (object: KindMap[K]) => KindMap[K] };
}

/**
 * The API server gives up a patch after five writers were faster, and leaves it to the caller to go on. Twenty at once
 * were seen to need three calls.
 */
const PATCH_ATTEMPTS = 12;
const PATCH_WAIT_MS = 20;

/** What a brief watch keeps and tells. */
const BRIEF: { [K in Kind]?: (object: KindMap[K]) => KindMap[K] } = { AgenticSession: briefSession };

/** The store whose objects are custom resources. Refuses unknown fields of a spec; the error is the API server's own. */
export class KubernetesStore implements TaskStore {
  readonly #resources: { [K in Kind]: Resource<KindMap[K]> };
  readonly #client: KubeClient;
  readonly #options: KubernetesStoreOptions;

  constructor(client: KubeClient, options: KubernetesStoreOptions = {}) {
    this.#client = client;
    this.#options = options;
    const of = <K extends Kind>(kind: K): Resource<KindMap[K]> =>
      resource(client, { group: GROUP, version: VERSION, plural: PLURAL[kind], namespaced: true });
    this.#resources = { AgenticSession: of('AgenticSession'), TaskTemplate: of('TaskTemplate') };
  }

  get<K extends Kind>(kind: K, key: Key): Promise<KindMap[K] | undefined> {
    return this.#of(kind).get(key);
  }

  async list<K extends Kind>(
    kind: K,
    { namespace, selector, brief }: ListOptions = {},
  ): Promise<KindMap[K][]> {
    if (brief && kind === 'AgenticSession') {
      const rows = await sessionRows(this.#client, this.#of(kind).type, { namespace, selector });
      if (rows) return rows.sort(byNamespaceAndName) as KindMap[K][];
    }
    const { items } = await this.#of(kind).list({
      namespace,
      labelSelector: selector,
      limit: this.#options.pageSize,
    });
    return items.sort(byNamespaceAndName);
  }

  watch<K extends Kind>(
    kind: K,
    { namespace, name, selector, signal, brief }: WatchOptions,
  ): AsyncGenerator<WatchEvent<KindMap[K]>, void> {
    const { kept, ...options } = this.#options;
    return listWatch(this.#of(kind), {
      ...options,
      namespace,
      labelSelector: selector,
      fieldSelector: name === undefined ? undefined : `metadata.name=${name}`,
      signal,
      transform: (brief ? BRIEF[kind] : undefined) ?? kept?.[kind],
    });
  }

  create<K extends Kind>(
    kind: K,
    object: KindMap[K],
    { dryRun }: { dryRun?: boolean } = {},
  ): Promise<KindMap[K]> {
    return this.#of(kind).create(object, { dryRun, fieldValidation: 'Strict' });
  }

  patch<K extends Kind>(
    kind: K,
    key: Key,
    { metadata, spec }: ObjectPatch<K>,
    { dryRun }: { dryRun?: boolean } = {},
  ): Promise<KindMap[K]> {
    const { labels, annotations, resourceVersion } = metadata ?? {};
    const change = { metadata: { labels, annotations, resourceVersion }, spec };
    return unlessOutrun(resourceVersion, () =>
      this.#of(kind).patch(key, change, { dryRun, fieldValidation: 'Strict' }),
    );
  }

  /** A status with fields that an older CRD lacks is stored without them, and the client's onWarning is told. */
  patchStatus<K extends Kind>(
    kind: K,
    key: Key,
    status: object,
    { resourceVersion }: { resourceVersion?: string } = {},
  ): Promise<KindMap[K]> {
    const change = { metadata: { resourceVersion }, status };
    return unlessOutrun(resourceVersion, () =>
      this.#of(kind).patch(key, change, { subresource: 'status', fieldValidation: 'Warn' }),
    );
  }

  delete(kind: Kind, key: Key, { uid, dryRun }: { uid?: string; dryRun?: boolean } = {}): Promise<void> {
    return this.#of(kind).delete(key, { uid, dryRun, propagation: 'Background' });
  }

  #of<K extends Kind>(kind: K): Resource<KindMap[K]> {
    return this.#resources[kind];
  }
}

const byNamespaceAndName = (a: { metadata: Key }, b: { metadata: Key }): number =>
  compare(a.metadata.namespace, b.metadata.namespace) || compare(a.metadata.name, b.metadata.name);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Repeats a patch that depends on no version when the server says that others were faster. */
async function unlessOutrun<T>(resourceVersion: string | undefined, write: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await write();
    } catch (error) {
      if (resourceVersion !== undefined || attempt === PATCH_ATTEMPTS || !hasCode(error, 'Conflict'))
        throw error;
    }
    await sleep(jittered(PATCH_WAIT_MS * attempt));
  }
}
