import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { isFinished, phaseOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { awaitTask } from './await-task.ts';

export interface LogOptions {
  follow: boolean;
  signal: AbortSignal;
  /** Of what there is already, only this many lines; all when absent. */
  tail?: number;
}

/**
 * A task's log in pieces. With follow it first waits for a task that has not started, and goes on until its Job has finished.
 * Without a Job and an archive: the end of the log that the status holds. Throws NotFound when the task is deleted before it starts.
 */
export async function* taskLog(
  engine: Engine,
  task: AgenticSession,
  options: LogOptions,
): AsyncGenerator<string> {
  const started = options.follow ? await untilStarted(engine, task, options.signal) : task;
  if (options.signal.aborted) return;
  const { tail } = options;
  yield* tail === undefined
    ? wholeLog(engine, started, options)
    : tailOf(engine, started, { ...options, tail });
}

async function* wholeLog(engine: Engine, task: AgenticSession, options: LogOptions): AsyncGenerator<string> {
  let any = false;
  for await (const piece of engine.jobs.logs(task.metadata, options)) {
    any = true;
    yield piece;
  }
  if (!any && task.status?.logs) yield task.status.logs;
}

/** The last lines of what is there, then what comes after it: a log only grows, so its length says where that begins. */
async function* tailOf(
  engine: Engine,
  task: AgenticSession,
  options: LogOptions & { tail: number },
): AsyncGenerator<string> {
  let last = '';
  let length = 0;
  for await (const piece of wholeLog(engine, task, { ...options, follow: false })) {
    last = lastLines(last + piece, options.tail);
    length += piece.length;
  }
  yield last;
  if (!options.follow) return;
  for await (const piece of wholeLog(engine, task, options)) {
    if (piece.length > length) yield piece.slice(length);
    length = Math.max(0, length - piece.length);
  }
}

/** The last lines of a text; a last line that lacks its end counts. */
export function lastLines(text: string, most: number): string {
  if (most === 0) return '';
  let at = text.endsWith('\n') ? text.length - 1 : text.length;
  for (let line = 0; line < most; line++) {
    at = at <= 0 ? -1 : text.lastIndexOf('\n', at - 1);
    if (at < 0) return text;
  }
  return text.slice(at + 1);
}

const hasStarted = (task: AgenticSession): boolean =>
  isFinished(task) || phaseOf(task) === 'Running' || task.status?.jobName !== undefined;

async function untilStarted(
  engine: Engine,
  task: AgenticSession,
  signal: AbortSignal,
): Promise<AgenticSession> {
  const { session, deleted } = await awaitTask(engine, task, { until: hasStarted, signal });
  if (deleted) throw new BgtaskError('NotFound', `Task "${taskName(task)}" was deleted.`);
  return session ?? task;
}
