import { findTask } from '../../service/find-task.ts';
import { prepareRetry, retryTask } from '../../service/retry-task.ts';
import type { Setup } from '../command.ts';
import type { GlobalOptions } from '../context.ts';
import { reportCreated } from '../report-created.ts';

interface RetryOptions extends GlobalOptions {
  watch?: boolean;
  wait?: boolean;
  queue?: boolean;
  dryRun?: string;
}

export const setup: Setup = (command, context, exit) => {
  command
    .argument('<task>', 'its name, @latest, or the URL of its pull request')
    .option('--watch', 'follow the new task until it ends')
    .option('--wait', 'wait for the new task to end, without a word')
    .option('--queue', 'wait in line when a limit is reached')
    .option('--dry-run <where>', 'client: show the new object and store nothing')
    .addHelpText('after', `\nOnly a Failed, Timeout or Stopped task can be retried; it is kept, and the new one is named <task>-retry-<n>.\n\nExamples:\n  ${context.program} retry upgrade-lodash --watch`)
    .action(async (name: string, options: RetryOptions) => {
      const engine = await context.engine(options);
      const project = await context.project(options);
      if (options.dryRun) {
        const session = await prepareRetry(engine, await findTask(engine, project, name));
        return exit(await reportCreated(context, engine, { session, warnings: [] }, { ...options, output: options.output ?? 'yaml', watch: false, wait: false }));
      }
      const made = await retryTask(engine, project, name, { signal: context.signal, queue: options.queue });
      exit(await reportCreated(context, engine, made, options));
    });
};
