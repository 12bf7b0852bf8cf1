import { BgtaskError } from '../../../domain/errors.ts';
import { connect, type ConnectOptions } from '../client/connect.ts';
import type { KubeClient } from '../client/kube-client.ts';

/** Which cluster, as whom, in the words of the command line. */
export interface ClusterFlags {
  kubeconfig?: string;
  context?: string;
  as?: string;
  requestTimeoutMs?: number;
}

/** A client of the cluster that kubectl would take. Throws Usage when none is configured. */
export async function connectCluster(
  { as: user, ...flags }: ClusterFlags,
  options: Pick<ConnectOptions, 'env' | 'version' | 'onWarning'>,
): Promise<KubeClient> {
  const client = await connect({
    ...flags,
    ...options,
    ...(user !== undefined && { impersonate: { user } }),
  });
  if (client) return client;
  throw new BgtaskError('Usage', 'No cluster is configured.', {
    hint: 'Name one with --kubeconfig FILE or KUBECONFIG, as for kubectl.',
  });
}
