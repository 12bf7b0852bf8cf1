import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { isFinished, phaseOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { awaitTask } from './await-task.ts';
import { wholeLines } from './whole-lines.ts';

export interface LogOptions {
  follow: boolean;
  signal: AbortSignal;
  /** Of what there is already, only this many lines; all when absent. */
  tail?: number;
  /** Of all lines only these; `tail` counts them alone. */
  only?: (line: string) => boolean;
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
  const { tail, only } = options;
  yield* tail === undefined
    ? matching(wholeLog(engine, started, options), only)
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

/** The lines of a task's log, as far as there is one now. */
export async function logLines(engine: Engine, task: AgenticSession, signal: AbortSignal): Promise<string[]> {
  let text = '';
  for await (const piece of taskLog(engine, task, { follow: false, signal })) text += piece;
  return text.replace(/\n$/, '').split('\n');
}

/** The last lines of what is there, then what comes after it: a log only grows, so its length says where that begins. */
async function* tailOf(
  engine: Engine,
  task: AgenticSession,
  options: LogOptions & { tail: number },
): AsyncGenerator<string> {
  let last = '';
  let length = 0;
  const { follow, only, tail } = options;
  for await (const lines of wholeLines(wholeLog(engine, task, { ...options, follow: false }))) {
    // Of a line that still lacks its end what follows says whether it is one of them.
    if (only && follow && !lines.endsWith('\n')) break;
    last = lastLines(last + onlyLines(lines, only), tail);
    length += lines.length;
  }
  yield last;
  if (follow) yield* matching(after(wholeLog(engine, task, options), length), only);
}

/** What comes after so many characters. */
async function* after(pieces: AsyncIterable<string>, length: number): AsyncGenerator<string> {
  let left = length;
  for await (const piece of pieces) {
    if (piece.length > left) yield piece.slice(left);
    left = Math.max(0, left - piece.length);
  }
}

/** Pieces as they are, or of their lines some. */
async function* matching(pieces: AsyncIterable<string>, only: LogOptions['only']): AsyncGenerator<string> {
  if (!only) return yield* pieces;
  for await (const lines of wholeLines(pieces)) yield onlyLines(lines, only);
}

const onlyLines = (lines: string, only: LogOptions['only']): string =>
  only
    ? lines
        .split(/(?<=\n)/)
        .filter((line) => only(line.replace(/\n$/, '')))
        .join('')
    : lines;

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
