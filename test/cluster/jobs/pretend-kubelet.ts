import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KubeClient } from '../../../src/engine/kubernetes/client/kube-client.ts';
import { listWatch } from '../../../src/engine/kubernetes/client/list-watch.ts';
import { resource, type Resource } from '../../../src/engine/kubernetes/client/resource.ts';
import { END_LINE } from '../../../src/domain/progress.ts';
import { type Stage, STAGES } from '../../../src/domain/report.ts';
import { INPUT_ANNOTATION } from '../../../src/engine/kubernetes/jobs/job-names.ts';
import type { ContainerState, PodObject } from '../../../src/engine/kubernetes/jobs/objects.ts';
import { certificateFor } from '../../engine/kubernetes/client/certificates.ts';
import { Deferred } from '../../support/deferred.ts';
import { PretendLogs } from './pretend-logs.ts';

/** What a stage of a task does, in its prompt as JSON. */
export interface StageScript {
  lines: string[];
  report: object;
  /** So many lines of 2,000 random characters, and `the end`. */
  noise?: number;
  /** Runs until its pod is deleted. */
  hangs?: boolean;
  /** Said when its pod is deleted. */
  farewell?: string[];
  /** Runs until the kubelet is told to let this name go on. */
  holds?: string;
  /** The pod's container waits for this reason instead of running. */
  waits?: { reason: string; message: string };
}
export type Script = Record<Stage, StageScript>;

/** Any object, for the kinds that only this file has to do with. */
interface Anything {
  metadata: { name: string; namespace?: string };
  [field: string]: unknown;
}

const NODE = 'pretend-node';

/** A node without containers: it takes the tasks' pods that the scheduler gives it, says what their scripts want said, and serves their logs to the API server. */
export class PretendKubelet {
  readonly #pods: Resource<PodObject>;
  readonly #nodes: Resource<Anything>;
  readonly #life = new AbortController();
  readonly #server: Server;
  readonly #running = new Map<string, Running>();
  readonly #held = new Map<string, Deferred>();
  readonly logs = new PretendLogs();

  private constructor(client: KubeClient) {
    this.#pods = resource(client, { group: '', version: 'v1', plural: 'pods', namespaced: true });
    this.#nodes = resource(client, { group: '', version: 'v1', plural: 'nodes', namespaced: false });
    const { cert, key } = certificateFor('IP:127.0.0.1');
    this.#server = createServer({ cert, key }, (request, response) => this.logs.answer(request, response));
  }

