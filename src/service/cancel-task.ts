import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { isFinished, phaseOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { findTask } from './find-task.ts';

/** Milliseconds in which a cancelled task's processes must be gone. */
export const CANCEL_WAIT = 30_000;

/** Asks for a task to be stopped. Throws Conflict for one that has ended. */
export const cancelTask = async (engine: Engine, project: string, name: string): Promise<AgenticSession> =>
  askToStop(engine, await findTask(engine, project, name));

/** Where a dry run is checked: here alone, or by the engine's store too. Nothing is changed. */
type DryRun = 'client' | 'server';

/** Asks for a task that was found to be stopped. Throws Conflict for one that has ended. */
export async function askToStop(
  engine: Engine,
  task: AgenticSession,
  dryRun?: DryRun,
): Promise<AgenticSession> {
  if (isFinished(task))
    throw new BgtaskError(
      'Conflict',
      `Task "${taskName(task)}" is ${phaseOf(task)} already; there is nothing to cancel.`,
    );
  if (dryRun === 'client') return task;
  const { namespace, name } = task.metadata;
  const patch = { spec: { cancel: true } };
  const patched = await engine.store.patch(
    'AgenticSession',
    { namespace, name },
    patch,
    dryRun && { dryRun: true },
  );
  if (!dryRun) await engine.ensureController(true);
  return patched;
}

/** Deletes a task and its log. The operator or the supervisor stops its processes. Throws NotFound. */
export async function deleteTask(engine: Engine, task: AgenticSession, dryRun?: DryRun): Promise<void> {
  if (dryRun === 'client') return;
  const { namespace, name, uid } = task.metadata;
  await engine.store.delete('AgenticSession', { namespace, name }, { uid, ...(dryRun && { dryRun: true }) });
  if (!dryRun) await engine.ensureController(true);
}
