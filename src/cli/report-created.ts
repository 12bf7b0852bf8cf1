import { taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';
import { awaitEnd } from '../service/cancel-task.ts';
import type { BuiltTask } from '../service/task-object.ts';
import { EXIT, type CliContext, type GlobalOptions } from './context.ts';
import { printObjects } from './print-objects.ts';
import { TASK_COLUMNS, TASK_KIND } from './task-columns.ts';
import { endCode, watchTask } from './watch-task.ts';

interface Following extends GlobalOptions {
  watch?: boolean;
  wait?: boolean;
}

/** Says that a task was made, then follows it or waits for it when asked; the exit code. */
export async function reportCreated(context: CliContext, engine: Engine, made: BuiltTask, options: Following): Promise<number> {
  const { session, warnings } = made;
  const name = taskName(session);
  for (const warning of warnings) context.warn(warning);
  if (options.watch) {
    context.say(`task/${name} created`);
    return watchTask(context, engine, session, options);
  }
  const task = options.wait ? ((await awaitEnd(engine, session, undefined, context.signal)) ?? session) : session;
  context.signal.throwIfAborted();
  if (options.output || options.quiet) await printObjects(context, options, [task], { columns: TASK_COLUMNS, kindName: TASK_KIND, list: false });
  else context.out(`task/${name} created\n`);
  if (!options.wait && session.metadata.uid) context.say(`Follow it: ${context.program} watch ${name}`);
  return options.wait ? endCode(task) : EXIT.ok;
}
