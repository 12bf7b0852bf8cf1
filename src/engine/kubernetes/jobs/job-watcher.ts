import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Key } from '../../engine.ts';
import { listWatch, type ListWatchOptions } from '../client/list-watch.ts';
import { Announcer, type AnnounceTimes } from './announcer.ts';
import type { JobResources } from './direct-reads.ts';
import { JobCache, type Tracked } from './job-cache.ts';
import { JOB_SELECTOR, type SessionKey, sessionOf } from './job-names.ts';
import { type JobSeen, newestPod, type SeenPod } from './job-seen.ts';
import { keptOfJob, keptOfPod } from './kept.ts';
import { linkedAbort } from './linked-abort.ts';
import type { StreamTimes } from './logs/container-log.ts';
import { LogFollowers } from './logs/log-followers.ts';
import type { PodLog } from './logs/pod-log.ts';
import { emptyFolder, type SpoolLimits, SpoolSpace } from './logs/spool.ts';
import type { JobObject } from './objects.ts';
import { RoomWatch } from './room-watch.ts';
import { StuckJobs } from './stuck-jobs.ts';
import { told } from './told.ts';

export interface WatcherOptions {
  /** One project; every project when absent. */
  namespace?: string;
  /** Where logs lie until they are archived; emptied at the beginning. */
  spoolFolder: string;
  /** Bytes that all logs there may take together. */
  spoolBytes: number;
  /** Bytes of one stage's log. */
  spoolLimits: SpoolLimits;
  /** Bytes of log that one stage of a project may write; what it writes beyond is not read. */
  stageBytes: (project: string) => number;
  /** Logs that are followed at once. */
  streams: number;
  streamTimes: Partial<StreamTimes>;
  announce: AnnounceTimes;
  /** Milliseconds for which a Job stays in the cache after another user or process deleted it. */
  remember: number;
  watch: Pick<ListWatchOptions<unknown>, 'pageSize' | 'watchSeconds' | 'slackMs' | 'silenceMs' | 'backoffMs'>;
  /** Told when a watch failed; it goes on by itself. */
  onProblem: (sentence: string) => void;
}

const MIB = 1_048_576;

/** The most that the settings let one stage write. */
const STAGE_BYTES = 1024 * MIB;

const DEFAULTS: WatcherOptions = {
  spoolFolder: join(tmpdir(), 'bgtask-logs'),
  spoolBytes: 512 * MIB,
  spoolLimits: { head: 4 * MIB, tail: 4 * MIB },
  stageBytes: () => STAGE_BYTES,
  streams: 500,
  streamTimes: {},
  announce: { step: 1000, text: 10_000 },
  remember: 600_000,
  watch: {},
  onProblem: () => undefined,
};

const textOf = ({ namespace, name }: Key): string => `${namespace}/${name}`;
const byNamespaceAndName = (a: Key, b: Key): number => (textOf(a) < textOf(b) ? -1 : 1);

/** Everything that the operator knows of Jobs without asking: two watches, and the logs of all pods. */
export class JobWatcher {
  readonly #options: WatcherOptions;
  readonly #resources: JobResources;
  readonly #tell: (key: Key) => void;
  readonly #cache = new JobCache();
  readonly #followers: LogFollowers;
  readonly #stuck: StuckJobs;
  readonly #room: RoomWatch;
  readonly #announcer: Announcer;
  readonly #leaving = new Set<NodeJS.Timeout>();

