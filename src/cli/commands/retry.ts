import { findTask } from '../../service/find-task.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { CliContext } from '../context.ts';
import { addFollowing } from '../create-flags.ts';
import { dryRunOf, showDryRun } from '../dry-run.ts';
import { addRetryFlags, changesOf, type RetryFlags } from '../retry-changes.ts';
import { checkFollowing, type Following, reportCreated } from '../report-created.ts';
import { TASKS } from '../task-columns.ts';

interface RetryOptions extends Following, RetryFlags {
  fromScratch?: boolean;
  dryRun?: string;
}

async function retry(context: CliContext, name: string, options: RetryOptions): Promise<number> {
  const dryRun = dryRunOf(options.dryRun);
  if (!dryRun) checkFollowing(options);
  const given = changesOf(options);
  const text = given.instructions === '-' ? await context.stdinText() : given.instructions;
  const changes = { ...given, ...(text !== undefined && { instructions: text }) };
  const { checkTask } = await import('../../service/create-task.ts');
  const { prepareRetry, retryTask } = await import('../../service/retry-task.ts');
  const engine = await context.engine(options);
  const project = await context.project(options);
  const { fromScratch } = options;
  if (dryRun) {
    const session = await prepareRetry(engine, await findTask(engine, project, name), {
      changes,
      fromScratch,
    });
    await showDryRun(context, options, await checkTask(engine, session, dryRun), TASKS);
    return 0;
  }
  const made = await retryTask(engine, project, name, { signal: context.signal, changes, fromScratch });
  return reportCreated(context, engine, made, options);
}

const EXAMPLES = [
  'retry upgrade-lodash --watch',
  'retry upgrade-lodash --max-budget 10',
  'retry upgrade-lodash -m "Leave the lock file alone" --from-scratch',
];

export const setup: Setup = (command, context, exit) => {
  const notes =
    'Only a Failed, Timeout or Stopped task can be retried; it is kept, and the new one is named <root>-retry-<n>.\nThe new one goes on with the change that the task made, where that is kept and its agent is not a command.\nThe exit code with --watch or --wait: 0 Completed, 3 Failed, 6 Stopped, 7 Timeout; 8 when a limit is reached.';
  command.argument('<task>', TASK_ARGUMENT);
  addRetryFlags(command);
  addFollowing(command);
  command
    .addHelpText('after', helpText(context, EXAMPLES, notes))
    .action(async (name: string, options: RetryOptions) => exit(await retry(context, name, options)));
};
