import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sessionName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { connect } from '../../../src/engine/kubernetes/client/connect.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { kubernetesEngine } from '../../../src/engine/kubernetes/kubernetes-engine.ts';
import { FaultProxy } from '../../support/fault-proxy/fault-proxy.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { type Script, PretendKubelet } from '../jobs/pretend-kubelet.ts';
import { PERSON, Scene } from '../scenarios/scene.ts';
import { KeptOperator } from './kept-operator.ts';
import { Witness } from './witness.ts';

interface View {
  clusters: { cluster: { server: string; 'certificate-authority-data'?: string } }[];
}

/** The way of one operator to the API server, with a proxy on it. */
export interface Route {
  proxy: FaultProxy;
  /** The installed operator's rights, through the proxy. */
  kubeconfig: string;
}

/** Settings under which tasks of different users wait for nothing but the cluster. */
export const ROOM_FOR_ALL = 'limits: { perProject: 0, perCluster: 0 }\n';

/** A cluster with bgtask installed and a pretended node, and whatever a test wants to go wrong. */
export class FaultScene {
  readonly cluster: Cluster;
  readonly scene: Scene;
  readonly kubelet: PretendKubelet;
  readonly #client: KubeClient;
  readonly #folder = mkdtempSync(join(tmpdir(), 'bgtask-faults-'));
  readonly #closing: (() => unknown)[] = [];

  private constructor(scene: Scene, client: KubeClient, kubelet: PretendKubelet) {
    this.cluster = scene.cluster;
    this.scene = scene;
    this.#client = client;
    this.kubelet = kubelet;
  }

  /** `users` are people beside those of every cluster. */
  static async start(users: readonly string[] = []): Promise<FaultScene> {
    const cluster = await clusterForTests({ users });
    const scene = await Scene.install(cluster);
    await scene.settings(ROOM_FOR_ALL);
    const client = await connect({ kubeconfig: cluster.kubeconfig });
    if (!client) throw new Error(`${cluster.kubeconfig} names no cluster`);
    return new FaultScene(scene, client, await PretendKubelet.start(client));
  }

  /** A new project, and a witness of all that happens in it. */
  async project(name: string, people: readonly string[] = [PERSON]): Promise<Witness> {
    await this.scene.project(name, people);
    const witness = new Witness(this.#client, name);
    this.#closing.push(() => witness.close());
    return witness;
  }

  /** What a person's command line has. */
  async engine(person: string = PERSON): Promise<Engine> {
    const engine = await kubernetesEngine({ kubeconfig: this.cluster.kubeconfigFor(person) });
    if (!engine) throw new Error(`there is no cluster for ${person}`);
    return engine;
  }

  /** A new way to the API server, for one operator. */
  async route(): Promise<Route> {
    const direct = JSON.parse(readFileSync(await this.scene.operatorKubeconfig(), 'utf8')) as View;
    const { server, 'certificate-authority-data': ca = '' } = direct.clusters[0]?.cluster ?? { server: '' };
    const proxy = await FaultProxy.start({ url: server, ca: Buffer.from(ca, 'base64').toString() });
    this.#closing.push(() => proxy.close());
    const cluster = {
      server: proxy.url,
      'certificate-authority-data': Buffer.from(proxy.ca).toString('base64'),
    };
    const kubeconfig = join(this.#folder, `${new URL(proxy.url).port}.kubeconfig`);
    writeFileSync(kubeconfig, JSON.stringify({ ...direct, clusters: [{ name: 'test', cluster }] }), {
      mode: 0o600,
    });
    return { proxy, kubeconfig };
  }

  /** An operator that is kept running until the scene ends: see KeptOperator. */
  async operator(
    kubeconfig: string,
    options: Parameters<typeof KeptOperator.start>[1] = {},
  ): Promise<KeptOperator> {
    const operator = await KeptOperator.start(kubeconfig, options);
    // Before the proxies go.
    this.#closing.unshift(() => operator.close());
    return operator;
  }

  /** A person makes a task whose pod does this. `spec` is what it asks for besides. */
  async create(
    engine: Engine,
    task: { project: string; name: string; script: Script; spec?: object },
  ): Promise<AgenticSession> {
    const { project, name, script, spec } = task;
    const { userId } = await engine.whoAmI();
    const text = this.scene.manifest(project, sessionName(project, name), {
      prompt: JSON.stringify(script),
      repos: [{ input: { url: `https://example.com/example-org/${name}`, branch: 'main' } }],
      userContext: { userId },
      ...spec,
    });
    const object = JSON.parse(text) as AgenticSession;
    object.metadata.labels = { 'ambient-code.io/task': name };
    return engine.store.create('AgenticSession', object);
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
    this.kubelet.close();
    this.#client.close();
    rmSync(this.#folder, { recursive: true, force: true });
    await this.scene.close();
    await this.cluster.close();
  }
}
