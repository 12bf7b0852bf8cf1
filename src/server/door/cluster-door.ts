import { BgtaskError } from '../../domain/errors.ts';
import type { ConnectOptions } from '../../engine/kubernetes/client/connect.ts';
import { sharedCluster } from '../../engine/kubernetes/kubernetes-engine.ts';
import type { Door } from './door.ts';

/** A door to a cluster: each caller acts with its own token, and the API server says what that may do. Throws Unavailable without a cluster. */
export async function clusterDoor(options: ConnectOptions): Promise<Door> {
  const cluster = await sharedCluster(options);
  if (!cluster)
    throw new BgtaskError('Unavailable', 'The server finds no cluster.', {
      hint: 'It runs in a pod, or with a kubeconfig; on this machine alone: --engine=local',
    });
  return {
    kind: 'kubernetes',
    enter: (token) => cluster.engineFor(token),
    close: () => cluster.close(),
  };
}
