import { hasCode } from '../../../domain/errors.ts';
import type { JobResources } from './direct-reads.ts';
import type { Tracked } from './job-cache.ts';
import { FATE_ANNOTATION, QUEUE_LABEL, STOPPED_ANNOTATION } from './job-names.ts';
import { failureOf, type Fate, isLive, isStopped } from './job-seen.ts';
import { GRACE_SECONDS } from './layout.ts';
import type { JobObject } from './objects.ts';

/** Milliseconds after its deadline within which the Job controller ends a Job, so that its status says why. */
const OWN_END = 10_000;
/** Milliseconds after which pods that the Job controller did not delete are deleted for it, and again. */
const CONTROLLER_TIME = 5000;

const ignoreMissing = (error: unknown): undefined => {
  if (hasCode(error, 'NotFound', 'Conflict')) return undefined;
  throw error;
};

/**
 * Ends Jobs by suspending them. The Job controller deletes the pods of a suspended Job and creates no new ones, but the Job stays: unlike a deleted
 * Job it still shows what it was, also to an operator that restarts.
 */
export class Stopper {
  readonly #resources: Pick<JobResources, 'jobs' | 'pods'>;
  /** By the Jobs' uids: since when their end has been awaited, in ms. */
  readonly #asked = new Map<string, number>();

  constructor(resources: Pick<JobResources, 'jobs' | 'pods'>) {
    this.#resources = resources;
  }

  /**
   * Ends a Job that is not finished; its new state where that is known. `fate` is written down, since its witness goes, and `keep` is called before
   * anything of it does.
   */
  async stop(
    tracked: Tracked,
    fate: Fate | undefined,
    keep: () => Promise<void>,
  ): Promise<JobObject | undefined> {
    const { job } = tracked;
    const now = Date.now();
    const asked = this.#asked.get(job.metadata.uid ?? '');
    if (asked !== undefined && now - asked < CONTROLLER_TIME) return undefined;
    if (!tracked.jobGone && !isStopped(job) && !failureOf(job)) {
      if (endsItself(job, now)) return undefined;
      await keep();
      this.#asked.set(job.metadata.uid ?? '', Date.now());
      return this.#suspend(job, fate);
    }
    this.#asked.set(job.metadata.uid ?? '', now);
    if (asked !== undefined) await this.#deletePods(tracked);
    return undefined;
  }

  forget(uid: string): void {
    this.#asked.delete(uid);
  }

  async #suspend({ metadata }: JobObject, fate: Fate | undefined): Promise<JobObject | undefined> {
    const { namespace, name, uid } = metadata;
    const annotations = {
      [STOPPED_ANNOTATION]: new Date().toISOString(),
      ...(fate && { [FATE_ANNOTATION]: JSON.stringify(fate) }),
    };
    // Kueue resumes a Job of its queues that is admitted.
    const labels = { [QUEUE_LABEL]: null };
    const patch = { metadata: { uid, annotations, labels }, spec: { suspend: true } };
    try {
      return await this.#resources.jobs.patch({ namespace, name }, patch);
    } catch (error) {
      this.#asked.delete(uid ?? '');
      return ignoreMissing(error);
    }
  }

  async #deletePods({ pods }: Tracked): Promise<void> {
    for (const seen of pods) {
      const { namespace, name, uid, deletionTimestamp } = seen.pod.metadata;
      if (!isLive(seen) || deletionTimestamp) continue;
      await this.#resources.pods
        .delete({ namespace, name }, { uid, gracePeriodSeconds: GRACE_SECONDS })
        .catch(ignoreMissing);
    }
  }
}

/** True for the moments after a Job's own deadline: what it says then is the better word. */
function endsItself({ spec, status }: JobObject, now: number): boolean {
  if (!status?.startTime || !spec?.activeDeadlineSeconds || spec.suspend) return false;
  const over = now - Date.parse(status.startTime) - spec.activeDeadlineSeconds * 1000;
  // The operator's clock and the Job's differ by the time the Job controller took to see it, and times of status are whole seconds.
  return over >= -2000 && over < OWN_END;
}
