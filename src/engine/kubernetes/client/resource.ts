import type { IncomingMessage } from 'node:http';
import { isMissingObject } from './http/api-error.ts';
import type { KubeClient } from './kube-client.ts';
import { pathOf, trimmed, type KubeObject, type ObjectKey, type ResourceType } from './objects.ts';
import { pagesOf, type Page, type PageOptions } from './pages.ts';
import { watchStream, type StreamEvent, type WatchOptions } from './watch-stream.ts';

interface WriteOptions {
  dryRun?: boolean;
  /** What becomes of unknown fields; Warn by default. */
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore';
  /** Who owns the fields that are written; `bgtask` by default. */
  fieldManager?: string;
  signal?: AbortSignal;
}

interface PatchOptions extends WriteOptions {
  /** JSON merge patch by default; `strategic` is for built-in kinds alone. */
  type?: 'merge' | 'json' | 'strategic';
  subresource?: string;
}

interface DeleteOptions {
  /** Only this very object; Conflict for another one. */
  uid?: string;
  resourceVersion?: string;
  propagation?: 'Background' | 'Foreground' | 'Orphan';
  gracePeriodSeconds?: number;
  dryRun?: boolean;
  signal?: AbortSignal;
}

const PATCH_TYPE = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};
const FIELD_MANAGER = 'bgtask';

/** The verbs of one kind of object. Objects come without managedFields. Every failure is a BgtaskError. */
export interface Resource<T extends KubeObject> {
  readonly type: ResourceType;
  /** Undefined when there is no such object. */
  get(key: ObjectKey, options?: { resourceVersion?: string; signal?: AbortSignal }): Promise<T | undefined>;
  /** All pages as one. With resourceVersion '0' the server answers from its cache: cheap, and perhaps seconds old. */
  list(options?: PageOptions): Promise<Page<T>>;
  /** Page after page; rejects with an expired ApiError when a page's version is gone. */
  pages(options?: PageOptions): AsyncGenerator<Page<T>, void>;
  create(object: T, options?: WriteOptions): Promise<T>;
  patch(key: ObjectKey, patch: unknown, options?: PatchOptions): Promise<T>;
  /** Server-side apply; `force` takes fields over from other managers. */
  apply(object: KubeObject, options?: WriteOptions & { force?: boolean; subresource?: string }): Promise<T>;
  delete(key: ObjectKey, options?: DeleteOptions): Promise<void>;
  /** One watch until the server ends it; see listWatch for one that goes on. */
  watch(options: WatchOptions): AsyncGenerator<StreamEvent<T>, void>;
  /** The raw answer of a subresource as it comes, e.g. `log` of a pod. */
  stream(key: ObjectKey, subresource: string, options: StreamOptions): Promise<IncomingMessage>;
}

interface StreamOptions {
  query?: Record<string, string | number | boolean | undefined>;
  signal: AbortSignal;
}

/** The verbs for a kind, e.g. `resource<Pod>(client, { group: '', version: 'v1', plural: 'pods', namespaced: true })`. */
export function resource<T extends KubeObject>(client: KubeClient, type: ResourceType): Resource<T> {
  const object = async (answer: Promise<unknown>): Promise<T> => trimmed(await answer) as T;
  return {
    type,
    async get(key, { signal, ...query } = {}) {
      try {
        return await object(client.json({ path: pathOf(type, key), query, signal }));
      } catch (error) {
        if (isMissingObject(error)) return undefined;
        throw error;
      }
    },
    pages: (options = {}) => pagesOf<T>(client, type, options),
    async list(options = {}) {
      const items: T[] = [];
      let resourceVersion = '';
      for await (const page of pagesOf<T>(client, type, { ...options, restart: () => items.splice(0) })) {
        items.push(...page.items);
        ({ resourceVersion } = page);
      }
      return { items, resourceVersion };
    },
    create: (body, options = {}) => {
      const { namespace } = body.metadata;
      return object(
        client.json({ method: 'POST', path: pathOf(type, { namespace }), body, ...writing(options) }),
      );
    },
    patch: (key, body, { type: patchType = 'merge', subresource, ...options } = {}) => {
      const path = pathOf(type, { ...key, subresource });
      return object(
        client.json({ method: 'PATCH', path, body, contentType: PATCH_TYPE[patchType], ...writing(options) }),
      );
    },
    apply: (body, { force, subresource, ...options } = {}) => {
      const { signal, query } = writing(options);
      const path = pathOf(type, { ...keyOf(body), subresource });
      const contentType = 'application/apply-patch+yaml';
      return object(
        client.json({ method: 'PATCH', path, body, contentType, signal, query: { ...query, force } }),
      );
    },
    async delete(key, { uid, resourceVersion, propagation, gracePeriodSeconds, dryRun, signal } = {}) {
      const preconditions = uid || resourceVersion ? { uid, resourceVersion } : undefined;
      // The API server ignores the options of the query where a DELETE has a body.
      const body = {
        preconditions,
        propagationPolicy: propagation,
        gracePeriodSeconds,
        dryRun: dryRun ? ['All'] : undefined,
      };
      await client.json({ method: 'DELETE', path: pathOf(type, key), body, signal });
    },
    watch: (options) => watchStream<T>(client, type, options),
    stream: (key, subresource, options) =>
      client.stream({ path: pathOf(type, { ...key, subresource }), ...options }),
  };
}

const keyOf = ({ metadata: { namespace, name } }: KubeObject): ObjectKey => ({ namespace, name });

function writing({ dryRun, fieldValidation, fieldManager = FIELD_MANAGER, signal }: WriteOptions) {
  return { signal, query: { dryRun: dryRun ? 'All' : undefined, fieldValidation, fieldManager } };
}
