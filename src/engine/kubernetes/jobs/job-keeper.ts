import { BgtaskError, messageOf } from '../../../domain/errors.ts';
import type { KeptChange } from '../../../domain/kept-change.ts';
import type { Resource } from '../client/resource.ts';
import type { Tracked } from './job-cache.ts';
import type { SessionKey } from './job-names.ts';
import { failureOf, newestPod, type SeenPod } from './job-seen.ts';
import { ChangeArchive } from './archive/change-archive.ts';
import { keptLog, LogArchive } from './archive/log-archive.ts';
import type { PodLog } from './logs/pod-log.ts';
import type { ConfigMapObject } from './objects.ts';

/** Milliseconds that the end of a Job waits for the rest of its log. */
export const LAST_WORDS = 10_000;
/** Milliseconds that a Job which is to be stopped waits for what its pod has said to be read, and for that to be kept. */
const SO_FAR = { read: 3000, kept: 5000 };

/** Who reads the logs of pods. */
interface LogReader {
  whole(pod: SeenPod, ms: number): Promise<PodLog | undefined>;
  soFar(pod: SeenPod, ms: number): Promise<PodLog | undefined>;
  isReading(pod: SeenPod): boolean;
}

/** Keeps what a Job leaves, its log and its change, so that neither goes with the pod. */
export class JobKeeper {
  readonly logs: LogArchive;
  readonly #changes: ChangeArchive;
  readonly #reader: () => LogReader | undefined;
  readonly #onProblem: ((problem: string) => void) | undefined;
  /** Uids of the Jobs of whose log something was kept while they ran. */
  readonly #kept = new Set<string>();

  /** @param reader Undefined in a process that follows no logs. */
  constructor(
    configMaps: Resource<ConfigMapObject>,
    reader: () => LogReader | undefined,
    onProblem?: (problem: string) => void,
  ) {
    this.logs = new LogArchive(configMaps);
    this.#changes = new ChangeArchive(configMaps);
    this.#reader = reader;
    this.#onProblem = onProblem;
  }

  /** Keeps the log of a Job that has ended. Throws Unavailable while it is still being read. */
  async archive(session: SessionKey, tracked: Tracked | undefined): Promise<string | undefined> {
    const pod = newestPod(tracked?.pods ?? []);
    const log = tracked && keptLog(tracked, pod && (await this.#reader()?.whole(pod, LAST_WORDS)));
    // A node that is slow, or a crowd that has ended at once.
    if (pod && this.#reader()?.isReading(pod))
      throw new BgtaskError('Unavailable', `The log of ${pod.pod.metadata.name} is still being read`);
    const isKept = tracked && this.#isKeptSoFar(tracked);
    if (log) return isKept ? this.logs.writeInstead(log) : this.logs.write(log);
    return isKept ? this.logs.settle(session) : this.logs.find(session);
  }

  /** Keeps the change that the newest pod with one handed over; that of a pod which was replaced, too. Undefined when there is none. */
  async keepChange(session: SessionKey, tracked: Tracked | undefined): Promise<KeptChange | undefined> {
    for (const pod of tracked?.pods.toReversed() ?? []) {
      const handed = (await this.#reader()?.whole(pod, LAST_WORDS))?.change;
      if (handed && tracked) return this.#changes.write(handed, tracked);
    }
    return this.#changes.find(session);
  }

  /** The patch of a session's kept change. */
  async patch(session: SessionKey): Promise<Uint8Array | undefined> {
    return (await this.#changes.read(session))?.patch;
  }

  /** True when something of a Job's log was kept while it ran. */
  hasKept({ job }: Tracked): boolean {
    return this.#kept.has(job.metadata.uid ?? '');
  }

  /** A Job is gone. */
  forget(uid: string): void {
    this.#kept.delete(uid);
  }

  /**
   * Ending a Job deletes its pod. Nothing of its log is lost even if this process does not live to see that: what there is by now is kept before. A log is
   * not worth a Job that runs on.
   */
  async keepSoFar(tracked: Tracked): Promise<void> {
    const pod = newestPod(tracked.pods);
    const log = keptLog(tracked, pod && (await this.#reader()?.soFar(pod, SO_FAR.read)));
    if (!log) return;
    this.#kept.add(tracked.job.metadata.uid ?? '');
    try {
      await this.logs.writeSoFar(log, AbortSignal.timeout(SO_FAR.kept));
    } catch (error) {
      this.#onProblem?.(`a log could not be kept before its end: ${messageOf(error)}`);
    }
  }

  /** True when what there was of a Job's log may have been kept before its end, by another operator perhaps. */
  #isKeptSoFar(tracked: Tracked): boolean {
    const { job } = tracked;
    return (
      job.spec?.suspend === true || failureOf(job)?.reason === 'DeadlineExceeded' || this.hasKept(tracked)
    );
  }
}
