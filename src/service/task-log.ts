import type { AgenticSession } from '../api/types.ts';
import { isFinished, phaseOf } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { awaitTask } from './await-task.ts';

/**
 * A task's log in pieces. With follow it first waits for a task that has not started, and goes on until its Job has finished.
 * Without a Job and an archive: the end of the log that the status holds.
 */
export async function* taskLog(engine: Engine, task: AgenticSession, options: { follow: boolean; signal: AbortSignal }): AsyncGenerator<string> {
  const started = options.follow ? await untilStarted(engine, task, options.signal) : task;
  if (!started) return;
  let any = false;
  for await (const piece of engine.jobs.logs(started.metadata, options)) {
    any = true;
    yield piece;
  }
  if (!any && started.status?.logs) yield started.status.logs;
}

async function untilStarted(engine: Engine, task: AgenticSession, signal: AbortSignal): Promise<AgenticSession | undefined> {
  const until = (each: AgenticSession): boolean => isFinished(each) || phaseOf(each) === 'Running' || each.status?.jobName !== undefined;
  const { session, deleted } = await awaitTask(engine, task, { until, signal });
  return deleted ? undefined : session;
}
