import { KubernetesStore } from '../../../src/engine/kubernetes/store/kubernetes-store.ts';
import { taskStoreContract } from '../../contract/task-store.ts';
import { tasksByHandContract } from '../../contract/tasks-by-hand.ts';
import { storeCluster, type StoreCluster } from './cluster.ts';

describe('on a real API server', () => {
  let cluster: StoreCluster;
  before(async () => {
    cluster = await storeCluster();
  });
  after(() => cluster?.close());

  const makeStore = async () => ({
    store: new KubernetesStore(await cluster.client()),
    namespace: await cluster.project(),
    // Each test has a namespace of its own, and the cluster ends with them all.
    close: () => Promise.resolve(),
  });
  taskStoreContract('KubernetesStore', makeStore);
  tasksByHandContract('KubernetesStore', makeStore);
});
