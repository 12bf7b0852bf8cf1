import { findTask } from '../../service/find-task.ts';
import type { Setup } from '../command.ts';
import type { GlobalOptions } from '../context.ts';
import { watchTask } from '../watch-task.ts';

export const setup: Setup = (command, context, exit) => {
  command
    .argument('<task>', 'its name, @latest, or the URL of its pull request')
    .addHelpText('after', `\nExamples:\n  ${context.program} watch upgrade-lodash\n  ${context.program} watch @latest -o jsonl\n\nThe exit code is the task's: 0 Completed, 3 Failed, 6 Stopped, 7 Timeout.`)
    .action(async (name: string, options: GlobalOptions) => {
      const engine = await context.engine(options);
      const task = await findTask(engine, await context.project(options), name);
      exit(await watchTask(context, engine, task, options));
    });
};
