import { BgtaskError } from '../../domain/errors.ts';
import { findTask } from '../../service/find-task.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { safeText } from '../output/safe.ts';
import { wantsColor } from '../paint.ts';

interface DiffOptions extends GlobalOptions {
  stat?: boolean;
  nameOnly?: boolean;
}

function check({ output, stat, nameOnly }: DiffOptions): void {
  if (output !== undefined && output !== 'patch')
    throw new BgtaskError('Usage', `invalid -o ${output}: must be patch.`);
  if ([output, stat, nameOnly].filter(Boolean).length > 1)
    throw new BgtaskError('Usage', 'Give one of --stat, --name-only and -o patch.');
}

/** Names of files, one a line; at a terminal nothing of a name may act on it. */
function printNames(context: CliContext, names: readonly string[]): void {
  const bytes = Buffer.from(names.map((name) => `${name}\n`).join(''), 'latin1');
  if (!context.stdoutIsTerminal) return context.out(bytes);
  for (const name of names)
    context.out(`${safeText(Buffer.from(name, 'latin1').toString('utf8')).replaceAll('\n', '\\n')}\n`);
}

async function show(context: CliContext, patch: Uint8Array, options: DiffOptions): Promise<void> {
  const { changedFiles, patchStat } = await import('../patch/files.ts');
  if (options.nameOnly) return printNames(context, await changedFiles(patch));
  if (options.stat) return context.out(`${safeText(await patchStat(patch))}\n`);
  // What a program reads is the patch itself; what a person sees must not act on the terminal.
  const color = wantsColor(context, options) && options.output !== 'patch';
  if (!context.stdoutIsTerminal && !color) return context.out(patch);
  const text = safeText(Buffer.from(patch).toString('utf8'));
  const { paintPatch } = await import('../patch/paint-patch.ts');
  const { page } = await import('../patch/page.ts');
  await page(context, color ? paintPatch(text) : text);
}

export const setup: Setup = (command, context) => {
  const notes =
    'A change is kept however its task ends, as long as its log. Piped, it is the patch itself, for git\napply; at a terminal it has colours and your pager (GIT_PAGER, core.pager, PAGER).';
  command
    .argument('<task>', TASK_ARGUMENT)
    .option('--stat', 'the files with their numbers of lines')
    .option('--name-only', 'the names of the files')
    .addHelpText(
      'after',
      helpText(
        context,
        ['diff upgrade-lodash', 'diff @latest --stat', 'diff upgrade-lodash -o patch > upgrade.patch'],
        notes,
      ),
    )
    .action(async (name: string, options: DiffOptions) => {
      check(options);
      const { taskPatch } = await import('../../service/task-patch.ts');
      const engine = await context.engine(options);
      const task = await findTask(engine, await context.project(options), name);
      await show(context, await taskPatch(engine, task), options);
      const note = task.status?.change?.note;
      if (note) context.warn(note);
    });
};
