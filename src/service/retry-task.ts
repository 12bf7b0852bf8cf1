import type { AgenticSession } from '../api/types.ts';
import { nextRetry, rootOf } from '../domain/retry.ts';
import { agentOf } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { loadAgent } from '../runner/agents/table.ts';
import { type CreateOptions, submitTask } from './create-task.ts';
import { findTask, tasksOf } from './find-task.ts';
import { type RetryChanges, withChanges } from './retry-changes.ts';
import { type BuiltTask, taskObject } from './task-object.ts';

export interface RetryOptions extends CreateOptions {
  changes?: RetryChanges;
  /** True: the kept change is left alone, and the agent begins with the base. */
  fromScratch?: boolean;
}

/**
 * The session whose kept change a task's retry goes on with: its own, or the one that it went on with itself and did not come to change. None for a codemod,
 * which would do the same again on top of it.
 */
async function continued(task: AgenticSession, spec: AgenticSession['spec']): Promise<string | undefined> {
  const { change } = task.status ?? {};
  const from = change ? change.location && task.metadata.name : task.spec.continueFrom;
  const agent = from && (await loadAgent(agentOf({ spec }).type).catch(() => undefined));
  return agent && agent.repairs ? from : undefined;
}

/**
 * The object of a task's next retry, by its caller. Throws Invalid for a task that is not Failed, Timeout or Stopped, and Usage or Invalid for changes
 * that cannot be.
 */
export async function prepareRetry(
  engine: Engine,
  task: AgenticSession,
  { changes = {}, fromScratch = false }: Pick<RetryOptions, 'changes' | 'fromScratch'> = {},
): Promise<AgenticSession> {
  const project = task.metadata.namespace;
  const root = rootOf(task);
  const lineage = (await tasksOf(engine, { namespace: project })).filter((other) => rootOf(other) === root);
  const { name, count } = nextRetry(task, lineage);
  const { userId, groups } = await engine.whoAmI();
  const { cancel: _, continueFrom: __, ...before } = task.spec;
  const spec = withChanges(before, changes);
  const continueFrom = fromScratch ? undefined : await continued(task, spec);
  return taskObject(
    project,
    name,
    {
      ...spec,
      userContext: { userId, ...(groups && { groups }) },
      ...(continueFrom && { continueFrom }),
    },
    { root, count },
  );
}

/** Tries a Failed, Timeout or Stopped task again, as a new task `<root>-retry-<n>`; the old one is kept. Throws as prepareRetry. */
export async function retryTask(
  engine: Engine,
  project: string,
  name: string,
  options: RetryOptions = {},
): Promise<BuiltTask> {
  return retryOf(engine, await findTask(engine, project, name), options);
}

/** Tries a task again that was found: see retryTask. */
export async function retryOf(
  engine: Engine,
  task: AgenticSession,
  options: RetryOptions = {},
): Promise<BuiltTask> {
  return submitTask(engine, await prepareRetry(engine, task, options), options);
}
