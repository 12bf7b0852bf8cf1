import type { SessionKey } from './job-names.ts';
import type { Tracked } from './job-cache.ts';
import { currentPod, isFinished, isLive, isStopped, newestPod } from './job-seen.ts';
import { currentStage, containerState } from './stage-facts.ts';
import type { EventObject } from './objects.ts';
import { isUnbegun } from './fates/unstarted.ts';
import type { Resource } from '../client/resource.ts';

/** Milliseconds until a Job that does not move is looked at again; the last one repeats. */
const LOOKS = [10_000, 20_000, 30_000, 60_000];
/** Milliseconds for which a pod may be prepared on its node before its events are read to see what delays it: images are pulled meanwhile. */
const PREPARE = 60_000;

interface Entry {
  timer: NodeJS.Timeout;
  looks: number;
  events: readonly EventObject[];
}

/**
 * Looks again at Jobs of which nothing runs and nothing happens: a grace may be over, and for a Job without a pod, or a pod that does not begin,
 * only events say why.
 */
export class StuckJobs {
  readonly #events: Resource<EventObject>;
  readonly #find: (key: SessionKey) => Tracked | undefined;
  readonly #tell: (key: SessionKey) => void;
  readonly #entries = new Map<string, Entry>();

  constructor(
    events: Resource<EventObject>,
    find: (key: SessionKey) => Tracked | undefined,
    tell: (key: SessionKey) => void,
  ) {
    this.#events = events;
    this.#find = find;
    this.#tell = tell;
  }

  /** What the cluster said of a Job that is stuck. */
  events(job: Tracked): readonly EventObject[] {
    return this.#entries.get(job.job.metadata.uid ?? '')?.events ?? [];
  }

  /** A Job has changed. */
  update(job: Tracked): void {
    const uid = job.job.metadata.uid ?? '';
    const entry = this.#entries.get(uid);
    if (!isWaiting(job)) return this.forget(uid);
    if (!entry) this.#entries.set(uid, { looks: 0, events: [], timer: this.#later(job.session, uid, 0) });
  }

  forget(uid: string): void {
    clearTimeout(this.#entries.get(uid)?.timer);
    this.#entries.delete(uid);
  }

  close(): void {
    for (const uid of this.#entries.keys()) this.forget(uid);
  }

  #later(key: SessionKey, uid: string, looks: number): NodeJS.Timeout {
    const timer = setTimeout(() => void this.#look(key, uid), LOOKS[Math.min(looks, LOOKS.length - 1)]);
    return timer.unref();
  }

  async #look(key: SessionKey, uid: string): Promise<void> {
    const job = this.#find(key);
    const entry = this.#entries.get(uid);
    if (!entry) return;
    if (!job || job.job.metadata.uid !== uid || !isWaiting(job)) return this.forget(uid);
    const subject = subjectOf(job);
    if (subject) entry.events = await this.#read(key.namespace, subject, entry.events);
    // Forgotten while the events were read.
    if (this.#entries.get(uid) !== entry) return;
    entry.looks++;
    entry.timer = this.#later(key, uid, entry.looks);
    this.#tell(key);
  }

  async #read(
    namespace: string,
    uid: string,
    before: readonly EventObject[],
  ): Promise<readonly EventObject[]> {
    try {
      return (await this.#events.list({ namespace, fieldSelector: `involvedObject.uid=${uid}`, limit: 50 }))
        .items;
    } catch {
      // Without them the task waits until its deadline; the next look asks again.
      return before;
    }
  }
}

/** True for a Job that has begun nothing, or whose next stage does not begin. */
function isWaiting(job: Tracked): boolean {
  if (job.jobGone || isStopped(job.job) || isFinished({ ...job, live: { logTail: '' }, now: new Date() }))
    return false;
  const pod = currentPod({ ...job, live: { logTail: '' }, now: new Date() });
  if (!pod) return true;
  if (!isLive(pod)) return false;
  const stage = currentStage(pod);
  return stage !== undefined && !containerState(pod.pod, stage)?.running;
}

/** The uid of the object whose events may say more than its status does. */
function subjectOf({ pods, job }: Tracked): string | undefined {
  const pod = newestPod(pods);
  if (!pod) return job.metadata.uid;
  const since = pod.pod.status?.startTime;
  const prepared = since !== undefined && Date.now() - Date.parse(since) >= PREPARE;
  return prepared && isUnbegun(pod) ? pod.pod.metadata.uid : undefined;
}
