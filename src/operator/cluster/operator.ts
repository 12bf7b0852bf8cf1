import { hostname } from 'node:os';
import { messageOf } from '../../domain/errors.ts';
import type { KubeClient, Tenure } from '../../engine/kubernetes/client/kube-client.ts';
import type { KubeObject } from '../../engine/kubernetes/client/objects.ts';
import { hasSidecars, servesGroup } from '../../engine/kubernetes/client/discovery.ts';
import { resource } from '../../engine/kubernetes/client/resource.ts';
import { NAMES, SETTINGS_KEY } from '../../engine/kubernetes/install/object.ts';
import type { JobConfig } from '../../engine/kubernetes/jobs/job-config.ts';
import { KubernetesJobs } from '../../engine/kubernetes/jobs/kubernetes-jobs.ts';
import { KubernetesStore } from '../../engine/kubernetes/store/kubernetes-store.ts';
import { Controller } from '../controller.ts';
import { type ConfigMap, followClusterSettings } from './cluster-settings.ts';
import { agentKeys } from '../../runner/agents/model-keys.ts';
import { type ClusterTraits, jobConfigOf } from './job-settings.ts';
import { endedTask } from './ended-task.ts';
import { lead, type Lease } from './leader.ts';
import { keptOfSession } from '../kept-session.ts';
import type { Metrics } from './metrics.ts';
import { numberIn } from './number-in.ts';
import { passLog } from './pass-log.ts';
import { Recorder } from './recorder.ts';
import { SettingsBook } from './settings-book.ts';

export interface OperatorOptions {
  env: NodeJS.ProcessEnv;
  log: (message: string, fields: Record<string, unknown>) => void;
}

/** Passes at once. */
const WORKERS = 32;

/** Tasks in one answer of a list: with their logs they are long, and many of them at once would decide how much memory the operator takes. */
const PAGE = 100;

/** Served by OpenShift alone: its SecurityContextConstraints give each namespace its ids. */
const OPENSHIFT_SECURITY = 'security.openshift.io';

const CONFIG_MAPS = { group: '', version: 'v1', plural: 'configmaps', namespaced: true };
const EVENTS = { group: '', version: 'v1', plural: 'events', namespaced: true };
const LEASES = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespaced: true };

/** One process of the operator: waits for the lease, and reconciles every task of the cluster while it holds it. */
export class Operator {
  readonly #options: OperatorOptions;
  readonly #client: KubeClient;
  readonly #metrics: Metrics;
  readonly #namespace: string;
  /** Ms of silence after which a watch is opened again; undefined: the default of watches. */
  readonly #silenceMs: number | undefined;
  readonly #settings = new SettingsBook();
  #failed = false;
  #state: 'standing by' | 'starting' | 'leading' = 'standing by';

  constructor(options: OperatorOptions, client: KubeClient, metrics: Metrics) {
    this.#options = options;
    this.#client = client;
    this.#metrics = metrics;
    this.#namespace = options.env['BGTASK_NAMESPACE'] ?? NAMES.namespace;
    const silence = numberIn(options.env, 'BGTASK_WATCH_SILENCE_SECONDS');
    this.#silenceMs = silence === undefined ? undefined : Math.max(1, silence) * 1000;
  }

  get healthy(): boolean {
    return !this.#failed;
  }

  /** A standby is ready too: it is there to take over. */
  get ready(): boolean {
    return this.#state !== 'starting' && !this.#failed;
  }

  /** Its namespace, and the name of its pod. */
  get place(): { namespace: string; identity: string } {
    return { namespace: this.#namespace, identity: this.#identity };
  }

  get #identity(): string {
    return this.#options.env['BGTASK_POD'] ?? `${hostname()}-${process.pid}`;
  }

