import { isFinished, taskName } from '../../domain/task.ts';
import { findTask } from '../../service/find-task.ts';
import type { Setup } from '../command.ts';
import type { GlobalOptions } from '../context.ts';
import { describeTask } from '../describe-task.ts';
import { safeText } from '../output/safe.ts';
import { printObjects } from '../print-objects.ts';
import { TASK_COLUMNS, TASK_KIND } from '../task-columns.ts';

export const setup: Setup = (command, context) => {
  command
    .argument('<task>', 'its name, @latest, or the URL of its pull request')
    .addHelpText('after', `\nExamples:\n  ${context.program} describe upgrade-lodash\n  ${context.program} describe @latest -o yaml`)
    .action(async (name: string, options: GlobalOptions) => {
      const engine = await context.engine(options);
      const task = await findTask(engine, await context.project(options), name);
      if (options.output || options.quiet) await printObjects(context, options, [task], { columns: TASK_COLUMNS, kindName: TASK_KIND, list: false });
      else context.out(safeText(describeTask(task, context.now())));
      if (task.status?.reason === 'ValidationFailed') context.say(`\nThe whole log: ${context.program} logs ${taskName(task)}`);
      await engine.ensureController(!isFinished(task));
    });
};
