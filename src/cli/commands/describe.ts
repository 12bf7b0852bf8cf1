import type { AgenticSession } from '../../api/types.ts';
import { adviceLine } from '../../domain/advice.ts';
import { isFinished, taskName } from '../../domain/task.ts';
import { findTask } from '../../service/find-task.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { GlobalOptions } from '../context.ts';
import { describeTask } from '../describe-task.ts';
import { safeText } from '../output/safe.ts';
import { printObjects } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';

/** The next command: of a task that failed what may cure it, else its log. */
function nextWords(task: AgenticSession): string {
  const advice =
    adviceLine(task) || (task.status?.logs ? `The whole log: bgtask logs ${taskName(task)}` : '');
  return advice && `\n${advice}`;
}

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
        const next = nextWords(task);
        if (next) context.say(next);
      }
      await engine.ensureController(!isFinished(task));
    });
};
