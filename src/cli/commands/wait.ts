import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { isFinished, phaseOf, taskName, unprovenWords } from '../../domain/task.ts';
import { awaitTask } from '../../service/await-task.ts';
import { findTask } from '../../service/find-task.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import { type CliContext, EXIT, type GlobalOptions } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { printObjects } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';
import { type Target, targetOf } from '../wait-target.ts';
import { endCode, endWords, goesOn } from '../watch-task.ts';

interface WaitOptions extends GlobalOptions {
  for: string;
  timeout?: string;
}

/** The state that was waited for, or the one that rules it out; undefined when the wait is stopped. Throws NotFound or WaitTimeout. */
async function waitFor(
  context: CliContext,
  name: string,
  target: Target,
  options: WaitOptions,
): Promise<AgenticSession | undefined> {
  const milliseconds =
    options.timeout === undefined ? undefined : parseDuration(options.timeout, '--timeout');
  const engine = await context.engine(options);
  const task = await findTask(engine, await context.project(options), name);
  await engine.ensureController(!isFinished(task));
  const until = (each: AgenticSession): boolean => target.reached(each) || target.missed(each);
  const { signal } = context;
  const { session = task, reached, deleted } = await awaitTask(engine, task, { until, milliseconds, signal });
  if (deleted) throw new BgtaskError('NotFound', `Task "${taskName(task)}" was deleted.`);
  if (reached) return session;
  if (signal.aborted) {
    context.say(goesOn(task));
    return undefined;
  }
  throw new BgtaskError(
    'WaitTimeout',
    `Task "${taskName(task)}" is ${phaseOf(session)} after ${options.timeout}.`,
    {
      hint: goesOn(task),
    },
  );
}

export const setup: Setup = (command, context, exit) => {
  const notes = 'Exit codes: 0 reached, 3 the task Failed, 6 Stopped, 7 Timeout, 124 gave up.';
  command
    .argument('<task>', TASK_ARGUMENT)
    .option('--for <what>', 'completed, ended, or a phase', 'completed')
    .option('--timeout <duration>', 'give up after this time, e.g. 90s or 30m')
    .addHelpText('after', helpText(context, ['wait upgrade-lodash --for=completed --timeout=30m'], notes))
    .action(async (name: string, options: WaitOptions) => {
      const target = targetOf(options.for);
      const task = await waitFor(context, name, target, options);
      if (!task) return exit(EXIT.interrupted);
      if (options.output) await printObjects(context, options, [task], { ...TASKS, list: false });
      const unproven = unprovenWords(task);
      if (unproven) context.warn(unproven);
      if (target.reached(task)) return exit(EXIT.ok);
      context.warn(`task "${taskName(task)}" is ${endWords(task)}`);
      return exit(endCode(task) || EXIT.error);
    });
};
