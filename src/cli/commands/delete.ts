import type { AgenticSession } from '../../api/types.ts';
import { fileURLToPath } from 'node:url';
import { BgtaskError, messageOf } from '../../domain/errors.ts';
import { shellWord } from '../../domain/shell-word.ts';
import { repositoryOf } from '../../domain/task.ts';
import type { Engine } from '../../engine/engine.ts';
import { deleteTask } from '../../service/cancel-task.ts';
import { findTask, tasksOf } from '../../service/find-task.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { announce } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';

type DeleteOptions = GlobalOptions & { all?: boolean };

/** The tasks of a project, or of all with -A, that --all or -l chooses. */
async function chosen(
  context: CliContext,
  engine: Engine,
  options: DeleteOptions,
): Promise<AgenticSession[]> {
  const namespace = options.allNamespaces ? undefined : await context.project(options);
  const tasks = await tasksOf(engine, { namespace, selector: options.selector, brief: !options.output });
  if (tasks.length === 0)
    context.say(`No tasks found in ${namespace ? `project "${namespace}"` : 'any project'}.`);
  return tasks;
}

/** Deletes every task that is found; the first that is not is the error, once the others are gone. */
async function deleteNamed(
  context: CliContext,
  engine: Engine,
  names: readonly string[],
  options: DeleteOptions,
): Promise<void> {
  const project = await context.project(options);
  const errors: unknown[] = [];
  for (const name of names) {
    try {
      await deleteOne(context, engine, await findTask(engine, project, name), options);
    } catch (error) {
      errors.push(error);
    }
  }
  for (const error of errors.slice(1)) context.warn(messageOf(error));
  if (errors.length > 0) throw errors[0];
}

async function deleteOne(
  context: CliContext,
  engine: Engine,
  task: AgenticSession,
  options: DeleteOptions,
): Promise<void> {
  await deleteTask(engine, task);
  await announce(context, options, { object: task, showing: TASKS }, 'deleted');
  for (const line of remains(task)) context.say(line);
}

/** What outlives a task, each with the command that removes it. */
function remains(task: AgenticSession): string[] {
  const { branch, prUrl } = task.status?.repos?.[0] ?? {};
  const lines: string[] = [];
  if (branch)
    lines.push(
      `The branch ${branch} stays. To remove it: git push ${shellWord(repositoryOf(task))} --delete ${shellWord(branch)}`,
    );
  if (prUrl?.startsWith('file:')) {
    const file = fileURLToPath(prUrl);
    const files = [file, file.replace(/\.md$/, '.patch')].map(shellWord).join(' ');
    lines.push(`The pull request's files stay. To remove them: rm ${files}`);
  } else if (prUrl) lines.push(`The pull request ${prUrl} stays.`);
  return lines;
}

export const setup: Setup = (command, context) => {
  const notes =
    'A running task is stopped first. Its log goes with it; its branch and pull request stay, and are named.';
  const examples = ['delete upgrade-lodash', 'delete -l ambient-code.io/template=upgrade-dependency'];
  command
    .argument('[task...]', TASK_ARGUMENT)
    .option('--all', 'every task of the project')
    .addHelpText('after', helpText(context, examples, notes))
    .action(async (names: string[], options: DeleteOptions) => {
      const many = options.all === true || options.selector !== undefined;
      if (names.length === 0 && !many)
        throw new BgtaskError('Usage', 'Name the tasks to delete.', {
          hint: 'Or choose them: --all, or -l with a label selector.',
        });
      if (names.length > 0 && (many || options.allNamespaces))
        throw new BgtaskError('Usage', 'Give names, or --all or -l, and not both.');
      const engine = await context.engine(options);
      if (!many) return deleteNamed(context, engine, names, options);
      for (const task of await chosen(context, engine, options))
        await deleteOne(context, engine, task, options);
    });
};
