import type { AgenticSession, Phase } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { isFinished, phaseOf, prUrlOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { awaitTask } from '../service/await-task.ts';
import { EXIT, type CliContext, type GlobalOptions } from './context.ts';
import { toJsonLines } from './output/document.ts';
import { parseOutput } from './output/format.ts';

const CODE: Partial<Record<Phase, number>> = { Failed: EXIT.failed, Stopped: EXIT.stopped, Timeout: EXIT.timeout };

/** The exit code of a task that has ended; 0 for one that has not. */
export const endCode = (task: AgenticSession): number => CODE[phaseOf(task)] ?? EXIT.ok;

/** Lines of the log that a failure shows. */
const LOG_TAIL = 15;

const clock = (now: Date): string => now.toTimeString().slice(0, 8);

/** What a plain watcher says of a state; the same words are not said twice. */
const stateLine = (task: AgenticSession): string =>
  `${phaseOf(task).padEnd(9)} ${String(task.status?.progress ?? 0).padStart(3)}%  ${task.status?.currentPhase ?? ''}`.trimEnd();

/** Follows a task until it ends: lines on standard error, and on standard output the pull request's URL, or objects with -o jsonl. */
export async function watchTask(context: CliContext, engine: Engine, task: AgenticSession, options: GlobalOptions): Promise<number> {
  const format = parseOutput(options.output, ['table', 'jsonl']);
  await engine.ensureController(!isFinished(task));
  let last = '';
  const onChange = (state: AgenticSession): void => {
    if (format.kind === 'jsonl') return context.out(toJsonLines([state]));
    const line = stateLine(state);
    if (line !== last) context.say(`${clock(context.now())}  ${line}`);
    last = line;
  };
  const { session, deleted } = await awaitTask(engine, task, { until: isFinished, signal: context.signal, onChange });
  const name = taskName(task);
  if (deleted || !session) throw new BgtaskError('NotFound', `Task "${name}" was deleted.`);
  if (context.signal.aborted && !isFinished(session)) {
    context.say(`Task "${name}" goes on in the background. Follow it again: ${context.program} watch ${name}`);
    return EXIT.interrupted;
  }
  if (format.kind !== 'jsonl') conclude(context, session);
  return endCode(session);
}

function conclude(context: CliContext, task: AgenticSession): void {
  const name = taskName(task);
  const url = prUrlOf(task);
  if (phaseOf(task) === 'Completed') {
    context.say(url ? 'Pull request:' : 'No changes were needed, so there is no pull request.');
    if (url) context.out(`${url}\n`);
    return;
  }
  const tail = (task.status?.logs ?? '').trimEnd().split('\n').slice(-LOG_TAIL);
  context.say(['', ...tail.map((line) => `  | ${line}`), ''].join('\n'));
  context.warn(`task "${name}" is ${phaseOf(task)} (${task.status?.reason ?? ''}): ${task.status?.error ?? ''}`);
  context.say(`The whole log: ${context.program} logs ${name}    Try again: ${context.program} retry ${name} --watch`);
}
