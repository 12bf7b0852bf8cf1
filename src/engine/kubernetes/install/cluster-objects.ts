import { hasCode } from '../../../domain/errors.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { resource } from '../client/resource.ts';
import { resourceType } from './kinds.ts';
import type { KubernetesObject, ObjectRef } from './object.ts';

/** What an installation does with a cluster. */
export interface ClusterObjects {
  /** Undefined when the object, or its kind, is not there. */
  get(ref: ObjectRef): Promise<KubernetesObject | undefined>;
  /** Server-side apply as the field manager `bgtask`, with force: it takes fields over from other managers. */
  apply(object: KubernetesObject): Promise<KubernetesObject>;
  /** Deletes an object. Resolves also if it is gone already. */
  delete(ref: ObjectRef): Promise<void>;
  /** The API server's version, e.g. `v1.35.4`. */
  version(): Promise<string>;
  /** What the API server answers at a path of its discovery. Throws NotFound for what it does not serve. */
  discover(path: string): Promise<unknown>;
  /** Of one namespace or of all; empty when the kind is not there. */
  list(kind: string, selection?: { namespace?: string; labelSelector?: string }): Promise<KubernetesObject[]>;
}

/** Takes an error for what is not there as this value; others go on. */
export const absent =
  <T>(value: T) =>
  (error: unknown): T => {
    if (hasCode(error, 'NotFound')) return value;
    throw error;
  };

/** The objects that a client reaches. */
export function clusterObjects(client: KubeClient, signal?: AbortSignal): ClusterObjects {
  const verbs = ({ kind, apiVersion }: { kind: string; apiVersion?: string }) =>
    resource<KubernetesObject>(client, resourceType(kind, apiVersion));
  return {
    get: (ref) => verbs(ref).get(ref.metadata, { signal }).catch(absent(undefined)),
    apply: (object) => verbs(object).apply(object, { force: true, signal }),
    delete: (ref) =>
      verbs(ref).delete(ref.metadata, { propagation: 'Background', signal }).catch(absent(undefined)),
    version: async () =>
      ((await client.json({ path: '/version', signal })) as { gitVersion?: string }).gitVersion ?? '',
    discover: (path) => client.json({ path, signal }),
    list: async (kind, selection = {}) => {
      const { items } = await verbs({ kind })
        .list({ ...selection, signal })
        .catch(absent({ items: [] }));
      return items;
    },
  };
}
