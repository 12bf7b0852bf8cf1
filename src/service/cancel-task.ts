import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { isFinished, phaseOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { findTask } from './find-task.ts';

/** Milliseconds in which a cancelled task's processes must be gone. */
export const CANCEL_WAIT = 30_000;

/** Asks for a task to be stopped. Throws Conflict for one that has ended. */
export async function cancelTask(engine: Engine, project: string, name: string): Promise<AgenticSession> {
  const task = await findTask(engine, project, name);
  if (isFinished(task))
    throw new BgtaskError(
      'Conflict',
      `Task "${taskName(task)}" is ${phaseOf(task)} already; there is nothing to cancel.`,
    );
  const { namespace, name: object } = task.metadata;
  const patched = await engine.store.patch(
    'AgenticSession',
    { namespace, name: object },
    { spec: { cancel: true } },
  );
  await engine.ensureController(true);
  return patched;
}

/** Deletes a task and its log. The operator or the supervisor stops its processes. Throws NotFound. */
export async function deleteTask(engine: Engine, task: AgenticSession): Promise<void> {
  const { namespace, name, uid } = task.metadata;
  await engine.store.delete('AgenticSession', { namespace, name }, { uid });
  await engine.ensureController(true);
}
