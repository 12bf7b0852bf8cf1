import { isFinished } from '../../domain/task.ts';
import { listTasks, type TaskFilter } from '../../service/list-tasks.ts';
import type { Setup } from '../command.ts';
import type { GlobalOptions } from '../context.ts';
import { printObjects } from '../print-objects.ts';
import { ALL_TASK_COLUMNS, TASK_COLUMNS, TASK_KIND } from '../task-columns.ts';

export const setup: Setup = (command, context) => {
  command
    .option('--status <phases>', 'only tasks in these phases, with commas')
    .option('--creator <user>', 'only tasks of this user')
    .option('--repo <url>', 'only tasks of this repository')
    .option('--template <name>', 'only tasks made from this template')
    .option('--since <time>', 'only tasks made since then: 30m, 2h, 7d or a time')
    .addHelpText('after', `\nExamples:\n  ${context.program} list --status=running,pending\n  ${context.program} list -A --since=7d -o wide\n  ${context.program} list -o jsonpath='{.items[*].metadata.name}'`)
    .action(async (options: GlobalOptions & TaskFilter) => {
      const engine = await context.engine(options);
      const project = options.allNamespaces ? undefined : await context.project(options);
      const tasks = await listTasks(engine, project, options, context.now());
      await printObjects(context, options, tasks, { columns: project ? TASK_COLUMNS : ALL_TASK_COLUMNS, kindName: TASK_KIND, list: true });
      if (tasks.length === 0) context.say(`No tasks found in ${project ? `project "${project}"` : 'any project'}. Make one: ${context.program} create NAME --repo URL -m "..."`);
      await engine.ensureController(tasks.some((task) => !isFinished(task)));
    });
};
