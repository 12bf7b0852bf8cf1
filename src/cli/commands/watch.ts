import { findTask } from '../../service/find-task.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { GlobalOptions } from '../context.ts';
import { parseWatchOutput, watchTask } from '../watch-task.ts';

export const setup: Setup = (command, context, exit) => {
  const notes =
    "At a terminal a view with the log: q quits, c cancels, r retries, ? shows all\nkeys. A task that came to nothing stays there until a key, or for five minutes.\nAnywhere else, in CI, with -q or -o: lines. With -o jsonl: the whole object, one\na line, at each change.\nThe exit code is the task's: 0 Completed, 3 Failed, 6 Stopped, 7 Timeout; 130\nwhen you stop watching, and the task goes on.";
  command
    .argument('<task>', TASK_ARGUMENT)
    .addHelpText('after', helpText(context, ['watch upgrade-lodash', 'watch @latest -o jsonl'], notes))
    .action(async (name: string, options: GlobalOptions) => {
      parseWatchOutput(options.output);
      const engine = await context.engine(options);
      const task = await findTask(engine, await context.project(options), name);
      exit(await watchTask(context, engine, task, options));
    });
};
