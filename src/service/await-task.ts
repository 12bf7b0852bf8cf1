import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { taskName } from '../domain/task.ts';
import type { Engine, WatchEvent } from '../engine/engine.ts';
import { controllerChecks } from './controller-checks.ts';

export interface AwaitOptions {
  until: (session: AgenticSession) => boolean;
  /** How long to wait; for ever when absent. */
  milliseconds?: number;
  signal?: AbortSignal;
  /** Called with each state that is seen, the first included. */
  onChange?: (session: AgenticSession) => void;
}

export interface AwaitManyOptions extends AwaitOptions {
  /** Ends the wait for the other tasks too; by default each task is waited for. */
  enough?: (session: AgenticSession) => boolean;
}

export interface Awaited {
  reached: boolean;
  /** True when the task was deleted meanwhile. */
  deleted: boolean;
  /** The last state seen. */
  session?: AgenticSession;
}

/** The trouble, with how to go on once it is over. */
const withNext = ({ message, hint, code }: BgtaskError, [task]: readonly AgenticSession[]): BgtaskError => {
  const next = task ? `Then follow the task again: bgtask watch ${taskName(task)}` : '';
  return new BgtaskError(code, message, { hint: [hint, next].filter(Boolean).join('    ') });
};

/** What was seen of several tasks, and which of them still have to be waited for. */
class Seen {
  readonly #states = new Map<string | undefined, Awaited>();
  readonly #pending: Map<string | undefined, AgenticSession>;
  readonly #options: AwaitManyOptions;

  constructor(tasks: readonly AgenticSession[], options: AwaitManyOptions) {
    this.#pending = new Map(tasks.map((task) => [task.metadata.uid, task]));
    this.#options = options;
  }

  /** Takes an event in; true when nothing more has to be waited for. */
  take(event: WatchEvent<AgenticSession>): boolean {
    if (event.type === 'SYNCED') return this.#synced();
    const { object, type } = event;
    const { uid } = object.metadata;
    if (!this.#pending.has(uid)) return false;
    if (type === 'DELETED') return this.#settle(uid, { ...this.of(uid), deleted: true });
    const { until, enough, onChange } = this.#options;
    onChange?.(object);
    const reached = until(object);
    if (!reached) this.#states.set(uid, { reached, deleted: false, session: object });
    else this.#settle(uid, { reached, deleted: false, session: object });
    return this.#pending.size === 0 || (enough?.(object) ?? false);
  }

  of(uid: string | undefined): Awaited {
    return this.#states.get(uid) ?? { reached: false, deleted: false };
  }

  /** What was not among the tasks that are there was deleted before. */
  #synced(): boolean {
    for (const uid of this.#pending.keys())
      if (!this.#states.has(uid)) this.#settle(uid, { reached: false, deleted: true });
    return this.#pending.size === 0;
  }

  #settle(uid: string | undefined, state: Awaited): boolean {
    this.#states.set(uid, state);
    this.#pending.delete(uid);
    return this.#pending.size === 0;
  }
}

/** What one watch has to see for these tasks: one object, one project, or all. */
function watched(tasks: readonly AgenticSession[]): { namespace?: string; name?: string } {
  const [first] = tasks;
  const projects = new Set(tasks.map(({ metadata }) => metadata.namespace));
  if (!first || projects.size > 1) return {};
  const { namespace, name } = first.metadata;
  return tasks.length === 1 ? { namespace, name } : { namespace };
}

/**
 * Follows several tasks over one watch, until each has reached a state or is deleted, one is `enough`, the time is over, or the signal aborts: what was seen
 * of each, in their order. Throws Unavailable when no supervisor can be started.
 */
export async function awaitTasks(
  engine: Engine,
  tasks: readonly AgenticSession[],
  options: AwaitManyOptions,
): Promise<Awaited[]> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = options.milliseconds === undefined ? undefined : setTimeout(abort, options.milliseconds);
  let trouble: BgtaskError | undefined;
  const checks = controllerChecks(
    engine,
    () => true,
    (found) => {
      trouble = found;
      abort();
    },
  );
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  const seen = new Seen(tasks, options);
  try {
    const { signal } = controller;
    let isOver = tasks.length === 0;
    const events = isOver ? [] : engine.store.watch('AgenticSession', { ...watched(tasks), signal });
    for await (const event of events) {
      isOver = seen.take(event);
      if (isOver) break;
    }
    if (trouble && !isOver) throw withNext(trouble, tasks);
    return tasks.map(({ metadata }) => seen.of(metadata.uid));
  } finally {
    controller.abort();
    clearTimeout(timer);
    checks.stop();
    options.signal?.removeEventListener('abort', abort);
  }
}

/**
 * Follows one task until a state is reached, it is deleted, the time is over, or the signal aborts. Throws Unavailable when no supervisor can be
 * started: the wait would be for ever.
 */
export async function awaitTask(
  engine: Engine,
  task: AgenticSession,
  options: AwaitOptions,
): Promise<Awaited> {
  const [seen] = await awaitTasks(engine, [task], options);
  return seen ?? { reached: false, deleted: false };
}
