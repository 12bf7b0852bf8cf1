import type { AgenticSession } from '../../../api/types.ts';
import type { ModelKeys } from '../../../domain/credentials.ts';
import { BgtaskError, hasCode, messageOf } from '../../../domain/errors.ts';
import { type KeptChange, notKept } from '../../../domain/kept-change.ts';
import type { JobEngine, JobObservation, Key } from '../../engine.ts';
import { ChangeHub } from '../../local/jobs/change-hub.ts';
import type { RunnerInput } from '../../runner-input.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { jobResources, type JobResources, readJob } from './direct-reads.ts';
import { buildJob } from './job.ts';
import type { Tracked } from './job-cache.ts';
import type { JobConfig } from './job-config.ts';
import { belongsTo, isRetired, JOB_SELECTOR, type SessionKey, sessionOf } from './job-names.ts';
import { clockOf } from './job-clock.ts';
import { currentPod, type JobSeen, newestPod } from './job-seen.ts';
import { JobWatcher, type WatcherOptions } from './job-watcher.ts';
import { JobKeeper, LAST_WORDS } from './job-keeper.ts';
import { jobText } from './logs/job-text.ts';
import { lacksAccount } from './fates/unstarted.ts';
import { linkedAbort } from './linked-abort.ts';
import { begunOf, jobFacts } from './pod-facts.ts';
import { ProjectObjects } from './project-objects.ts';
import { retire } from './retire.ts';
import { Stopper } from './stopper.ts';

export interface KubernetesJobsOptions extends Partial<WatcherOptions> {
  /** The settings of Jobs in a project. Absent, as `modelKeys`, in processes that do not start Jobs: the command line and the server. */
  config?: (project: string) => JobConfig;
  modelKeys?: ModelKeys;
}

/**
 * Jobs of a cluster. The operator calls `run`: then every call but start, stop, archive and remove is answered from what the watches told, and the
 * logs of all pods are followed. Without it each call reads what it needs, and `changes` tells nothing.
 */
export class KubernetesJobs implements JobEngine {
  readonly #resources: JobResources;
  readonly #keeper: JobKeeper;
  readonly #stopper: Stopper;
  readonly #projects: ProjectObjects;
  readonly #options: KubernetesJobsOptions;
  readonly #hub = new ChangeHub();
  #watcher: JobWatcher | undefined;

  constructor(client: KubeClient, options: KubernetesJobsOptions = {}) {
    this.#options = options;
    this.#resources = jobResources(client);
    this.#keeper = new JobKeeper(this.#resources.configMaps, () => this.#watcher, options.onProblem);
    this.#stopper = new Stopper(this.#resources);
    this.#projects = new ProjectObjects(client);
  }

