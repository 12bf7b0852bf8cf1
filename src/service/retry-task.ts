import type { AgenticSession } from '../api/types.ts';
import { nextRetry, rootOf } from '../domain/retry.ts';
import type { Engine } from '../engine/engine.ts';
import { submitTask } from './create-task.ts';
import { findTask, tasksOf } from './find-task.ts';
import { type BuiltTask, taskObject } from './task-object.ts';

/** The object of a task's next retry, by whoever asks for it. */
export async function prepareRetry(engine: Engine, task: AgenticSession): Promise<AgenticSession> {
  const project = task.metadata.namespace;
  const root = rootOf(task);
  const lineage = (await tasksOf(engine, { namespace: project })).filter((other) => rootOf(other) === root);
  const { name, count } = nextRetry(task, lineage);
  const { userId, groups } = await engine.whoAmI();
  const { cancel: _cancel, ...spec } = task.spec;
  return taskObject(project, name, { ...spec, userContext: { userId, ...(groups && { groups }) } }, { root, count });
}

/** Tries a Failed, Timeout or Stopped task again, as a new task `<root>-retry-<n>`; the old one is kept. Throws Invalid for any other. */
export async function retryTask(engine: Engine, project: string, name: string, options: { signal?: AbortSignal; queue?: boolean } = {}): Promise<BuiltTask> {
  const session = await prepareRetry(engine, await findTask(engine, project, name));
  if (options.queue) session.spec.queue = true;
  return submitTask(engine, session, options);
}
