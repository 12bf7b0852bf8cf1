import type { AgenticSession } from '../../api/types.ts';
import { isFinished, phaseOf, taskName } from '../../domain/task.ts';
import type { Engine } from '../../engine/engine.ts';
import { type Awaited, awaitTasks } from '../../service/await-task.ts';
import { askToStop, CANCEL_WAIT } from '../../service/cancel-task.ts';
import { chosenTasks, type Target, tasksIn } from '../chosen-tasks.ts';
import { helpText, type Setup } from '../command.ts';
import { type CliContext, EXIT } from '../context.ts';
import { DRY_RUN_OF_CHANGE, dryRunOf, dryRunWords } from '../dry-run.ts';
import { eachTask } from '../each-task.ts';
import { announce } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';
import { waitedCode } from '../waited-code.ts';
import { addChoice, type ChoiceFlags } from '../which-tasks.ts';

interface CancelOptions extends ChoiceFlags {
  wait: boolean;
  dryRun?: string | true;
}

/** Asks for each task to be stopped: the tasks as they are then, and why one cannot be. */
async function ask(context: CliContext, engine: Engine, targets: readonly Target[]): Promise<Target[]> {
  const asked: Target[] = [];
  for (const target of targets) {
    if (context.signal.aborted) break;
    if ('error' in target) asked.push(target);
    else
      asked.push(
        await askToStop(engine, target.task).then(
          (task) => ({ task }),
          (error: unknown) => ({ error }),
        ),
      );
  }
  return asked;
}

/** Says how a task ended that was to be stopped; the exit code. */
async function tell(
  context: CliContext,
  options: CancelOptions,
  task: AgenticSession,
  seen: Awaited,
): Promise<number> {
  const code = waitedCode(task, seen, isFinished);
  context.signal.throwIfAborted();
  const ended = seen.session;
  if (code === EXIT.ok && ended) {
    const done = phaseOf(ended) === 'Stopped' ? 'cancelled' : `had already ended: ${phaseOf(ended)}`;
    await announce(context, options, { object: ended, showing: TASKS }, done);
    return code;
  }
  context.warn(
    `Task "${taskName(task)}" has not stopped within ${CANCEL_WAIT / 1000} s. See why: bgtask describe ${taskName(task)}`,
  );
  return EXIT.error;
}

async function cancel(
  context: CliContext,
  names: readonly string[],
  options: CancelOptions,
): Promise<number> {
  const dryRun = dryRunOf(options.dryRun);
  const { engine, targets } = await chosenTasks(context, names, options, {
    doing: 'cancel',
    narrow: (tasks) => tasks.filter((task) => !isFinished(task)),
    brief: !options.output,
  });
  const say = (task: AgenticSession, done: string): Promise<void> =>
    announce(context, options, { object: task, showing: TASKS }, done);
  if (dryRun)
    return eachTask(context, options, targets, async (task) =>
      say(await askToStop(engine, task, dryRun), dryRunWords('cancelled', dryRun)),
    );
  if (!options.wait)
    return eachTask(context, options, targets, async (task) =>
      say(await askToStop(engine, task), 'is being cancelled'),
    );
  const asked = await ask(context, engine, targets);
  const tasks = tasksIn(asked);
  for (const task of tasks) context.say(`Stopping task "${taskName(task)}" …`);
  const { signal } = context;
  const seen = await awaitTasks(engine, tasks, { until: isFinished, milliseconds: CANCEL_WAIT, signal });
  return eachTask(context, options, asked, (task) =>
    tell(context, options, task, seen[tasks.indexOf(task)] ?? { reached: false, deleted: false }),
  );
}

export const setup: Setup = (command, context, exit) => {
  const notes =
    'Returns when the processes of the tasks are gone, or fails after 30 s. --all, -l and --status choose\nof the tasks that have not ended.';
  const examples = ['cancel upgrade-lodash', 'cancel @latest --no-wait', 'cancel --all --dry-run'];
  addChoice(command)
    .option('--no-wait', 'return before the processes are gone')
    .option(...DRY_RUN_OF_CHANGE)
    .addHelpText('after', helpText(context, examples, notes))
    .action(async (names: string[], options: CancelOptions) => exit(await cancel(context, names, options)));
};
