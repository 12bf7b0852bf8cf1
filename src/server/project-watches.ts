import { isTask } from '../domain/task.ts';
import { BgtaskError } from '../domain/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { ServerEvent } from './event-text.ts';
import { about } from './task-events.ts';
import { taskSummary } from './views/task-view.ts';

/** Streams of projects' changes at once, of all callers, and bytes of what is kept for them: the published server has 512 MiB. */
const MOST = { streams: 512, bytes: 67_108_864 };

type Events = Pick<Engine, 'store'>;

/** One caller who looks at a project. */
class Looker {
  /** What has come and was not told yet, by uid: of several changes of one task the last is told, so that a slow reader costs no more than the project has tasks. */
  readonly pending = new Map<string, ServerEvent>();
  #wake: () => void = () => undefined;

  push(uid: string, event: ServerEvent): void {
    this.pending.delete(uid);
    this.pending.set(uid, event);
    this.wake();
  }

  wake(): void {
    this.#wake();
  }

  next(isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (this.pending.size > 0 || isOver()) resolve();
    });
  }
}

/** What is known of a project for one caller: the text of each task's event. */
class ProjectWatch {
  readonly lookers = new Set<Looker>();
  readonly known = new Map<string, ServerEvent>();
  readonly over = new AbortController();
  readonly synced: Promise<void>;
  /** Set when the watch has failed. */
  failure: { error: unknown } | undefined;
  bytes = 0;

  /** `hasRoom` is asked for each event that is kept. */
  constructor(engine: Events, namespace: string, hasRoom: () => boolean) {
    this.synced = new Promise((resolve, reject) => {
      this.#run(engine, namespace, { resolve, hasRoom }).catch((error: unknown) => {
        this.failure = { error };
        reject(error instanceof Error ? error : new Error(String(error)));
        for (const looker of this.lookers) looker.wake();
      });
    });
    // Each who looks hears of it.
    this.synced.catch(() => undefined);
  }

  async #run(
    { store }: Events,
    namespace: string,
    { resolve, hasRoom }: { resolve: () => void; hasRoom: () => boolean },
  ): Promise<void> {
    const { signal } = this.over;
    for await (const change of store.watch('AgenticSession', { namespace, signal, brief: true })) {
      if (change.type === 'SYNCED') resolve();
      else if (isTask(change.object)) {
        const { uid = '' } = change.object.metadata;
        const isGone = change.type === 'DELETED';
        const event = about(isGone ? 'deleted' : 'task', change.object, taskSummary);
        this.bytes -= this.known.get(uid)?.data.length ?? 0;
        this.known.delete(uid);
        if (!isGone) {
          this.known.set(uid, event);
          this.bytes += event.data.length;
        }
        for (const looker of this.lookers) looker.push(uid, event);
        if (!isGone && !hasRoom()) throw full();
      }
    }
    resolve();
  }
}

const full = (): BgtaskError =>
  new BgtaskError('TooManyRequests', 'This server follows as many tasks as it has memory for.');

/** The projects that callers look at: one watch for each caller and project, however many of the caller's pages are open. */
export class ProjectWatches {
  readonly #watches = new Map<string, ProjectWatch>();
  readonly #most: typeof MOST;
  #streams = 0;

  constructor(most: Partial<typeof MOST> = {}) {
    this.#most = { ...MOST, ...most };
  }

  /** The tasks of a project as they are and as they change, in brief, until the signal aborts. Throws TooManyRequests when the server is full. */
  async *events(
    { caller, engine }: { caller: string; engine: Events },
    namespace: string,
    signal: AbortSignal,
  ): AsyncGenerator<ServerEvent, void> {
    if (this.#streams >= this.#most.streams)
      throw new BgtaskError('TooManyRequests', `This server has ${this.#streams} streams open already.`);
    const key = `${caller} ${namespace}`;
    const watch = this.#watchOf(key, engine, namespace);
    const looker = new Looker();
    const wake = (): void => looker.wake();
    this.#streams += 1;
    watch.lookers.add(looker);
    signal.addEventListener('abort', wake, { once: true });
    try {
      await until(watch.synced, signal);
      // What came before is in what is known.
      looker.pending.clear();
      const before = [...watch.known.values()];
      for (const event of before) {
        if (signal.aborted) return;
        yield event;
      }
      yield { event: 'synced', data: '{}' };
      yield* changes(watch, looker, signal);
    } finally {
      signal.removeEventListener('abort', wake);
      this.#streams -= 1;
      watch.lookers.delete(looker);
      if (watch.lookers.size === 0) this.#end(key, watch);
    }
  }

  #watchOf(key: string, engine: Events, namespace: string): ProjectWatch {
    const open = this.#watches.get(key);
    if (open && !open.failure) return open;
    const watch = new ProjectWatch(engine, namespace, () => this.#bytes <= this.#most.bytes);
    this.#watches.set(key, watch);
    return watch;
  }

  get #bytes(): number {
    return [...this.#watches.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #end(key: string, watch: ProjectWatch): void {
    watch.over.abort();
    if (this.#watches.get(key) === watch) this.#watches.delete(key);
  }
}

async function* changes(
  watch: ProjectWatch,
  looker: Looker,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent, void> {
  const isOver = (): boolean => signal.aborted || watch.failure !== undefined;
  for (;;) {
    for (const [uid, event] of looker.pending) {
      if (signal.aborted) return;
      looker.pending.delete(uid);
      yield event;
    }
    if (signal.aborted) return;
    if (watch.failure) throw watch.failure.error;
    await looker.next(isOver);
  }
}

/** Waits for a promise, or the signal. */
function until(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    promise.then(resolve, reject);
  });
}
