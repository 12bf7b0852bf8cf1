import type { AgenticSession } from '../api/types.ts';
import { nextRetry, rootOf } from '../domain/retry.ts';
import type { Engine } from '../engine/engine.ts';
import { type CreateOptions, submitTask } from './create-task.ts';
import { findTask, tasksOf } from './find-task.ts';
import { type BuiltTask, taskObject } from './task-object.ts';

export interface RetryOptions extends CreateOptions {
  /** Whether it waits in line; as the task did when absent. */
  queue?: boolean;
}

/** The object of a task's next retry, by whoever asks for it. Throws Invalid for a task that is not Failed, Timeout or Stopped. */
export async function prepareRetry(
  engine: Engine,
  task: AgenticSession,
  options: Pick<RetryOptions, 'queue'> = {},
): Promise<AgenticSession> {
  const project = task.metadata.namespace;
  const root = rootOf(task);
  const lineage = (await tasksOf(engine, { namespace: project })).filter((other) => rootOf(other) === root);
  const { name, count } = nextRetry(task, lineage);
  const { userId, groups } = await engine.whoAmI();
  const { cancel: _, ...spec } = task.spec;
  const again = options.queue === undefined ? spec : { ...spec, queue: options.queue };
  return taskObject(
    project,
    name,
    { ...again, userContext: { userId, ...(groups && { groups }) } },
    { root, count },
  );
}

/** Tries a Failed, Timeout or Stopped task again, as a new task `<root>-retry-<n>`; the old one is kept. Throws Invalid for any other. */
export async function retryTask(
  engine: Engine,
  project: string,
  name: string,
  options: RetryOptions = {},
): Promise<BuiltTask> {
  const session = await prepareRetry(engine, await findTask(engine, project, name), options);
  return submitTask(engine, session, options);
}
