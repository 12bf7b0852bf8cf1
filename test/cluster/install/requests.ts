import { connect } from '../../../src/engine/kubernetes/client/connect.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { resourceType } from '../../../src/engine/kubernetes/install/kinds.ts';
import type { KubernetesObject } from '../../../src/engine/kubernetes/install/object.ts';
import { resource, type Resource } from '../../../src/engine/kubernetes/client/resource.ts';

/** The name of a service account of the installation, as the API server calls it. */
export const account = (name: string, namespace = 'bgtask-system'): string =>
  `system:serviceaccount:${namespace}:${name}`;

/** Clients of one cluster, closed together. */
export interface Callers {
  /** As admin, or as whom admin may impersonate. */
  as(user?: string, groups?: string[]): Promise<KubeClient>;
  /** The verbs of a kind, as a user. */
  verbs(
    kind: string,
    user?: string,
    groups?: string[],
    apiVersion?: string,
  ): Promise<Resource<KubernetesObject>>;
  close(): void;
}

/** `kubeconfig` is that of a user who may impersonate every other user. */
export function callers(kubeconfig: string): Callers {
  const clients: KubeClient[] = [];
  const as: Callers['as'] = async (user, groups) => {
    const client = await connect({ kubeconfig, ...(user && { impersonate: { user, groups } }) });
    if (!client) throw new Error(`${kubeconfig} names no cluster`);
    clients.push(client);
    return client;
  };
  return {
    as,
    verbs: async (kind, user, groups, apiVersion) =>
      resource<KubernetesObject>(await as(user, groups), resourceType(kind, apiVersion)),
    close: () => clients.forEach((client) => client.close()),
  };
}

/** A good background session of a user. */
export const session = (
  namespace: string,
  name: string,
  userId: string,
  spec: object = {},
): KubernetesObject => ({
  apiVersion: 'vteam.ambient-code/v1alpha1',
  kind: 'AgenticSession',
  metadata: { name, namespace },
  spec: {
    mode: 'background',
    prompt: 'Fix the linter errors.',
    interactive: false,
    autoPushOnComplete: true,
    repos: [{ input: { url: 'https://example.com/example-org/sample' } }],
    userContext: { userId },
    ...spec,
  },
});
