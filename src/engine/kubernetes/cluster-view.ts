import { GROUP, VERSION } from '../../api/names.ts';
import type { Access, ClusterObject, ClusterView } from '../cluster-view.ts';
import type { KubeClient } from './client/kube-client.ts';
import { resource } from './client/resource.ts';
import { absent } from './install/cluster-objects.ts';
import { resourceType } from './install/kinds.ts';

/** The API server's description of one group and version (OpenAPI v3). */
interface Description {
  components?: {
    schemas?: Record<string, { 'x-kubernetes-group-version-kind'?: { group: string; kind: string }[] }>;
  };
}

async function schemaOf(client: KubeClient, wanted: string): Promise<unknown> {
  const path = `/openapi/v3/apis/${GROUP}/${VERSION}`;
  const found = (await client.json({ path }).catch(absent({}))) as Description;
  return Object.values(found.components?.schemas ?? {}).find((schema) =>
    schema['x-kubernetes-group-version-kind']?.some(({ group, kind }) => group === GROUP && kind === wanted),
  );
}

async function isAllowed(client: KubeClient, access: Access): Promise<boolean> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: access },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const review = (await client.json({ method: 'POST', path, body })) as { status?: { allowed?: boolean } };
  return review.status?.allowed === true;
}

/** What a client sees of its cluster. */
export function clusterView(client: KubeClient): ClusterView {
  const verbs = <T extends ClusterObject>(kind: string, apiVersion?: string) =>
    resource<T>(client, resourceType(kind, apiVersion));
  return {
    place: client.place,
    version: async () =>
      ((await client.json({ path: '/version' })) as { gitVersion?: string }).gitVersion ?? '',
    get: <T extends ClusterObject>(
      kind: string,
      { apiVersion, ...key }: { namespace?: string; name: string; apiVersion?: string },
    ) => verbs<T>(kind, apiVersion).get(key).catch(absent(undefined)),
    list: async <T extends ClusterObject>(
      kind: string,
      options: { namespace?: string; labelSelector?: string },
    ) => {
      const { items } = await verbs<T>(kind)
        .list(options)
        .catch(absent({ items: [] as T[] }));
      return items;
    },
    discover: (path) => client.json({ path }),
    schema: (kind) => schemaOf(client, kind),
    may: (access) => isAllowed(client, access),
  };
}
