import { CHANGE_MAX } from '../../../../domain/change-parts.ts';
import { type Stage, STAGES } from '../../../../domain/report.ts';
import type { Key } from '../../../engine.ts';
import type { Resource } from '../../client/resource.ts';
import type { Live, SeenPod } from '../job-seen.ts';
import type { PodObject } from '../objects.ts';
import { containerLog, newestStamp, type StreamTimes } from './container-log.ts';
import { type News, PodLog, type SpoolOptions } from './pod-log.ts';
import { PodView } from './pod-view.ts';
import { StampedLines } from './stamped-lines.ts';
import { Streams } from './streams.ts';

export interface LogFollowersOptions {
  pods: Resource<PodObject>;
  spool: SpoolOptions;
  /** Logs of running containers that are followed at once; the others wait. Those of ended ones are read besides. */
  streams: number;
  /** Bytes of log that one stage of a project may write. */
  stageBytes: (project: string) => number;
  /** Told when a pod's log has grown. */
  onNews: (session: Key, news: NonNullable<News>) => void;
  times?: Partial<StreamTimes>;
}

interface Follower {
  view: PodView;
  log: PodLog;
  abort: AbortController;
  /** Resolves when there is nothing more to read. */
  done: Promise<void>;
  /** True once that is so. */
  isRead: boolean;
  /** True once a caller has waited for that longer than its limit. */
  late: boolean;
  /** What has come of each stage whose log is read or was. */
  lines: Map<Stage, StampedLines>;
}

/** Bytes that a stage writes beside its log: its events, and its change after each of some rounds of repairs, in base64. */
const EVENTS_ROOM = 8_388_608 + 8 * Math.ceil((CHANGE_MAX * 4) / 3);

/** What the reading of a pod's log needs of its follower. */
type Reading = Pick<Follower, 'view' | 'log' | 'lines'> & { signal: AbortSignal };

const SILENT: Live = { logTail: '' };

/** Follows the logs of pods from their beginning, stage after stage. */
export class LogFollowers {
  readonly #options: LogFollowersOptions;
  readonly #streams: Streams;
  readonly #followers = new Map<string, Follower>();

  constructor(options: LogFollowersOptions) {
    this.#options = options;
    this.#streams = new Streams(options.streams);
  }

  /** How many pods are followed. */
  get size(): number {
    return this.#followers.size;
  }

  /** A pod is there, or has changed; one that was gone before anybody followed it has no log. */
  update(session: Key, seen: SeenPod): void {
    const uid = seen.pod.metadata.uid ?? '';
    const follower = this.#followers.get(uid);
    if (follower) return follower.view.update(seen);
    if (!seen.gone) this.#followers.set(uid, this.#follow(session, seen));
  }

  /** True while the log of a pod is being read, or will be. */
  isReading(podUid: string): boolean {
    return this.#followers.get(podUid)?.isRead === false;
  }

  live(podUid: string): Live {
    return this.#followers.get(podUid)?.log.live ?? SILENT;
  }

  /** The whole log of a pod that has ended, once it has been read, at most after `ms`; undefined if it was not followed. */
  async whole(podUid: string, ms: number): Promise<PodLog | undefined> {
    const follower = this.#followers.get(podUid);
    if (!follower || follower.late) return follower?.log;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        follower.late = true;
        resolve();
      }, ms);
    });
    await Promise.race([follower.done, late]);
    clearTimeout(timer);
    return follower.log;
  }

  /** The log of a pod that runs, once all that it has said by now has been read, at most after `ms`; undefined if it is not followed. */
  async soFar(podUid: string, ms: number): Promise<PodLog | undefined> {
    const follower = this.#followers.get(podUid);
    if (!follower) return undefined;
    const { view, lines, log } = follower;
    const until = Date.now() + ms;
    // Stages before it have been read when its own reading begins.
    const stage = STAGES.findLast((each) => ['running', 'ended'].includes(view.of(each).phase()));
    if (!stage) return log;
    const source = { pods: this.#options.pods, pod: view.seen.pod.metadata, container: stage };
    const newest = await newestStamp(source, AbortSignal.timeout(ms));
    const isRead = (): boolean => {
      const come = lines.get(stage);
      return come !== undefined && (newest === undefined || come.hasCome(newest));
    };
    while (!isRead() && Date.now() < until) await view.changed(until - Date.now());
    return log;
  }

  /** A pod's log is needed no more. */
  forget(podUid: string): void {
    const follower = this.#followers.get(podUid);
    if (!follower) return;
    this.#followers.delete(podUid);
    follower.abort.abort();
    void follower.done.then(() => follower.log.remove());
  }

  /** Ends all reading; logs stay on disk. */
  async close(): Promise<void> {
    const followers = [...this.#followers.values()];
    for (const { abort } of followers) abort.abort();
    await Promise.all(followers.map(({ done }) => done));
  }

  #follow(session: Key, seen: SeenPod): Follower {
    const abort = new AbortController();
    const view = new PodView(seen, abort.signal);
    const log = new PodLog(seen.pod.metadata.uid ?? '', this.#options.spool);
    const lines = new Map<Stage, StampedLines>();
    const done = this.#read(session, { view, log, lines, signal: abort.signal });
    const follower = { view, log, lines, abort, done, isRead: false, late: false };
    void done.then(() => (follower.isRead = true));
    return follower;
  }

  async #read(session: Key, reading: Reading): Promise<void> {
    for (const stage of STAGES) {
      if (reading.signal.aborted) return;
      await this.#readStage(session, stage, reading);
    }
  }

  async #readStage(session: Key, stage: Stage, reading: Reading): Promise<void> {
    const { view, log, signal } = reading;
    const container = view.of(stage);
    while (container.phase() === 'waiting' && !signal.aborted) await view.changed(60_000);
    const release = await this.#streams.enter(container, view, signal);
    try {
      const { pods, times } = this.#options;
      const lines = new StampedLines();
      reading.lines.set(stage, lines);
      view.wake();
      const source = {
        pods,
        pod: view.seen.pod.metadata,
        container: stage,
        view: container,
        signal,
        follow: true,
        times,
        lines,
      };
      let left = this.#options.stageBytes(session.namespace) + EVENTS_ROOM;
      for await (const bytes of containerLog(source)) {
        left -= bytes.length;
        const news = log.push(stage, bytes);
        if (news) this.#options.onNews(session, news);
        view.wake();
        // A stage keeps to its limit; what runs in it can write past the stage, for an hour and as fast as the operator reads.
        if (left < 0) {
          log.push(stage, Buffer.from('\n[log cut: this stage wrote more than it may]\n'));
          break;
        }
      }
      log.end(stage);
    } finally {
      release();
    }
  }
}
