import type { AgenticSession } from '../api/types.ts';
import { isFinished, phaseOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { findTask } from '../service/find-task.ts';
import { lastLines, logLines, taskLog } from '../service/task-log.ts';
import { failedParts, partOfCheck } from './chosen-parts.ts';
import { type CliContext, EXIT } from './context.ts';
import { printLog, printText } from './log-lines.ts';
import type { LogPart } from './log-parts.ts';
import { safeLine } from './output/safe.ts';
import { endWords } from './end-words.ts';

/** What of a task's log is printed. */
export interface LogView {
  follow: boolean;
  tail: number | undefined;
  /** What stands before each line. */
  prefix: string;
  /** Only lines that contain this. */
  grep: string | undefined;
  /** Only the part of this check. */
  check: string | undefined;
  /** Only the parts of what failed. */
  failed: boolean;
}

/** Prints a task's log, or the parts of it that are asked for; the exit code. Throws NotFound. */
export const showLog = (
  context: CliContext,
  engine: Engine,
  task: AgenticSession,
  view: LogView,
): Promise<number> =>
  view.check !== undefined || view.failed
    ? showParts(context, engine, task, view)
    : showLines(context, engine, task, view);

async function showLines(
  context: CliContext,
  engine: Engine,
  task: AgenticSession,
  { follow, tail, prefix, grep }: LogView,
): Promise<number> {
  const { signal } = context;
  const only = grep === undefined ? undefined : (line: string): boolean => line.includes(grep);
  const any = await printLog(context, taskLog(engine, task, { follow, tail, only, signal }), prefix);
  // The log itself was all there is to say.
  if (signal.aborted) return EXIT.interrupted;
  // A log that was followed ends early when its task is deleted.
  const now = follow ? await findTask(engine, task.metadata.namespace, taskName(task)) : task;
  if (any || tail === 0) return EXIT.ok;
  sayNothing(context, now, grep);
  return EXIT.ok;
}

function sayNothing(context: CliContext, task: AgenticSession, grep: string | undefined): void {
  const name = taskName(task);
  const is = isFinished(task) ? endWords(task) : `${phaseOf(task)}. Wait for it: bgtask logs -f ${name}`;
  if (grep === undefined) context.say(`No log found for task "${name}". It is ${is}`);
  else context.say(`No line of the log of task "${name}" contains ${JSON.stringify(grep)}.`);
}

/** Which lines are shown, by what they were found. */
function partWords({ of, from, to, isWhole }: LogPart, lines: readonly string[], name: string): string {
  const line = (at: number): string => `"${safeLine(lines[at] ?? '')}"`;
  const end = isWhole ? ` to ${line(to)}` : ', without the line that ends it';
  return `Task "${name}", ${of}: lines ${from + 1} to ${to + 1} of the log, from ${line(from)}${end}`;
}

async function showParts(
  context: CliContext,
  engine: Engine,
  task: AgenticSession,
  { check, tail, prefix, grep }: LogView,
): Promise<number> {
  const name = taskName(task);
  const lines = await logLines(engine, task, context.signal);
  const parts = check === undefined ? failedParts(task, lines) : [partOfCheck(task, lines, check)];
  if (parts.length === 0) {
    context.say(`The log of task "${name}" shows no failed check or step; it is ${phaseOf(task)}.`);
    return EXIT.ok;
  }
  for (const part of parts) context.say(partWords(part, lines, name));
  const shown = parts
    .flatMap(({ from, to }) => lines.slice(from, to + 1))
    .filter((line) => grep === undefined || line.includes(grep));
  if (shown.length === 0) sayNothing(context, task, grep);
  const text = shown.map((line) => `${line}\n`).join('');
  printText(context, tail === undefined ? text : lastLines(text, tail), prefix);
  return EXIT.ok;
}
