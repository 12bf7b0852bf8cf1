import type { Key } from '../../engine.ts';
import { jobOf, type SessionKey, sessionOf } from './job-names.ts';
import { failureOf, type SeenPod } from './job-seen.ts';
import type { JobObject, PodObject } from './objects.ts';

/** A Job and its pods, as the watches told of them. */
export interface Tracked {
  session: SessionKey;
  job: JobObject;
  jobGone: boolean;
  pods: readonly SeenPod[];
}

interface Entry {
  session?: SessionKey;
  job?: JobObject;
  jobGone: boolean;
  /** By uid. Deleted pods stay as they were last seen: their end is recorded nowhere else. */
  pods: Map<string, SeenPod>;
}

/** Pods of one Job that are remembered after they are gone. */
const GONE_PODS_MAX = 3;

const textOf = ({ namespace, name }: Key): string => `${namespace}/${name}`;

/** True when `a` is an older state of the object than `b`, or the same; resource versions grow (KEP-5504). */
const isNotNewer = (a: JobObject, b: JobObject): boolean =>
  BigInt(a.metadata.resourceVersion ?? '0') <= BigInt(b.metadata.resourceVersion ?? '0');

/**
 * The last known state of every Job and its pods; deleted ones stay until forget is called. Each change returns the session whose Job
 * changed, or undefined if the Job does not belong to bgtask, is not known yet, or is not newer.
 */
export class JobCache {
  /** By the Jobs' uids; those of forgotten ones until the API server has them no more. */
  readonly #entries = new Map<string, Entry | 'forgotten'>();
  readonly #uids = new Map<string, string>();

  putJob(job: JobObject): SessionKey | undefined {
    const session = sessionOf(job);
    const entry = this.#entry(job.metadata.uid ?? '');
    // Our own write may be answered after the watch has told of what came later.
    if (!session || !entry || entry.jobGone || (entry.job && isNotNewer(job, entry.job))) return undefined;
    entry.job = job;
    entry.session = session;
    this.#uids.set(textOf(session), job.metadata.uid ?? '');
    return session;
  }

  dropJob(job: JobObject): SessionKey | undefined {
    const uid = job.metadata.uid ?? '';
    const entry = this.#entries.get(uid);
    if (!entry || entry === 'forgotten') {
      this.#entries.delete(uid);
      return undefined;
    }
    entry.job = job;
    entry.jobGone = true;
    return entry.session;
  }

  putPod(pod: PodObject, gone = false): SessionKey | undefined {
    const owner = jobOf(pod);
    const entry = owner && this.#entry(owner.uid);
    if (!entry) return undefined;
    entry.pods.set(pod.metadata.uid ?? '', { pod, gone });
    const past = [...entry.pods].filter(([, seen]) => seen.gone);
    for (const [uid] of past.slice(0, -GONE_PODS_MAX)) entry.pods.delete(uid);
    // Pods of a Job that was deleted before anybody looked: nothing will ever ask for them.
    if (!entry.job && [...entry.pods.values()].every((seen) => seen.gone)) this.#entries.delete(owner.uid);
    return entry.session;
  }

  get({ namespace, name, uid }: SessionKey): Tracked | undefined {
    const entry = this.#entries.get(this.#uids.get(textOf({ namespace, name })) ?? '');
    if (!entry || entry === 'forgotten' || !entry.job || !entry.session) return undefined;
    if (uid !== undefined && entry.session.uid !== uid) return undefined;
    return { session: entry.session, job: entry.job, jobGone: entry.jobGone, pods: [...entry.pods.values()] };
  }

  /** Sessions whose Jobs the API server has. */
  keys(): Key[] {
    return [...this.#entries.values()].flatMap((entry) =>
      entry === 'forgotten' || entry.jobGone || !entry.session
        ? []
        : [{ namespace: entry.session.namespace, name: entry.session.name }],
    );
  }

  /** The Jobs of a project that run and have no pod, in the order of their coming. */
  podless(namespace: string): Tracked[] {
    return [...this.#entries.values()].flatMap((entry) => {
      if (entry === 'forgotten' || entry.jobGone || entry.pods.size > 0) return [];
      const { session, job } = entry;
      if (!job || session?.namespace !== namespace || job.spec?.suspend || failureOf(job)) return [];
      return [{ session, job, jobGone: false, pods: [] }];
    });
  }

  /** Nothing more is said of this Job, whatever the watches still tell. */
  forget({ session, job, jobGone }: Pick<Tracked, 'session' | 'job' | 'jobGone'>): void {
    const uid = job.metadata.uid ?? '';
    if (jobGone) this.#entries.delete(uid);
    else this.#entries.set(uid, 'forgotten');
    if (this.#uids.get(textOf(session)) === uid) this.#uids.delete(textOf(session));
  }

  #entry(uid: string): Entry | undefined {
    const entry = this.#entries.get(uid);
    if (entry) return entry === 'forgotten' ? undefined : entry;
    const made: Entry = { jobGone: false, pods: new Map() };
    this.#entries.set(uid, made);
    return made;
  }
}
