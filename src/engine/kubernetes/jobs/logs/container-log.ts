import { END_LINE } from '../../../../domain/progress.ts';
import type { Resource } from '../../client/resource.ts';
import { linkedAbort } from '../linked-abort.ts';
import type { PodObject } from '../objects.ts';
import { StampedLines, stampOf } from './stamped-lines.ts';

/** How a container stands: `skipped` has never begun and never will, or is gone with its pod. */
export type ContainerPhase = 'waiting' | 'running' | 'ended' | 'skipped';

/** A view of one container that the caller keeps up to date. */
export interface ContainerView {
  phase(): ContainerPhase;
  /** Until its pod has changed, at most `ms`. Resolves at once when the signal aborts. */
  changed(ms: number): Promise<void>;
}

export interface ContainerLogOptions {
  pods: Resource<PodObject>;
  pod: { namespace: string; name: string };
  container: string;
  view: ContainerView;
  signal: AbortSignal;
  /** False: what there is now, in one request. */
  follow: boolean;
  times?: Partial<StreamTimes>;
  /** Gets the lines as they come, for callers that read them meanwhile. */
  lines?: StampedLines;
}

/** Milliseconds. */
export interface StreamTimes {
  /** How long the end of a container may be told later than the end of its log. */
  told: number;
  /** A stream that outlives its container by more than this has stalled. */
  stalled: number;
  /** A stream that is silent for this long is opened again: its connection may have died unnoticed. Agents are quiet for minutes. */
  silent: number;
  /** Before a broken stream is resumed; doubled up to 30 s. */
  backoff: number;
}

const TIMES: StreamTimes = { told: 3000, stalled: 10_000, silent: 600_000, backoff: 500 };
const MAX_BACKOFF = 30_000;
const LONG = 60_000;
const END = Buffer.from(`${END_LINE}\n`);
/** How often the log of a container that has ended is requested without success: its node may be gone. With the pauses between: 15 s. */
const ATTEMPTS_AT_END = 6;

/**
 * The log of one container, from its beginning to its end, in pieces of whole lines; waits for a container that has not begun. Goes on where it
 * stopped when a stream breaks, without repeating a line. Ends early when nothing more can be read, or the signal aborts.
 */
export async function* containerLog(options: ContainerLogOptions): AsyncGenerator<Buffer> {
  const { view, signal, follow } = options;
  const times = { ...TIMES, ...options.times };
  const lines = options.lines ?? new StampedLines();
  // Apart: what failed while it ran (a kubelet that was away) says nothing about the requests after its end.
  const failures = { waiting: 0, running: 0, ended: 0, skipped: 0 };
  while (await hasBegun(options)) {
    const phase = view.phase();
    const stream = new LogStream(options, times, phase === 'running' && follow);
    for await (const chunk of stream.read(lines.resume())) {
      failures[phase] = 0;
      const text = lines.push(chunk);
      if (text.length > 0) yield text;
    }
    const end = stream.whole ? await endOfStream(options, phase, { lines, told: times.told }) : 'broken';
    if (end === 'incomplete') continue;
    if (end === 'whole') {
      yield lines.end();
      return;
    }
    const count = ++failures[phase];
    // A kubelet that has just started answers 404 for pods that it does not know yet; a pod that is gone is `skipped`.
    if (!follow || (phase === 'ended' && count >= ATTEMPTS_AT_END)) return;
    await pause(view, Math.min(MAX_BACKOFF, times.backoff * 2 ** (count - 1)), signal);
  }
}

/**
 * What the end of a stream means that was opened in this phase. `incomplete`: a runtime that restarts ends the stream of a container that still runs; if
 * the container ends soon after, its last lines are still to be read.
 */
async function endOfStream(
  { view, follow }: ContainerLogOptions,
  phase: ContainerPhase,
  { lines, told }: { lines: StampedLines; told: number },
): Promise<'whole' | 'incomplete' | 'broken'> {
  if (phase === 'ended' || !follow) return 'whole';
  if (!(await isOver(view, told))) return 'broken';
  return view.phase() === 'ended' && !lines.endWith(END) ? 'incomplete' : 'whole';
}

/** The time of the newest line of a container's log, as the runtime stamped it; undefined when there is none, or it cannot be read. */
export async function newestStamp(
  { pods, pod, container }: Pick<ContainerLogOptions, 'pods' | 'pod' | 'container'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const query = { container, timestamps: true, tailLines: 1 };
    const chunks: Buffer[] = [];
    for await (const chunk of await pods.stream(pod, 'log', { query, signal })) chunks.push(chunk as Buffer);
    return stampOf(Buffer.concat(chunks));
  } catch {
    return undefined;
  }
}

/** Waits until a container starts. Returns false if the container was skipped or if the signal is aborted. */
async function hasBegun({ view, signal, follow }: ContainerLogOptions): Promise<boolean> {
  if (follow) while (view.phase() === 'waiting' && !signal.aborted) await view.changed(LONG);
  return !signal.aborted && (view.phase() === 'running' || view.phase() === 'ended');
}

/** Waits until the container is told to have ended; false when it goes on. */
async function isOver(view: ContainerView, ms: number): Promise<boolean> {
  const until = Date.now() + ms;
  while (view.phase() === 'running' && Date.now() < until) await view.changed(until - Date.now());
  return view.phase() !== 'running';
}

/** A pod changes often: the whole time must pass, but not after the container's end. */
async function pause(view: ContainerView, ms: number, signal: AbortSignal): Promise<void> {
  const until = Date.now() + ms;
  const phase = view.phase();
  while (!signal.aborted && view.phase() === phase && Date.now() < until)
    await view.changed(until - Date.now());
}

/** One request for a log. */
class LogStream {
  readonly #options: ContainerLogOptions;
  readonly #times: StreamTimes;
  readonly #follow: boolean;
  /** True when it came to its end. */
  whole = false;

  constructor(options: ContainerLogOptions, times: StreamTimes, follow: boolean) {
    this.#options = options;
    this.#times = times;
    this.#follow = follow;
  }

  /** Its bytes. Never rejects: `whole` says how it ended. */
  async *read(sinceTime: string | undefined): AsyncGenerator<Buffer> {
    const { pods, pod, container, signal } = this.#options;
    const broken = linkedAbort(signal);
    const guard = this.#guard(broken);
    try {
      const query = { container, timestamps: true, follow: this.#follow || undefined, sinceTime };
      const answer = await pods.stream(pod, 'log', { query, signal: broken.signal });
      for await (const chunk of answer) {
        guard.alive();
        yield chunk as Buffer;
      }
      this.whole = !broken.signal.aborted;
    } catch {
      this.whole = false;
    } finally {
      guard.end();
      broken.abort();
    }
  }

  /** Breaks a stream that nothing more will come of. */
  #guard(broken: { abort: () => void }): { alive(): void; end(): void } {
    const { view } = this.#options;
    const { stalled, silent } = this.#times;
    let last = Date.now();
    let ended: number | undefined;
    const timer = setInterval(
      () => {
        if (view.phase() !== 'running') ended ??= Date.now();
        const over = ended !== undefined && Date.now() - Math.max(ended, last) > stalled;
        if (over || Date.now() - last > silent) broken.abort();
      },
      Math.max(10, stalled / 4),
    );
    timer.unref();
    return {
      alive: () => (last = Date.now()),
      end: () => clearInterval(timer),
    };
  }
}
