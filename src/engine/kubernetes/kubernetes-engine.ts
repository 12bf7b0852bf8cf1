import type { Engine, Identity } from '../engine.ts';
import { connect, type ConnectOptions } from './client/connect.ts';
import type { KubeClient } from './client/kube-client.ts';
import { clusterView } from './cluster-view.ts';
import { identity } from './identity.ts';
import { KubernetesJobs } from './jobs/kubernetes-jobs.ts';
import { KubernetesStore } from './store/kubernetes-store.ts';

/** Tasks on a cluster: custom resources, and Jobs that the operator makes of them. Undefined when no cluster is configured. */
export async function kubernetesEngine(options: ConnectOptions): Promise<Engine | undefined> {
  const client = await connect(options);
  return client && engineOf(client, options.onWarning);
}

/** One cluster for many callers, each with a token of its own. */
export interface SharedCluster {
  /** The engine of the user of a token. Sends no request. It shares the connections of all callers; its only credential is the token. */
  engineFor(token: string): Engine;
  close(): void;
}

/** The cluster for callers that bring their own tokens: whatever credentials this process has are not used. Undefined when none is configured. */
export async function sharedCluster(options: ConnectOptions): Promise<SharedCluster | undefined> {
  const client = await connect({ ...options, addressOnly: true });
  return (
    client && {
      engineFor: (token) => engineOf(client.withToken(token), options.onWarning),
      close: () => client.close(),
    }
  );
}

function engineOf(client: KubeClient, onWarning: ConnectOptions['onWarning']): Engine {
  let who: Promise<Identity> | undefined;
  return {
    kind: 'kubernetes',
    store: new KubernetesStore(client, { onProblem: onWarning }),
    jobs: new KubernetesJobs(client),
    cluster: clusterView(client),
    defaultProject: client.place.namespace,
    whoAmI: () => (who ??= identity(client)),
    // The operator reads a task's credentials from the project's Secrets, not from the shell of the user who creates the task.
    offer: () => Promise.resolve(),
    ensureController: () => Promise.resolve(),
  };
}
