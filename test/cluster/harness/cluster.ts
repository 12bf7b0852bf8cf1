import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kubectlWith, type Kubectl } from './kubectl.ts';
import { startControlPlane, type ControlPlane, type ExtraArguments } from './control-plane.ts';
import { ownPrograms, type Programs } from './programs.ts';
import { claim, release, sweep, type Claim } from './registry.ts';
import { kubeconfigText, USERS, type TestUser } from './users.ts';
import { startNode, type Node } from './node.ts';

export interface ClusterOptions {
  /** A node with real containers; needs root and Debian packages. Default: false, pods stay Pending. */
  node?: boolean;
  /** With a node: its network enforces NetworkPolicies, by kube-router, which Go builds once a machine (about 2 minutes). Default: false. */
  networkPolicies?: boolean;
  /** Users beside admin, user@example.com, kube:admin, alice and bob. */
  users?: readonly (string | TestUser)[];
  /** Further flags, e.g. `{'kube-apiserver': ['--max-requests-inflight=10']}`. */
  extra?: ExtraArguments;
  /** Default: our own build. */
  programs?: Programs;
}

/** A Kubernetes cluster on this machine. */
export interface Cluster extends Kubectl {
  /** Every process of it has BGTASK_TEST_CLUSTER=<id> in its environment. */
  id: string;
  /** What it runs on, in a few words. */
  description: string;
  /** The path of admin's kubeconfig. */
  kubeconfig: string;
  /** The path of a user's kubeconfig; throws for a user whom the cluster does not know. */
  kubeconfigFor(user: string): string;
  url: string;
  /** Bearer tokens by user name. */
  tokens: Readonly<Record<string, string>>;
  /** True where the controller manager and the scheduler run: a Job gets its pods. */
  controllers: boolean;
  /** Ends the API server (default SIGKILL): its connections break, etcd keeps the objects. At SIGTERM it waits 60 s for its watches. */
  stopApiserver(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again at the same address; resolves when it is ready. */
  startApiserver(): Promise<void>;
  /** SIGSTOP: connections stay open and are silent. */
  pauseApiserver(): void;
  resumeApiserver(): void;
  /** The folder with a log for each program. */
  logs: string;
  /** The node, when the cluster was asked for one. */
  node?: Node;
  /** Ends everything and removes all of it from this machine. May be repeated. */
  close(): Promise<void>;
}

/** A cluster's node; throws where the cluster has none. */
export function nodeOf({ node, description }: Cluster): Node {
  if (node === undefined) throw new Error(`this test needs a node, and the cluster has none: ${description}`);
  return node;
}

const asUser = (user: string | TestUser): TestUser => (typeof user === 'string' ? { name: user } : user);

/** Writes a kubeconfig a user; the index keeps names apart that differ only in what a file name cannot hold. */
function writeKubeconfigs(
  folder: string,
  users: readonly TestUser[],
  plane: ControlPlane,
): Map<string, string> {
  mkdirSync(join(folder, 'users'), { recursive: true });
  return new Map(
    users.map(({ name }, index) => {
      const path = join(folder, 'users', `${index}-${name.replace(/[^\w.-]/g, '-')}.kubeconfig`);
      writeFileSync(path, kubeconfigText(plane.access(name)), { mode: 0o600 });
      return [name, path];
    }),
  );
}

interface Parts {
  own: Claim;
  programs: Programs;
  plane: ControlPlane;
  users: readonly TestUser[];
  node?: Node;
}

function assemble({ own, programs, plane, users, node }: Parts): Cluster {
  const paths = writeKubeconfigs(own.folder, users, plane);
  const kubeconfigFor = (user: string): string => {
    const path = paths.get(user);
    if (path === undefined)
      throw new Error(`the test cluster has no user ${user}: name it in the option users`);
    return path;
  };
  return {
    id: own.id,
    description: `${programs.description}${node ? ', with a node' : ', control plane only'}`,
    kubeconfig: kubeconfigFor('admin'),
    kubeconfigFor,
    url: plane.url,
    tokens: Object.fromEntries(users.map(({ name }) => [name, plane.tokens[name] ?? ''])),
    ...kubectlWith(programs.command('kubectl'), kubeconfigFor),
    controllers: plane.controllers.length > 0,
    stopApiserver: (signal = 'SIGKILL') => plane.apiserver.stop(signal),
    async startApiserver() {
      plane.apiserver.start();
      await plane.ready();
    },
    pauseApiserver: () => plane.apiserver.pause(),
    resumeApiserver: () => plane.apiserver.resume(),
    logs: join(own.folder, 'logs'),
    node,
    close: () => release(own),
  };
}

/**
 * Starts a cluster of its own: 3 to 5 s for the control plane, some more for a node. First removes what crashed test runs left behind.
 * When it does not start, nothing of it stays.
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  await sweep();
  const programs = options.programs ?? (await ownPrograms());
  const users = [...USERS, ...(options.users ?? []).map(asUser)];
  const own = await claim();
  try {
    const extra = options.extra ?? {};
    const { networkPolicies = false } = options;
    const nodeStart = options.node
      ? await startNode({ claim: own, programs, extra, networkPolicies })
      : undefined;
    const address = nodeStart?.hostAddress ?? '127.0.0.1';
    const plane = await startControlPlane({
      claim: own,
      programs,
      users,
      address,
      node: !!options.node,
      extra,
    });
    const node = await nodeStart?.join(plane.access('admin'));
    return assemble({ own, programs, plane, users, node });
  } catch (error) {
    await release(own);
    throw error;
  }
}
