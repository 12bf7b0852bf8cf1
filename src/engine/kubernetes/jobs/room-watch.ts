import { hasCode, messageOf } from '../../../domain/errors.ts';
import type { Key } from '../../engine.ts';
import { listWatch, type ListWatchOptions } from '../client/list-watch.ts';
import type { KubeObject } from '../client/objects.ts';
import type { Resource } from '../client/resource.ts';
import type { Tracked } from './job-cache.ts';
import type { JobObject } from './objects.ts';

export interface RoomWatchOptions {
  quotas: Resource<KubeObject>;
  jobs: Resource<JobObject>;
  /** A project's Jobs that have no pod. */
  podless: (namespace: string) => Tracked[];
  /** Told of a session whose Job may be made now. */
  tell: (key: Key) => void;
  watch: Omit<ListWatchOptions<KubeObject>, 'signal' | 'transform'>;
}

/** Milliseconds for which news of one project's quotas are gathered: they come with each pod that begins or ends. */
const GATHER = 500;
/** Who is tried again at once when there may be room: more would wake a crowd for each pod that ends. The others come when these have begun, or by and by. */
const AT_ONCE = 5;
/** Makes the Job controller look at its Job: it waits up to a minute between two attempts to make a pod (MaxJobApiBackOff), but 1 s after any change of the Job. */
const ROOM_ANNOTATION = 'ambient-code.io/room';

/** Wakes those who wait for room in a project's quotas when these change, instead of letting them wait for their next attempt. */
export class RoomWatch {
  readonly #options: RoomWatchOptions;
  /** Sessions whose Job was refused for want of room, by project. */
  readonly #refused = new Map<string, Map<string, Key>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(options: RoomWatchOptions) {
    this.#options = options;
  }

  /** A session's Job was refused with these words of the API server. */
  refused({ namespace, name }: Key, words: string): void {
    if (!/quota/i.test(words)) return;
    const waiting = this.#refused.get(namespace) ?? new Map<string, Key>();
    this.#refused.set(namespace, waiting.set(name, { namespace, name }));
  }

  /** Watches until the signal aborts. If quotas may not be read, it reports that and ends: then each task waits for its next attempt. */
  async run(signal: AbortSignal): Promise<void> {
    const { quotas, watch } = this.#options;
    let synced = false;
    try {
      for await (const event of listWatch(quotas, { ...watch, signal, transform: bare })) {
        if (event.type === 'SYNCED') synced = true;
        else if (synced && event.type !== 'ADDED') this.#gather(event.object.metadata.namespace ?? '');
      }
    } catch (error) {
      watch.onProblem?.(`quotas are not watched: ${messageOf(error)}`);
    } finally {
      for (const timer of this.#timers.values()) clearTimeout(timer);
    }
  }

  #gather(namespace: string): void {
    if (this.#timers.has(namespace)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(namespace);
      void this.#wake(namespace);
    }, GATHER);
    this.#timers.set(namespace, timer.unref());
  }

  async #wake(namespace: string): Promise<void> {
    const waiting = this.#refused.get(namespace);
    for (const [name, key] of [...(waiting ?? [])].slice(0, AT_ONCE)) {
      // Refused again, it comes last.
      waiting?.delete(name);
      this.#options.tell(key);
    }
    if (waiting?.size === 0) this.#refused.delete(namespace);
    for (const { job } of this.#options.podless(namespace).slice(0, AT_ONCE)) await this.#touch(job);
  }

  async #touch({ metadata: { namespace, name, uid } }: JobObject): Promise<void> {
    const annotations = { [ROOM_ANNOTATION]: new Date().toISOString() };
    try {
      await this.#options.jobs.patch({ namespace, name }, { metadata: { uid, annotations } });
    } catch (error) {
      if (!hasCode(error, 'NotFound', 'Conflict', 'Interrupted'))
        this.#options.watch.onProblem?.(`a Job could not be told of room: ${messageOf(error)}`);
    }
  }
}

/** Of a quota only that it has changed is read. */
const bare = ({ metadata: { namespace, name, uid, resourceVersion } }: KubeObject): KubeObject => ({
  metadata: { namespace, name, uid, resourceVersion },
});
