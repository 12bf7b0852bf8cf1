import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { isFinished, phaseOf, taskName, unprovenWords } from '../../domain/task.ts';
import { awaitTask } from '../../service/await-task.ts';
import { findTask } from '../../service/find-task.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { parseDuration } from '../duration.ts';
import { printObjects } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';
import { type Target, targetOf } from '../wait-target.ts';
import { waitedCode } from '../waited-code.ts';
import { endWords, goesOn } from '../watch-task.ts';

interface WaitOptions extends GlobalOptions {
  for: string;
  timeout?: string;
}

/** Waits for a state, or the one that rules it out, and says which; the exit code. Throws NotFound or WaitTimeout. */
async function waitFor(
  context: CliContext,
  name: string,
  target: Target,
  options: WaitOptions,
): Promise<number> {
  const milliseconds =
    options.timeout === undefined ? undefined : parseDuration(options.timeout, '--timeout');
  const engine = await context.engine(options);
  const task = await findTask(engine, await context.project(options), name);
  await engine.ensureController(!isFinished(task));
  const until = (each: AgenticSession): boolean => target.reached(each) || target.missed(each);
  const { signal } = context;
  const seen = await awaitTask(engine, task, { until, milliseconds, signal });
  const code = waitedCode(task, seen, target.reached);
  const { session = task, reached } = seen;
  if (reached) {
    await tell(context, session, target, options);
    return code;
  }
  if (signal.aborted) {
    context.say(goesOn(task));
    return code;
  }
  throw new BgtaskError(
    'WaitTimeout',
    `Task "${taskName(task)}" is ${phaseOf(session)} after ${options.timeout}.`,
    {
      hint: goesOn(task),
    },
  );
}

/** Says what was reached, or what came instead. */
async function tell(
  context: CliContext,
  task: AgenticSession,
  target: Target,
  options: WaitOptions,
): Promise<void> {
  if (options.output) await printObjects(context, options, [task], { ...TASKS, list: false });
  const unproven = unprovenWords(task);
  if (unproven) context.warn(unproven);
  if (!target.reached(task)) context.warn(`task "${taskName(task)}" is ${endWords(task)}`);
}

export const setup: Setup = (command, context, exit) => {
  const notes = 'Exit codes: 0 reached, 3 the task Failed, 6 Stopped, 7 Timeout, 124 gave up.';
  command
    .argument('<task>', TASK_ARGUMENT)
    .option('--for <what>', 'completed, ended, or a phase', 'completed')
    .option('--timeout <duration>', 'give up after this time, e.g. 90s or 30m')
    .addHelpText('after', helpText(context, ['wait upgrade-lodash --for=completed --timeout=30m'], notes))
    .action(async (name: string, options: WaitOptions) => {
      exit(await waitFor(context, name, targetOf(options.for), options));
    });
};