  /**
   * Watches Jobs and pods and follows their logs until the signal aborts. `ready` is called when everything there is has been seen: list and observe
   * are to be trusted from then on. Rejects when the cluster does not let them be read.
   */
  async run(signal: AbortSignal, ready: () => void): Promise<void> {
    const watcher = new JobWatcher(this.#resources, this.#options, (key) => this.#hub.emit(key));
    try {
      await watcher.run(signal, () => {
        this.#watcher = watcher;
        ready();
      });
    } finally {
      this.#watcher = undefined;
    }
  }

  async start(session: AgenticSession, input: RunnerInput): Promise<'started' | 'exists'> {
    const { namespace } = session.metadata;
    const { config, modelKeys } = this.#options;
    if (!config || !modelKeys) throw new BgtaskError('Forbidden', 'Only the operator starts Jobs.');
    const job = buildJob(session, input, config(namespace), modelKeys);
    await this.#projects.ensure(namespace, config(namespace));
    try {
      this.#watcher?.putJob(await this.#resources.jobs.create(job));
      return 'started';
    } catch (error) {
      if (hasCode(error, 'Forbidden')) this.#watcher?.refused(session.metadata, messageOf(error));
      if (!hasCode(error, 'AlreadyExists')) throw error;
    }
    const found = await this.#resources.jobs.get(job.metadata);
    if (found && isRetired(found))
      await this.#resources.jobs.delete(found.metadata, { propagation: 'Background' });
    else if (found && belongsTo(found, session.metadata)) return 'exists';
    return this.#clearEarlier(found?.metadata.name ?? job.metadata.name, found && sessionOf(found));
  }

  async observe(session: SessionKey): Promise<JobObservation | undefined> {
    const tracked = await this.#find(session);
    if (!tracked) return undefined;
    const seen = this.#seen(tracked);
    await this.#mendAccount(seen);
    const facts = jobFacts(seen);
    const pod = newestPod(tracked.pods);
    if (!facts.finished || !pod || !this.#watcher) return facts;
    // The end of a log may come after the end of its container was told.
    await this.#watcher.whole(pod, LAST_WORDS);
    return jobFacts(this.#seen(tracked));
  }

  async stop(session: SessionKey): Promise<void> {
    const tracked = await this.#find(session);
    if (!tracked) return;
    const { finished, fate } = jobFacts(this.#seen(tracked));
    if (finished) return;
    const stopped = await this.#stopper.stop(tracked, fate, () => this.#keeper.keepSoFar(tracked));
    if (stopped) this.#watcher?.putJob(stopped);
  }

  async keepLog(session: SessionKey): Promise<void> {
    const tracked = await this.#find(session);
    if (tracked && !this.#keeper.hasKept(tracked)) await this.#keeper.keepSoFar(tracked);
  }

  async extend(session: SessionKey): Promise<void> {
    const tracked = await this.#find(session);
    if (!tracked) return;
    const seen = this.#seen(tracked);
    const pod = currentPod(seen);
    const clock = clockOf(seen, pod && begunOf(pod));
    if (!clock || clock.in > 0) return;
    const { namespace, name, uid } = tracked.job.metadata;
    const patch = { metadata: { uid }, spec: { activeDeadlineSeconds: clock.seconds } };
    this.#watcher?.putJob(await this.#resources.jobs.patch({ namespace, name }, patch));
  }

  async archive(session: SessionKey): Promise<string | undefined> {
    return this.#keeper.archive(session, await this.#find(session));
  }

  async keepChange(session: SessionKey): Promise<KeptChange | undefined> {
    const tracked = await this.#find(session);
    const kept = await this.#keeper.keepChange(session, tracked);
    return kept ?? (tracked && notKept(jobFacts(this.#seen(tracked))));
  }

  patch(session: SessionKey): Promise<Uint8Array | undefined> {
    return this.#keeper.patch(session);
  }

  async remove(session: SessionKey): Promise<void> {
    const tracked = await this.#find(session);
    if (!tracked) return;
    const { name, uid = '' } = tracked.job.metadata;
    if (!jobFacts(this.#seen(tracked)).finished)
      throw new BgtaskError('Conflict', `The Job ${name} has not finished`, { hint: 'Stop it first.' });
    if (!tracked.jobGone) await retire(this.#resources, tracked);
    this.#watcher?.forget(tracked);
    this.#stopper.forget(uid);
    this.#keeper.forget(uid);
    this.#hub.emit(session);
  }

  async list(): Promise<Key[]> {
    if (this.#watcher) return this.#watcher.keys();
    const { items } = await this.#resources.jobs.list({
      namespace: this.#options.namespace,
      labelSelector: JOB_SELECTOR,
    });
    return items.flatMap((job) => {
      const session = sessionOf(job);
      return session ? [{ namespace: session.namespace, name: session.name }] : [];
    });
  }

  async *logs(
    session: SessionKey,
    options: { follow: boolean; signal: AbortSignal },
  ): AsyncGenerator<string> {
    const { streamTimes } = this.#options;
    yield* jobText(session, {
      ...options,
      resources: this.#resources,
      archive: this.#keeper.logs,
      times: streamTimes,
    });
    if (options.follow && this.#watcher) await this.#untilFinished(session, options.signal);
  }

  changes(signal: AbortSignal): AsyncIterable<Key> {
    return this.#hub.changes(signal);
  }

  /** A reader of a log watches for itself: what it saw of the Job's end, observe must show too. */
  async #untilFinished(session: SessionKey, signal: AbortSignal): Promise<void> {
    const listening = linkedAbort(signal);
    try {
      const changes = this.#hub.changes(listening.signal);
      const job = await this.observe(session);
      if (!job || job.finished) return;
      for await (const { namespace, name } of changes) {
        if (namespace !== session.namespace || name !== session.name) continue;
        if ((await this.observe(session))?.finished !== false) return;
      }
    } finally {
      listening.abort();
    }
  }

  async #find(session: SessionKey): Promise<Tracked | undefined> {
    return this.#watcher ? this.#watcher.find(session) : readJob(this.#resources, session);
  }

  /** The Job controller tries again by itself to make a pod that lacked its account. */
  async #mendAccount({ job, pods, events }: JobSeen): Promise<void> {
    const { namespace } = job.metadata;
    const config = this.#options.config?.(namespace);
    if (config && pods.length === 0 && lacksAccount(events))
      await this.#projects.renewAccount(namespace, config);
  }

  #seen(tracked: Tracked): JobSeen {
    const { job, jobGone, pods } = tracked;
    const { waiting } = this.#options.config?.(job.metadata.namespace) ?? {};
    const seen = { job, jobGone, pods, now: new Date(), ...(waiting !== undefined && { waiting }) };
    return { ...seen, live: { logTail: '' }, ...this.#watcher?.said(tracked) };
  }

  /** An earlier session's Job of the same name makes room, once it has finished. */
  async #clearEarlier(name: string, session: SessionKey | undefined): Promise<never> {
    const earlier = session && (await this.observe(session));
    if (session && earlier) await (earlier.finished ? this.remove(session) : this.stop(session));
    throw new BgtaskError('Conflict', `The Job ${name} of a deleted task of the same name is still there`, {
      hint: session
        ? 'The task starts when it is gone.'
        : `bgtask did not create it: delete it, or choose another name for the task.`,
    });
  }
}
