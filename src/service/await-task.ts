import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';

export interface AwaitOptions {
  until: (session: AgenticSession) => boolean;
  /** How long to wait; for ever when absent. */
  milliseconds?: number;
  signal?: AbortSignal;
  /** Called with each state that is seen, the first included. */
  onChange?: (session: AgenticSession) => void;
}

export interface Awaited {
  reached: boolean;
  /** True when the task was deleted meanwhile. */
  deleted: boolean;
  /** The last state seen. */
  session?: AgenticSession;
}

/** Milliseconds between two checks that tasks are reconciled: a supervisor that was killed is started again. */
const CONTROLLER_CHECK = 1000;

/** The trouble, with how to go on once it is over. */
const withNext = ({ message, hint, code }: BgtaskError, task: AgenticSession): BgtaskError =>
  new BgtaskError(code, message, {
    hint: [hint, `Then follow the task again: bgtask watch ${taskName(task)}`].filter(Boolean).join('    '),
  });

/**
 * Follows one task until a state is reached, it is deleted, the time is over, or the signal aborts. Throws Unavailable when no supervisor can be
 * started: the wait would be for ever.
 */
export async function awaitTask(
  engine: Engine,
  task: AgenticSession,
  options: AwaitOptions,
): Promise<Awaited> {
  const { namespace, name, uid } = task.metadata;
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = options.milliseconds === undefined ? undefined : setTimeout(abort, options.milliseconds);
  let trouble: BgtaskError | undefined;
  const check = async (): Promise<void> => {
    await engine.ensureController(true).catch(() => undefined);
    trouble = engine.controllerTrouble?.();
    if (trouble) abort();
  };
  const checks = setInterval(() => void check(), CONTROLLER_CHECK);
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  let session: AgenticSession | undefined;
  try {
    for await (const event of engine.store.watch('AgenticSession', {
      namespace,
      name,
      signal: controller.signal,
    })) {
      if (event.type === 'SYNCED' && !session) return { reached: false, deleted: true };
      if (event.type === 'SYNCED' || event.object.metadata.uid !== uid) continue;
      if (event.type === 'DELETED') return { reached: false, deleted: true, session };
      session = event.object;
      options.onChange?.(session);
      if (options.until(session)) return { reached: true, deleted: false, session };
    }
    if (trouble) throw withNext(trouble, task);
    return { reached: false, deleted: false, session };
  } finally {
    controller.abort();
    clearTimeout(timer);
    clearInterval(checks);
    options.signal?.removeEventListener('abort', abort);
  }
}