  /** Starts one whose node takes so many pods. */
  static async start(client: KubeClient, pods = 1000): Promise<PretendKubelet> {
    const kubelet = new PretendKubelet(client);
    await new Promise<void>((ready) => kubelet.#server.listen(0, '127.0.0.1', ready));
    await kubelet.#join((kubelet.#server.address() as AddressInfo).port, pods);
    void kubelet.#run();
    return kubelet;
  }

  /** Lets every stage that holds under this name go on, and those that will. */
  release(name: string): void {
    this.#hold(name).resolve();
  }

  close(): void {
    this.#life.abort();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #hold(name: string): Deferred {
    const held = this.#held.get(name) ?? new Deferred();
    this.#held.set(name, held);
    return held;
  }

  async #join(port: number, pods: number): Promise<void> {
    await this.#nodes.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } });
    const beat = async (): Promise<void> => {
      const now = new Date().toISOString();
      const room = { cpu: '1000', memory: '1000Gi', pods: String(pods), 'ephemeral-storage': '1000Gi' };
      await this.#nodes.patch(
        { name: NODE },
        {
          status: {
            addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
            daemonEndpoints: { kubeletEndpoint: { Port: port } },
            capacity: room,
            allocatable: room,
            conditions: [
              {
                type: 'Ready',
                status: 'True',
                reason: 'Pretending',
                message: '',
                lastHeartbeatTime: now,
                lastTransitionTime: now,
              },
            ],
          },
        },
        { subresource: 'status' },
      );
    };
    await beat();
    const timer = setInterval(() => void beat().catch(() => undefined), 10_000);
    this.#life.signal.addEventListener('abort', () => clearInterval(timer));
  }

  async #run(): Promise<void> {
    const options = { fieldSelector: `spec.nodeName=${NODE}`, signal: this.#life.signal };
    for await (const event of listWatch(this.#pods, options)) {
      if (event.type === 'SYNCED') continue;
      const { uid = '', deletionTimestamp } = event.object.metadata;
      const known = this.#running.get(uid);
      if (event.type === 'DELETED' || deletionTimestamp) known?.end();
      else if (!known && INPUT_ANNOTATION in (event.object.metadata.annotations ?? {})) {
        const running = new Running(this.#pods, this.logs, event.object, (name) => this.#hold(name).promise);
        this.#running.set(uid, running);
        running.run().catch((error: unknown) => {
          if (!this.#life.signal.aborted) console.error('the pretended kubelet failed', error);
        });
      }
    }
  }
}

const noiseOf = ({ noise }: StageScript): string[] =>
  noise ? [...Array.from({ length: noise }, () => randomBytes(1500).toString('base64')), 'the end'] : [];

const farewellOf = ({ farewell = [] }: StageScript): string[] => farewell;

const cutReport = (stage: Stage): object => ({ stage, ok: false, reason: 'Cancelled', progress: 0 });

const endOf = (ok: boolean, report: object, startedAt: string): ContainerState['terminated'] => ({
  exitCode: ok ? 0 : 1,
  reason: ok ? 'Completed' : 'Error',
  message: JSON.stringify(report),
  startedAt,
  finishedAt: new Date().toISOString(),
});

/** One pod that seems to run. */
class Running {
  readonly #pods: Resource<PodObject>;
  readonly #logs: PretendLogs;
  readonly #pod: PodObject;
  readonly #states: Record<Stage, ContainerState>;
  readonly #started = new Date().toISOString();
  readonly #deleted: Promise<void>;
  readonly #released: (name: string) => Promise<void>;
  end: () => void = () => undefined;

  constructor(
    pods: Resource<PodObject>,
    logs: PretendLogs,
    pod: PodObject,
    released: (name: string) => Promise<void>,
  ) {
    this.#released = released;
    this.#pods = pods;
    this.#logs = logs;
    this.#pod = pod;
    const waits: ContainerState = { waiting: { reason: 'PodInitializing' } };
    this.#states = { clone: waits, work: waits, prove: waits, publish: waits };
    this.#deleted = new Promise((resolve) => (this.end = resolve));
  }

  async run(): Promise<void> {
    const ended = await this.#stages();
    if (!ended) {
      await this.#tell('Failed');
      const { namespace, name, uid } = this.#pod.metadata;
      await this.#pods.delete({ namespace, name }, { uid, gracePeriodSeconds: 0 });
    }
  }

  /** False when the pod was deleted meanwhile. */
  async #stages(): Promise<boolean> {
    const input = this.#pod.metadata.annotations?.[INPUT_ANNOTATION] ?? '{}';
    const script = JSON.parse((JSON.parse(input) as { spec: { prompt: string } }).spec.prompt) as Script;
    for (const stage of STAGES) {
      const { report, lines, waits } = script[stage];
      if (waits) {
        this.#states[stage] = { waiting: waits };
        await this.#tell('Pending');
        await this.#deleted;
        return false;
      }
      const startedAt = new Date().toISOString();
      this.#states[stage] = { running: { startedAt } };
      const log = this.#logs.open(this.#pod.metadata, stage);
      for (const line of [...lines, ...noiseOf(script[stage])]) log.write(line);
      await this.#tell(stage === 'publish' ? 'Running' : 'Pending');
      const cut = await this.#isCut(script[stage]);
      const ok = (report as { ok: boolean }).ok && !cut;
      for (const line of cut ? farewellOf(script[stage]) : []) log.write(line);
      if (!cut) log.write(END_LINE);
      log.end();
      this.#states[stage] = { terminated: endOf(ok, cut ? cutReport(stage) : report, startedAt) };
      if (cut) return false;
      if (!ok) {
        await this.#tell('Failed');
        return true;
      }
      if (stage === 'publish') await this.#tell('Succeeded');
    }
    return true;
  }

  /** Waits as long as the stage runs; true when its pod was deleted before its end. */
  async #isCut({ hangs, holds }: StageScript): Promise<boolean> {
    if (hangs) await this.#deleted;
    if (!holds) return hangs ?? false;
    return Promise.race([this.#released(holds).then(() => false), this.#deleted.then(() => true)]);
  }

  async #tell(phase: string): Promise<void> {
    const { namespace, name } = this.#pod.metadata;
    const status = (stage: Stage) => ({
      name: stage,
      image: 'pretended',
      imageID: 'pretended',
      ready: false,
      restartCount: 0,
      state: this.#states[stage],
    });
    const told = {
      phase,
      startTime: this.#started,
      initContainerStatuses: [status('clone'), status('work'), status('prove')],
      containerStatuses: [status('publish')],
    };
    await this.#pods.patch({ namespace, name }, { status: told }, { subresource: 'status' });
  }
}
