import { fileURLToPath } from 'node:url';
import type { AgenticSession } from '../../api/types.ts';
import { shellWord } from '../../domain/shell-word.ts';
import { repositoryOf } from '../../domain/task.ts';
import { deleteTask } from '../../service/cancel-task.ts';
import { chosenTasks } from '../chosen-tasks.ts';
import { helpText, type Setup } from '../command.ts';
import type { CliContext } from '../context.ts';
import { DRY_RUN_OF_CHANGE, dryRunOf, dryRunWords } from '../dry-run.ts';
import { eachTask } from '../each-task.ts';
import { announce } from '../print-objects.ts';
import { TASKS } from '../task-columns.ts';
import { addChoice, type ChoiceFlags } from '../which-tasks.ts';

interface DeleteOptions extends ChoiceFlags {
  dryRun?: string | true;
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

async function remove(
  context: CliContext,
  names: readonly string[],
  options: DeleteOptions,
): Promise<number> {
  const dryRun = dryRunOf(options.dryRun);
  const { engine, targets } = await chosenTasks(context, names, options, { doing: 'delete' });
  return eachTask(context, options, targets, async (task) => {
    await deleteTask(engine, task, dryRun);
    await announce(context, options, { object: task, showing: TASKS }, dryRunWords('deleted', dryRun));
    if (!dryRun) for (const line of remains(task)) context.say(line);
  });
}

export const setup: Setup = (command, context, exit) => {
  const notes =
    'A running task is stopped first. Its log goes with it; its branch and pull request stay, and are named.';
  const examples = [
    'delete upgrade-lodash',
    'delete -l ambient-code.io/template=upgrade-dependency',
    'delete --status failed,stopped --dry-run',
  ];
  addChoice(command)
    .option(...DRY_RUN_OF_CHANGE)
    .addHelpText('after', helpText(context, examples, notes))
    .action(async (names: string[], options: DeleteOptions) => exit(await remove(context, names, options)));
};
