import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { newestOf } from '../../domain/retry.ts';
import { isRetryable, taskName } from '../../domain/task.ts';
import type { Engine } from '../../engine/engine.ts';
import { tasksOf } from '../../service/find-task.ts';
import type { RetryOptions as Changes } from '../../service/retry-task.ts';
import { chosenTasks } from '../chosen-tasks.ts';
import { helpText, type Setup } from '../command.ts';
import type { CliContext } from '../context.ts';
import { addFollowing } from '../create-flags.ts';
import { DRY_RUN_OF_CHANGE, dryRunOf, dryRunWords } from '../dry-run.ts';
import { eachTask } from '../each-task.ts';
import { announce } from '../print-objects.ts';
import {
  checkFollowing,
  checkOneReport,
  type Following,
  reportCreated,
  sayMade,
  waitForEnd,
} from '../report-created.ts';
import { addRetryFlags, changesOf, type RetryFlags } from '../retry-changes.ts';
import { TASKS } from '../task-columns.ts';
import { addChoice, type ChoiceFlags } from '../which-tasks.ts';

interface RetryOptions extends Following, RetryFlags, ChoiceFlags {
  fromScratch?: boolean;
  dryRun?: string | true;
}

/** Returns the tasks that can be retried, and of a task and its retries only the newest. */
async function worthRetrying(
  context: CliContext,
  engine: Engine,
  tasks: AgenticSession[],
): Promise<AgenticSession[]> {
  const failed = tasks.filter(isRetryable);
  if (failed.length === 0) return failed;
  const projects = [...new Set(failed.map(({ metadata }) => metadata.namespace))];
  const all = (
    await Promise.all(projects.map((namespace) => tasksOf(engine, { namespace, brief: true })))
  ).flat();
  return failed.filter((task) => {
    const newest = newestOf(task, all);
    if (newest.metadata.uid === task.metadata.uid) return true;
    context.say(`Skipping task "${taskName(task)}": "${taskName(newest)}" is a later retry of it.`);
    return false;
  });
}

/** What the options change, with the instructions of standard input. Throws Usage. */
async function wantedChanges(context: CliContext, options: RetryOptions): Promise<Changes> {
  const given = changesOf(options);
  const text = given.instructions === '-' ? await context.stdinText() : given.instructions;
  const changes = { ...given, ...(text !== undefined && { instructions: text }) };
  return { changes, fromScratch: options.fromScratch };
}

async function retry(context: CliContext, names: readonly string[], options: RetryOptions): Promise<number> {
  const dryRun = dryRunOf(options.dryRun);
  if (!dryRun) checkFollowing(options);
  const changes = await wantedChanges(context, options);
  const { checkTask } = await import('../../service/create-task.ts');
  const { prepareRetry, retryOf } = await import('../../service/retry-task.ts');
  const { engine, targets } = await chosenTasks(context, names, options, {
    doing: 'retry',
    narrow: (tasks, where) => worthRetrying(context, where, tasks),
  });
  if (dryRun)
    return eachTask(context, options, targets, async (task) => {
      const object = await checkTask(engine, await prepareRetry(engine, task, changes), dryRun);
      await announce(context, options, { object, showing: TASKS }, dryRunWords('created', dryRun));
    });
  if (options.watch && targets.length > 1)
    throw new BgtaskError('Usage', '--watch follows one task, and several are chosen.', {
      hint: 'Use --wait, or follow all tasks: bgtask list --watch',
    });
  checkOneReport(options, targets.length);
  // All of them are made before the first is waited for.
  const waitFor: AgenticSession[] = [];
  const code = await eachTask(context, options, targets, async (task) => {
    const made = await retryOf(engine, task, { signal: context.signal, ...changes });
    if (targets.length === 1 || !options.wait) return reportCreated(context, engine, made, options);
    for (const warning of made.warnings) context.warn(warning);
    sayMade(context, made.session, options);
    waitFor.push(made.session);
    return undefined;
  });
  const waits = waitFor.map((task) => ({ task }));
  return code || eachTask(context, options, waits, (task) => waitForEnd(context, engine, task, options));
}

const EXAMPLES = [
  'retry upgrade-lodash --watch',
  'retry upgrade-lodash --max-budget 10',
  'retry upgrade-lodash -m "Leave the lock file alone" --from-scratch',
  'retry --status failed --queue',
  'retry --all --dry-run',
];

export const setup: Setup = (command, context, exit) => {
  const notes =
    'Only a Failed, Timeout or Stopped task can be retried; it is kept, and the new one is named <root>-retry-<n>.\n--all, -l and --status choose of these tasks, and of a task and its retries only the last one.\nThe new one goes on with the change that the task made, where that is kept and its agent is not a command.\nThe exit code with --watch or --wait: 0 Completed, 3 Failed, 6 Stopped, 7 Timeout; 8 when a limit is reached.';
  addRetryFlags(addChoice(command));
  addFollowing(command, DRY_RUN_OF_CHANGE);
  command
    .addHelpText('after', helpText(context, EXAMPLES, notes))
    .action(async (names: string[], options: RetryOptions) => exit(await retry(context, names, options)));
};