  run(signal: AbortSignal): Promise<'stopped' | 'lost'> {
    const leases = resource<Lease>(this.#client, LEASES);
    const { log } = this.#options;
    return lead(
      { leases, namespace: this.#namespace, name: NAMES.lease, identity: this.#identity, log },
      signal,
      (leading, tenure) => this.#work(leading, tenure),
    );
  }

  /** Settings first, then Jobs, then tasks: no pass is made on half of what there is. */
  async #work(signal: AbortSignal, tenure: Tenure): Promise<void> {
    this.#state = 'starting';
    const client = this.#client.during(tenure);
    const recorder = new Recorder(resource<KubeObject>(client, EVENTS), this.#identity, this.#options.log);
    const both = new AbortController();
    const stop = (): void => both.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      const image = this.#options.env['BGTASK_RUNNER_IMAGE'] ?? 'bgtask:latest';
      const onProblem = (sentence: string): void =>
        this.#options.log('a watch is repeated', { because: sentence });
      const traits = await this.#traits(client, both.signal);
      const config = (project: string): JobConfig => jobConfigOf(this.#settings.of(project), image, traits);
      const silenceMs = this.#silenceMs;
      const stageBytes = (project: string): number => this.#settings.of(project).logs.maxBytes;
      const jobs = new KubernetesJobs(client, {
        config,
        modelKeys: await agentKeys(),
        stageBytes,
        onProblem,
        watch: { silenceMs },
      });
      const store = new KubernetesStore(client, {
        onProblem,
        silenceMs,
        pageSize: PAGE,
        kept: { AgenticSession: keptOfSession },
      });
      await this.#together(both, [
        (ready) => this.#followSettings({ client, recorder }, both.signal, ready),
        (ready) => jobs.run(both.signal, ready),
        () => this.#control({ store, jobs }, recorder, both.signal),
      ]);
    } catch (error) {
      this.#failed = true;
      throw error;
    } finally {
      stop();
      signal.removeEventListener('abort', stop);
    }
  }

  async #traits(client: KubeClient, signal: AbortSignal): Promise<ClusterTraits> {
    const [assignsIds, sidecars] = await Promise.all([
      servesGroup(client, OPENSHIFT_SECURITY, signal),
      hasSidecars(client, signal),
    ]);
    return { ...(assignsIds && { assignsIds }), ...(sidecars && { hasSidecars: true }) };
  }

  /** Starts each once the one before is ready; the first that fails ends all. */
  async #together(
    all: AbortController,
    parts: readonly ((ready: () => void) => Promise<void>)[],
  ): Promise<void> {
    const running: Promise<void>[] = [];
    for (const part of parts)
      await new Promise<void>((ready, failed) => {
        const run = part(ready);
        running.push(run);
        run.then(ready, (error: unknown) => {
          all.abort();
          failed(error);
        });
      });
    await Promise.all(running);
  }

  #followSettings(
    { client, recorder }: { client: KubeClient; recorder: Recorder },
    signal: AbortSignal,
    ready: () => void,
  ): Promise<void> {
    return followClusterSettings(
      {
        configMaps: resource<ConfigMap>(client, CONFIG_MAPS),
        namespace: this.#namespace,
        name: NAMES.config,
        key: SETTINGS_KEY,
        silenceMs: this.#silenceMs,
        onChange: (settings) => {
          this.#settings.setCluster(settings);
          this.#options.log('settings taken', {});
        },
        onProject: (project, narrowing) => {
          this.#settings.setProject(project, narrowing);
          this.#options.log('settings taken', { project });
        },
        onProblem: (sentence, { metadata: { namespace = '', name, uid } }) => {
          this.#options.log('settings refused', { error: sentence });
          const object = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name, uid };
          recorder.record(object, {
            type: 'Warning',
            reason: 'InvalidSettings',
            message: `${sentence} The previous settings remain in effect.`,
          });
        },
      },
      signal,
      ready,
    );
  }

  async #control(
    engine: { store: KubernetesStore; jobs: KubernetesJobs },
    recorder: Recorder,
    signal: AbortSignal,
  ): Promise<void> {
    const log = passLog(this.#options.log);
    const controller = new Controller({
      engine,
      settings: (project) => this.#settings.of(project),
      workers: WORKERS,
      log: (message, fields) => {
        if (fields['error'] !== undefined) this.#metrics.failed();
        log(message, fields);
      },
      onPass: ({ rule, seconds }) => this.#metrics.pass(rule, seconds),
      onStart: (task) => this.#metrics.tasks.jobStarted(task, new Date()),
      onPhase: (task) => recorder.phaseChanged(task),
      onEnd: (task, job) => {
        const ended = endedTask(task, job);
        this.#metrics.tasks.ended(ended);
        log('task ended', { ...ended });
      },
      onSynced: () => {
        this.#state = 'leading';
        log('reconciling', {});
      },
    });
    this.#metrics.sources = {
      tasks: () => controller.tasks(),
      queueDepth: () => controller.queueDepth,
      leads: () => this.#state === 'leading',
    };
    try {
      await controller.run(signal);
    } catch (error) {
      log('controller failed', { error: messageOf(error) });
      throw error;
    }
  }
}
