import { isFinished, taskName } from '../../domain/task.ts';
import { findTask } from '../../service/find-task.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { GlobalOptions } from '../context.ts';
import { describeTask } from '../describe-task.ts';
import { safeText } from '../output/safe.ts';
import { printObjects } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';

export const setup: Setup = (command, context) => {
  command
    .argument('<task>', TASK_ARGUMENT)
    .addHelpText('after', helpText(context, ['describe upgrade-lodash', 'describe @latest -o yaml']))
    .action(async (name: string, options: GlobalOptions) => {
      const engine = await context.engine(options);
      const task = await findTask(engine, await context.project(options), name);
      if (options.output || options.quiet)
        await printObjects(context, options, [task], { ...TASKS, list: false });
      else {
        context.out(safeText(describeTask(task, context.now())));
        if (task.status?.logs) context.say(`\nThe whole log: bgtask logs ${taskName(task)}`);
      }
      await engine.ensureController(!isFinished(task));
    });
};
