import { fileURLToPath } from 'node:url';
import { connect, type ConnectOptions } from '../../../src/engine/kubernetes/client/connect.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import type { KubeObject } from '../../../src/engine/kubernetes/client/objects.ts';
import { resource } from '../../../src/engine/kubernetes/client/resource.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';

const crds = fileURLToPath(new URL('../../../crds', import.meta.url));

/** A cluster that serves our kinds. */
export interface StoreCluster {
  cluster: Cluster;
  /** A client as this user, admin by default; closed with the cluster. */
  client(user?: string, options?: ConnectOptions): Promise<KubeClient>;
  /** A new namespace's name. */
  project(): Promise<string>;
  close(): Promise<void>;
}

/** Takes a cluster and installs the CRDs. */
export async function storeCluster(): Promise<StoreCluster> {
  const cluster = await clusterForTests();
  const clients: KubeClient[] = [];
  const client: StoreCluster['client'] = async (user, options) => {
    const kubeconfig = user === undefined ? cluster.kubeconfig : cluster.kubeconfigFor(user);
    const one = await connect({ kubeconfig, ...options });
    if (!one) throw new Error(`${kubeconfig} names no cluster`);
    clients.push(one);
    return one;
  };
  await cluster.ok(['apply', '-f', crds]);
  await cluster.ok(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  const projects: string[] = [];
  const namespaces = resource<KubeObject & { metadata: { generateName?: string } }>(await client(), {
    group: '',
    version: 'v1',
    plural: 'namespaces',
    namespaced: false,
  });
  return {
    cluster,
    client,
    async project() {
      const { metadata } = await namespaces.create({ metadata: { name: '', generateName: 'store-' } });
      projects.push(metadata.name);
      return metadata.name;
    },
    async close() {
      // They would stay where the cluster is not ours.
      await Promise.allSettled(projects.map((name) => namespaces.delete({ name })));
      for (const one of clients) one.close();
      await cluster.close();
    },
  };
}