  constructor(resources: JobResources, options: Partial<WatcherOptions>, tell: (key: Key) => void) {
    const all = { ...DEFAULTS, ...options };
    this.#options = all;
    this.#resources = resources;
    this.#tell = tell;
    this.#announcer = new Announcer(all.announce, () => this.#followers.size, tell);
    this.#stuck = new StuckJobs(resources.events, (key) => this.#cache.get(key), tell);
    const { namespace, watch, onProblem } = all;
    this.#room = new RoomWatch({
      quotas: resources.quotas,
      jobs: resources.jobs,
      podless: (project) => this.#cache.podless(project),
      tell,
      watch: { ...watch, namespace, onProblem },
    });
    this.#followers = new LogFollowers({
      pods: resources.pods,
      spool: {
        folder: emptyFolder(all.spoolFolder),
        limits: all.spoolLimits,
        space: new SpoolSpace(all.spoolBytes),
      },
      stageBytes: all.stageBytes,
      streams: all.streams,
      times: all.streamTimes,
      onNews: (key, news) => this.#announcer.note(key, news),
    });
  }

  /** Watches until the signal aborts; `ready` is called once everything there is has been seen. Rejects when the first list fails. */
  async run(signal: AbortSignal, ready: () => void): Promise<void> {
    const life = linkedAbort(signal);
    const { namespace, watch, onProblem } = this.#options;
    const common = { ...watch, namespace, labelSelector: JOB_SELECTOR, signal: life.signal, onProblem };
    try {
      const jobs = told(listWatch(this.#resources.jobs, { ...common, transform: keptOfJob }), (job, gone) =>
        gone ? this.#dropJob(job) : this.putJob(job),
      );
      const pods = told(listWatch(this.#resources.pods, { ...common, transform: keptOfPod }), (pod, gone) =>
        this.#changed(this.#cache.putPod(pod, gone)),
      );
      // Looked at below, when both are synced.
      for (const { ended } of [jobs, pods]) ended.catch(() => undefined);
      await Promise.all([jobs.synced, pods.synced]);
      if (!signal.aborted) ready();
      await Promise.all([jobs.ended, pods.ended, this.#room.run(life.signal)]);
    } finally {
      life.abort();
      this.#announcer.close();
      this.#stuck.close();
      for (const timer of this.#leaving) clearTimeout(timer);
      await this.#followers.close();
    }
  }

  /** The Job of a session was refused with these words: for want of room, it is told of when that may have changed. */
  refused(session: Key, words: string): void {
    this.#room.refused(session, words);
  }

  find(session: SessionKey): Tracked | undefined {
    return this.#cache.get(session);
  }

  /** In order of namespace and name. */
  keys(): Key[] {
    return this.#cache.keys().sort(byNamespaceAndName);
  }

  /** What the stages and the cluster said of a Job. */
  said(tracked: Tracked): Pick<JobSeen, 'live' | 'events'> {
    const pod = newestPod(tracked.pods);
    return { live: this.#followers.live(pod?.pod.metadata.uid ?? ''), events: this.#stuck.events(tracked) };
  }

  /** A pod's whole log, once it has been read, at most after `ms`. */
  whole({ pod }: SeenPod, ms: number): Promise<PodLog | undefined> {
    return this.#followers.whole(pod.metadata.uid ?? '', ms);
  }

  /** True while a pod's log is being read. */
  isReading({ pod }: SeenPod): boolean {
    return this.#followers.isReading(pod.metadata.uid ?? '');
  }

  /** What a pod's log has come to by now, once it has been read, at most after `ms`. */
  soFar({ pod }: SeenPod, ms: number): Promise<PodLog | undefined> {
    return this.#followers.soFar(pod.metadata.uid ?? '', ms);
  }

  /** A Job's newest state, from a watch or as the answer to a write of our own. */
  putJob(job: JobObject): void {
    const session = sessionOf(job);
    const earlier = session && this.#cache.get({ namespace: session.namespace, name: session.name });
    if (earlier && earlier.job.metadata.uid !== job.metadata.uid) {
      // The late answer to a write to a Job that another one has followed since.
      if ((job.metadata.creationTimestamp ?? '') < (earlier.job.metadata.creationTimestamp ?? '')) return;
      this.forget(earlier);
    }
    this.#changed(this.#cache.putJob(keptOfJob(job)));
  }

  /** Drops all that is kept of a Job that is not needed any more. */
  forget(tracked: Tracked): void {
    this.#cache.forget(tracked);
    this.#stuck.forget(tracked.job.metadata.uid ?? '');
    this.#announcer.forget(tracked.session);
    for (const { pod } of tracked.pods) this.#followers.forget(pod.metadata.uid ?? '');
  }

  #dropJob(job: JobObject): void {
    const session = this.#cache.dropJob(job);
    if (!session) return;
    // Deleted by a user, or with its session: callers can still read for some time how it ended.
    const timer = setTimeout(() => {
      this.#leaving.delete(timer);
      const tracked = this.#cache.get(session);
      if (tracked && tracked.job.metadata.uid === job.metadata.uid) this.forget(tracked);
    }, this.#options.remember);
    this.#leaving.add(timer.unref());
    this.#changed(session);
  }

  #changed(session: SessionKey | undefined): void {
    const tracked = session && this.#cache.get(session);
    if (!tracked) return;
    const newest = newestPod(tracked.pods);
    for (const seen of tracked.pods) {
      // Replaced: what counts is in the pod after it.
      if (seen.gone && seen !== newest) this.#followers.forget(seen.pod.metadata.uid ?? '');
      else this.#followers.update(tracked.session, seen);
    }
    this.#stuck.update(tracked);
    this.#tell(tracked.session);
  }
}
