import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { taskName } from '../../domain/task.ts';
import { findTask } from '../../service/find-task.ts';
import { collect, helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';

interface ApplyFlags extends GlobalOptions {
  allowPath?: string[];
}

/** What changes must not touch: as the settings of this machine say, and by default for tasks of a cluster. */
async function protectedPaths(context: CliContext, options: GlobalOptions): Promise<string[]> {
  if ((await context.engine(options)).kind !== 'local') {
    const { PROTECTED } = await import('../../domain/protected.ts');
    return PROTECTED.map(([path]) => path);
  }
  const { loadSettings } = await import('../../engine/local/local-settings.ts');
  const { localPaths } = await import('../../engine/local/paths.ts');
  return loadSettings(localPaths(context.env).config).protectedPaths;
}

async function apply(context: CliContext, task: AgenticSession, options: ApplyFlags): Promise<void> {
  const { taskPatch } = await import('../../service/task-patch.ts');
  const { applyPatch } = await import('../patch/apply-patch.ts');
  const name = taskName(task);
  const patch = await taskPatch(await context.engine(options), task);
  const { files, conflicts } = await applyPatch(patch, {
    cwd: process.cwd(),
    protectedPaths: await protectedPaths(context, options),
    allowedPaths: [...(task.spec.allowedPaths ?? []), ...(options.allowPath ?? [])],
  });
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  if (conflicts.length > 0)
    throw new BgtaskError(
      'Conflict',
      `The change of task "${name}" is in the checkout, with conflicts in ${conflicts.length} of ${count}.`,
      { hint: 'Resolve the marks in the files, then: git add FILES' },
    );
  context.say(
    `The change of task "${name}" is in the checkout and the index: ${count}. See it: git diff --cached`,
  );
}

export const setup: Setup = (command, context) => {
  const notes =
    "Puts the kept change into the checkout that you stand in, and into its index, as git apply --3way\n--index does; nothing is committed. A change of git's own files is always refused, one of protected\npaths unless --allow-path names them.";
  command
    .argument('<task>', TASK_ARGUMENT)
    .option('--allow-path <glob>', 'allow the change to touch this protected path (repeatable)', collect)
    .addHelpText('after', helpText(context, ['apply upgrade-lodash', 'apply @latest'], notes))
    .action(async (name: string, options: ApplyFlags) => {
      const engine = await context.engine(options);
      await apply(context, await findTask(engine, await context.project(options), name), options);
    });
};
