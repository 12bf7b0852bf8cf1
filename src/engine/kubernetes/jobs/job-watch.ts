import { jobName } from '../../../api/names.ts';
import { listWatch } from '../client/list-watch.ts';
import { type JobResources, podsOf } from './direct-reads.ts';
import { JobCache, type Tracked } from './job-cache.ts';
import type { SessionKey } from './job-names.ts';
import type { SeenPod } from './job-seen.ts';
import { keptOfJob, keptOfPod } from './kept.ts';
import { linkedAbort } from './linked-abort.ts';
import { PodView } from './logs/pod-view.ts';
import { told } from './told.ts';

const LONG = 60_000;

/** One session's Job, kept up to date for a reader of its log. */
export class JobWatch {
  readonly #cache = new JobCache();
  readonly #key: SessionKey;
  readonly #life: { signal: AbortSignal; abort: () => void };
  readonly #views = new Map<string, PodView>();
  #wake: () => void = () => undefined;
  #changed = false;

  private constructor(key: SessionKey, signal: AbortSignal) {
    this.#key = key;
    this.#life = linkedAbort(signal);
    this.#life.signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Resolves when everything there is has been told. Rejects when the cluster does not let it be read. */
  static async open(resources: JobResources, key: SessionKey, signal: AbortSignal): Promise<JobWatch> {
    const watch = new JobWatch(key, signal);
    try {
      await watch.#begin(resources);
      return watch;
    } catch (error) {
      watch.close();
      throw error;
    }
  }

  get job(): Tracked | undefined {
    return this.#cache.get(this.#key);
  }

  /** A pod of the Job, as it is from now on. */
  view(seen: SeenPod): PodView {
    const uid = seen.pod.metadata.uid ?? '';
    const view = this.#views.get(uid) ?? new PodView(seen, this.#life.signal);
    this.#views.set(uid, view);
    return view;
  }

  /** Until the Job or a pod of it has changed since the last call. */
  async changed(): Promise<void> {
    if (!this.#changed && !this.#life.signal.aborted)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, LONG);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.#changed = false;
  }

  close(): void {
    this.#life.abort();
  }

  async #begin({ jobs, pods }: JobResources): Promise<void> {
    const { namespace, name } = this.#key;
    const { signal } = this.#life;
    const oneJob = {
      namespace,
      fieldSelector: `metadata.name=${jobName(name)}`,
      transform: keptOfJob,
      signal,
    };
    const itsPods = { ...podsOf(this.#key), transform: keptOfPod, signal };
    const jobsTold = told(listWatch(jobs, oneJob), (job, gone) => {
      if (gone) this.#cache.dropJob(job);
      else this.#cache.putJob(job);
      this.#tell();
    });
    const podsTold = told(listWatch(pods, itsPods), (pod, gone) => {
      this.#cache.putPod(pod, gone);
      this.#views.get(pod.metadata.uid ?? '')?.update({ pod, gone });
      this.#tell();
    });
    for (const { ended } of [jobsTold, podsTold]) ended.catch(() => this.close());
    await Promise.all([jobsTold.synced, podsTold.synced]);
  }

  #tell(): void {
    this.#changed = true;
    this.#wake();
  }
}
