import type { AgenticSession } from '../api/types.ts';
import { adviceLine } from '../domain/advice.ts';
import { conditionOf } from '../domain/conditions.ts';
import { taskName, unprovenWords } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { awaitEnd } from '../service/cancel-task.ts';
import type { BuiltTask } from '../service/task-object.ts';
import { EXIT, type CliContext, type GlobalOptions } from './context.ts';
import { announce } from './print-objects.ts';
import { TASKS } from './task-columns.ts';
import { endCode, endWords, goesOn, parseWatchOutput, watchTask } from './watch-task.ts';

export interface Following extends GlobalOptions {
  watch?: boolean;
  wait?: boolean;
}

/** Refuses a -o that --watch does not know, before a task is made. */
export function checkFollowing(options: Following): void {
  if (options.watch) parseWatchOutput(options.output);
}

/** Says that a task was made, then follows it or waits for it when asked; the exit code. */
export async function reportCreated(
  context: CliContext,
  engine: Engine,
  made: BuiltTask,
  options: Following,
): Promise<number> {
  const { session, warnings } = made;
  const name = taskName(session);
  for (const warning of warnings) context.warn(warning);
  if (options.watch) {
    context.say(`task/${name} created`);
    return watchTask(context, engine, session, options);
  }
  const ended = options.wait ? await awaitEnd(engine, session, undefined, context.signal) : undefined;
  if (options.wait && context.signal.aborted) {
    context.say(goesOn(session));
    return EXIT.interrupted;
  }
  await announce(context, options, { object: ended ?? session, showing: TASKS }, 'created');
  if (ended) return sayEnd(context, ended);
  const inLine = conditionOf(session.status?.conditions, 'Admitted')?.reason === 'InLine';
  if (inLine)
    context.say(
      `${session.status?.currentPhase}: ${conditionOf(session.status?.conditions, 'Admitted')?.message}`,
    );
  context.say(`Follow it: bgtask watch ${name}`);
  return EXIT.ok;
}

/** Says how a task ended that was waited for; the exit code. */
function sayEnd(context: CliContext, task: AgenticSession): number {
  const code = endCode(task);
  const unproven = unprovenWords(task);
  if (unproven) context.warn(unproven);
  if (code === EXIT.ok) return code;
  context.warn(`task "${taskName(task)}" is ${endWords(task)}`);
  context.say(adviceLine(task));
  return code;
}
