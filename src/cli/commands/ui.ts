import { BgtaskError } from '../../domain/errors.ts';
import { helpText, type Setup } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { viewOptions } from '../view-options.ts';

async function ui(context: CliContext, options: GlobalOptions): Promise<void> {
  const { views } = context;
  if (!views || options.output !== undefined || options.quiet)
    throw new BgtaskError(
      'Usage',
      'ui needs a terminal, for its keys and for what it draws; it prints no data.',
      {
        hint: 'Anywhere else: bgtask list, and bgtask watch for one task.',
      },
    );
  const engine = await context.engine(options);
  const project = options.allNamespaces ? undefined : await context.project(options);
  const { selector } = options;
  await (await views()).ui({ ...viewOptions(context, engine, options), project, selector });
}

export const setup: Setup = (command, context) => {
  const notes =
    'Arrows move, Enter opens a task, / filters, c cancels, r retries, ? shows all keys.\nQuitting with q or Ctrl-C leaves the tasks running.';
  command
    .addHelpText('after', helpText(context, ['ui', 'ui -A'], notes))
    .action((options: GlobalOptions) => ui(context, options));
};
