import type { Cluster, User } from '@kubernetes/client-node/dist/config_types.js';

/** Whom the API server is asked to take the caller for (`--as`, `--as-group`). */
export interface Impersonation {
  user?: string;
  groups?: string[];
  uid?: string;
  extra?: Record<string, string[]>;
}

/** A user of a kubeconfig, with what client-node's reader leaves out. */
export interface ClusterUser extends User {
  /** The kubeconfig that names it; undefined in a cluster's own pods. */
  file?: string;
  tokenFile?: string;
  impersonate?: Impersonation;
}

/** One cluster, and how to get in. Paths are absolute; no file that it names has been read. */
export interface Access {
  /** The context's name; undefined in a cluster's own pods. */
  context?: string;
  cluster: Cluster;
  user: ClusterUser;
  /** The project to use when none is named. */
  namespace: string;
}

/** Which cluster to take. */
export interface ClusterChoice {
  /** A kubeconfig's path; by default those of KUBECONFIG, else ~/.kube/config. */
  kubeconfig?: string;
  /** A context's name; by default the kubeconfig's current one. */
  context?: string;
  env?: Readonly<NodeJS.ProcessEnv>;
  /** Where a pod finds its own credentials. */
  serviceAccountFolder?: string;
  /** Only the way to the cluster is asked for: a pod needs the cluster's certificates and no token. */
  addressOnly?: boolean;
}
