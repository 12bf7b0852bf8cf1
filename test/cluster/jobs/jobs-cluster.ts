import { fileURLToPath } from 'node:url';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_VERSION, sessionName } from '../../../src/api/names.ts';
import type { AgenticSession } from '../../../src/api/types.ts';
import { connect } from '../../../src/engine/kubernetes/client/connect.ts';
import type { Call } from '../../../src/engine/kubernetes/client/call.ts';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import type { KubeObject } from '../../../src/engine/kubernetes/client/objects.ts';
import { resource } from '../../../src/engine/kubernetes/client/resource.ts';
import { defaultJobConfig } from '../../../src/engine/kubernetes/jobs/job-config.ts';
import { agentKeys } from '../../../src/runner/agents/model-keys.ts';
import { KubernetesJobs } from '../../../src/engine/kubernetes/jobs/kubernetes-jobs.ts';
import { KubernetesStore } from '../../../src/engine/kubernetes/store/kubernetes-store.ts';
import { sampleInput } from '../../engine/kubernetes/jobs/samples.ts';
import { clusterForTests } from '../harness/cluster-for-tests.ts';
import type { Cluster } from '../harness/cluster.ts';
import { type Script, PretendKubelet } from './pretend-kubelet.ts';

const crds = fileURLToPath(new URL('../../../crds', import.meta.url));

/** A cluster with our kinds and one pretended node. */
export class JobsCluster {
  readonly cluster: Cluster;
  readonly client: KubeClient;
  readonly kubelet: PretendKubelet;
  readonly #projects;

  private constructor(cluster: Cluster, client: KubeClient, kubelet: PretendKubelet) {
    this.cluster = cluster;
    this.client = client;
    this.kubelet = kubelet;
    const type = { group: '', version: 'v1', plural: 'namespaces', namespaced: false };
    this.#projects = resource<KubeObject & { metadata: { generateName?: string; labels?: object } }>(
      client,
      type,
    );
  }

  /** Starts one whose node takes so many pods. */
  static async start(pods?: number): Promise<JobsCluster> {
    const cluster = await clusterForTests();
    await cluster.ok(['apply', '-f', crds]);
    await cluster.ok(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
    const client = await connect({ kubeconfig: cluster.kubeconfig });
    if (!client) throw new Error(`${cluster.kubeconfig} names no cluster`);
    return new JobsCluster(cluster, client, await PretendKubelet.start(client, pods));
  }

  /** A new project, which takes pods of the level `restricted` alone; tasks for it, and an operator's Jobs. */
  async project(): Promise<Project> {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const { metadata } = await this.#projects.create({
      metadata: { name: '', generateName: 'jobs-', labels },
    });
    return new Project(this.client, metadata.name);
  }

  async close(): Promise<void> {
    this.kubelet.close();
    this.client.close();
    await this.cluster.close();
  }
}

/** A namespace with tasks. */
export class Project {
  readonly name: string;
  readonly #client: KubeClient;
  readonly #store: KubernetesStore;
  readonly #life = new AbortController();
  readonly #spools: string[] = [];
  readonly #running: Promise<void>[] = [];

  constructor(client: KubeClient, name: string) {
    this.#client = client;
    this.#store = new KubernetesStore(client);
    this.name = name;
  }

  /** A stored task whose pod does this. */
  async task(task: string, script: Script, more: { timeout?: number } = {}): Promise<AgenticSession> {
    return this.#store.create('AgenticSession', {
      apiVersion: API_VERSION,
      kind: 'AgenticSession',
      metadata: {
        namespace: this.name,
        name: sessionName(this.name, task),
        labels: { 'ambient-code.io/task': task },
      },
      spec: {
        mode: 'background',
        prompt: JSON.stringify(script),
        repos: [{ input: { url: 'https://example.com/example-org/repo' } }],
        userContext: { userId: 'user@example.com' },
        interactive: false,
        autoPushOnComplete: true,
        ...more,
      },
    });
  }

  /** Jobs as the operator has them; until the signal aborts, or the project is closed. */
  async operator(client = this.#client, signal?: AbortSignal): Promise<KubernetesJobs> {
    const spoolFolder = mkdtempSync(join(tmpdir(), 'bgtask-spool-'));
    this.#spools.push(spoolFolder);
    const jobs = new KubernetesJobs(client, {
      namespace: this.name,
      spoolFolder,
      config: () => defaultJobConfig('registry.example.com/runner:1'),
      modelKeys: await agentKeys(),
      announce: { step: 10, text: 10 },
    });
    await new Promise<void>((ready, failed) => {
      const life = AbortSignal.any([this.#life.signal, ...(signal ? [signal] : [])]);
      const running = jobs.run(life, ready);
      this.#running.push(running);
      running.catch(failed);
    });
    return jobs;
  }

  /** Jobs as a command line has them. */
  reader(): KubernetesJobs {
    return new KubernetesJobs(this.#client, { namespace: this.name });
  }

  /** A client that notes each request as `METHOD path`. */
  counting(): { client: KubeClient; calls: string[] } {
    const calls: string[] = [];
    const client = new Proxy(this.#client, {
      get(target, name: keyof KubeClient) {
        const member: unknown = target[name];
        if (typeof member !== 'function') return member;
        return (call: Call) => {
          if (call?.path)
            calls.push(`${call.method ?? 'GET'} ${call.path.replace(/\/jobs\/[^/]+$/, '/job')}`);
          return (member as (call: Call) => unknown).call(target, call);
        };
      },
    });
    return { client, calls };
  }

  async close(): Promise<void> {
    this.#life.abort();
    await Promise.all(this.#running);
    for (const folder of this.#spools) rmSync(folder, { recursive: true, force: true });
  }
}

export const inputOf = sampleInput;
