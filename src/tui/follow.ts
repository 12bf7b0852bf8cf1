import type { AgenticSession } from '../api/types.ts';
import type { ViewOptions } from '../cli/views.ts';
import { BgtaskError, messageOf } from '../domain/errors.ts';
import { isFinished } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { type Awaited, awaitTask } from '../service/await-task.ts';
import { cancelTask } from '../service/cancel-task.ts';
import { MOST_LINES } from './state/log.ts';
import type { TaskEvent } from './state/task-view.ts';

type Send = (event: TaskEvent) => void;

/** Sends a task's states and its log until it has ended, is deleted, or the signal aborts. Rejects when it cannot be watched. */
export async function follow(
  engine: Engine,
  task: AgenticSession,
  send: Send,
  signal: AbortSignal,
): Promise<Awaited> {
  void followLog(engine, task, send, signal);
  return awaitTask(engine, task, {
    until: isFinished,
    signal,
    onChange: (state) => signal.aborted || send({ type: 'task', task: state }),
  });
}

/** Sends the task's log as it grows. Ignores a log that cannot be read: the task's status holds the end of the log, and says why the rest is missing. */
async function followLog(
  engine: Engine,
  task: AgenticSession,
  send: Send,
  signal: AbortSignal,
): Promise<void> {
  const { taskLog } = await import('../service/task-log.ts');
  try {
    for await (const text of taskLog(engine, task, { follow: true, signal, tail: MOST_LINES })) {
      if (signal.aborted) return;
      send({ type: 'log', text });
    }
    if (!signal.aborted) send({ type: 'log-end' });
  } catch (error) {
    if (!signal.aborted) send({ type: 'answered', notice: `No log: ${messageOf(error)}` });
  }
}

/** Does what a key asked for; the event that tells the view. Never rejects: a refusal is a sentence. */
export async function act(
  wish: 'cancel' | 'retry',
  task: AgenticSession,
  { engine, signal, asCalled }: ViewOptions,
): Promise<TaskEvent> {
  const { namespace, name } = task.metadata;
  try {
    if (wish === 'cancel') {
      await cancelTask(engine, namespace, name);
      return { type: 'answered', notice: 'It is being cancelled.' };
    }
    const { retryTask } = await import('../service/retry-task.ts');
    return { type: 'follow', task: (await retryTask(engine, namespace, name, { signal })).session };
  } catch (error) {
    const hint = error instanceof BgtaskError && error.hint ? ` ${error.hint}` : '';
    return { type: 'answered', notice: asCalled(`${messageOf(error)}${hint}`) };
  }
}
