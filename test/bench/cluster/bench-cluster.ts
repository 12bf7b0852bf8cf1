import { API_VERSION, LABEL, sessionName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import { connect, type ConnectOptions } from '../../../src/engine/kubernetes/client/connect.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { KubernetesStore } from '../../../src/engine/kubernetes/store/kubernetes-store.ts';
import { clusterForTests } from '../../cluster/harness/cluster-for-tests.ts';
import type { Cluster } from '../../cluster/harness/cluster.ts';
import { Scene } from '../../cluster/scenarios/scene.ts';

/** The admission policy lets this account make tasks in the names of others. */
const SERVER = 'system:serviceaccount:bgtask-system:bgtask-server';
/** Projects over which tasks are spread. */
export const PROJECTS = 10;
const NAMES = Array.from({ length: PROJECTS }, (_, at) => `team-${at}`);
/** Requests at once when objects are made ahead. */
const AHEAD = 64;

/** Does `act` for each number below `count`, so many at once. */
export async function atOnce(
  count: number,
  width: number,
  act: (at: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await act(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker));
}

async function client(kubeconfig: string, more: ConnectOptions = {}): Promise<KubeClient> {
  const made = await connect({ kubeconfig, concurrency: AHEAD, ...more });
  if (!made) throw new Error(`${kubeconfig} names no cluster`);
  return made;
}

/** A control plane with bgtask installed and no operator running, for one measurement. */
export class BenchCluster {
  readonly cluster: Cluster;
  readonly client: KubeClient;
  readonly #scene: Scene;
  readonly #clients: KubeClient[];
  readonly #maker: KubernetesStore;
  readonly #ender: KubernetesStore;

  private constructor(parts: {
    cluster: Cluster;
    scene: Scene;
    admin: KubeClient;
    server: KubeClient;
    operator: KubeClient;
  }) {
    const { cluster, scene, admin, server, operator } = parts;
    this.cluster = cluster;
    this.client = admin;
    this.#scene = scene;
    this.#clients = [admin, server, operator];
    this.#maker = new KubernetesStore(server);
    this.#ender = new KubernetesStore(operator);
  }

  static async start(): Promise<BenchCluster> {
    const cluster = await clusterForTests();
    const scene = await Scene.install(cluster);
    for (const project of NAMES) await scene.project(project, [SERVER]);
    return new BenchCluster({
      cluster,
      scene,
      admin: await client(cluster.kubeconfig),
      server: await client(cluster.kubeconfig, { impersonate: { user: SERVER } }),
      operator: await client(await scene.operatorKubeconfig()),
    });
  }

  /** Replaces the settings' document. */
  settings(document: string): Promise<void> {
    return this.#scene.settings(document);
  }

  /** A kubeconfig with the operator's own rights. */
  operatorKubeconfig(): Promise<string> {
    return this.#scene.operatorKubeconfig();
  }

  /** Makes tasks, each of a user and on a repository of its own; those that `status` is given for have ended. */
  async tasks(
    prefix: string,
    count: number,
    more: { prompt?: string; status?: object } = {},
  ): Promise<AgenticSession[]> {
    const made: AgenticSession[] = [];
    await atOnce(count, AHEAD, async (at) => {
      const session = await this.#maker.create('AgenticSession', task(`${prefix}-${at}`, at, more.prompt));
      made.push(session);
      if (more.status) await this.#ender.patchStatus('AgenticSession', session.metadata, more.status);
    });
    return made;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.#scene.close();
    await this.cluster.close();
  }
}

/** The object of a task on a repository of its own, in one of the projects. */
export function task(
  name: string,
  at: number,
  prompt = 'Upgrade lodash to version 4.17.21.',
): AgenticSession {
  const namespace = NAMES[at % PROJECTS] ?? '';
  return {
    apiVersion: API_VERSION,
    kind: 'AgenticSession',
    metadata: {
      namespace,
      name: sessionName(namespace, name),
      labels: { [LABEL.mode]: 'background', [LABEL.task]: name },
    },
    spec: {
      mode: 'background',
      prompt,
      interactive: false,
      autoPushOnComplete: true,
      repos: [{ input: { url: `https://example.com/example-org/${name}`, branch: 'main' } }],
      userContext: { userId: `${name}@example.com` },
    },
  };
}
