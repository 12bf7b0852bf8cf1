import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { endWords } from '../end-words.ts';
import { isFinished, phaseOf, prUrlOf, taskName } from '../../domain/task.ts';
import { findTask } from '../../service/find-task.ts';
import { openUrl } from '../browser.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';

/** A task's page, where the settings of this machine say the address of the pages. */
async function pageOf(
  context: CliContext,
  task: AgenticSession,
  options: GlobalOptions,
): Promise<string | undefined> {
  if ((await context.engine(options)).kind !== 'local') return undefined;
  const { loadSettings } = await import('../../engine/local/local-settings.ts');
  const { localPaths } = await import('../../engine/local/paths.ts');
  const { pageBaseUrl } = loadSettings(localPaths(context.env).config);
  const { namespace } = task.metadata;
  return pageBaseUrl && `${pageBaseUrl.replace(/\/$/, '')}/projects/${namespace}/tasks/${taskName(task)}`;
}

export const setup: Setup = (command, context) => {
  const notes =
    'Its pull request; of a task without one its page, where pageBaseUrl is set. Without a terminal or\na browser the URL is printed.';
  command
    .argument('<task>', TASK_ARGUMENT)
    .addHelpText('after', helpText(context, ['open upgrade-lodash', 'open @latest'], notes))
    .action(async (text: string, options: GlobalOptions) => {
      const engine = await context.engine(options);
      const task = await findTask(engine, await context.project(options), text);
      const url = prUrlOf(task) ?? (await pageOf(context, task, options));
      const name = taskName(task);
      if (url) return openUrl(context, url);
      throw new BgtaskError(
        'NotFound',
        `Task "${name}" does not have a pull request (status: ${isFinished(task) ? endWords(task) : phaseOf(task)}).`,
        {
          hint: !isFinished(task)
            ? `Wait for it: bgtask watch ${name}`
            : task.status?.change?.location
              ? `See its change: bgtask diff ${name}`
              : `See its log: bgtask logs ${name}`,
        },
      );
    });
};
