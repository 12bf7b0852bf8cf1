import { taskName } from '../../domain/task.ts';
import { deleteTask } from '../../service/cancel-task.ts';
import { tasksOf } from '../../service/find-task.ts';
import { BgtaskError } from '../../domain/errors.ts';
import type { Setup } from '../command.ts';
import type { GlobalOptions } from '../context.ts';

export const setup: Setup = (command, context) => {
  command
    .argument('[task...]', 'names, @latest, or URLs of pull requests')
    .option('--all', 'every task of the project')
    .addHelpText('after', `\nA running task is stopped first. Its log's archive, branch and pull request stay.\n\nExamples:\n  ${context.program} delete upgrade-lodash\n  ${context.program} delete -l ambient-code.io/template=upgrade-dependency`)
    .action(async (names: string[], options: GlobalOptions & { all?: boolean }) => {
      const engine = await context.engine(options);
      const project = await context.project(options);
      const many = options.all || options.selector !== undefined;
      if (names.length === 0 && !many) throw new BgtaskError('Usage', 'Name the tasks to delete.', { hint: 'Or choose them: --all, or -l with a label selector.' });
      if (names.length > 0 && many) throw new BgtaskError('Usage', 'Give names, or --all or -l, and not both.');
      const chosen = many ? (await tasksOf(engine, { namespace: project, selector: options.selector })).map((task) => task.metadata.name) : names;
      if (chosen.length === 0) context.say(`No tasks found in project "${project}".`);
      for (const name of chosen) {
        const task = await deleteTask(engine, project, name);
        context.out(`task/${taskName(task)} deleted\n`);
      }
    });
};
