import type { Command } from 'commander';
import { BgtaskError } from '../../domain/errors.ts';
import { readyTemplate, readyTemplates } from '../../service/ready-templates.ts';
import type { StoredTemplate } from '../../service/templates.ts';
import { collect, helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { describeTemplate } from '../describe-template.ts';
import { DRY_RUN, dryRunOf, showDryRun } from '../dry-run.ts';
import { readInputFile } from '../input-file.ts';
import { safeText } from '../output/safe.ts';
import { announce, printObjects } from '../print-objects.ts';
import { READY_TEMPLATES, TEMPLATES, TEMPLATES_OF_ALL_PROJECTS } from '../template-columns.ts';

interface KeepOptions extends GlobalOptions {
  dryRun?: string | true;
}

const service = () => import('../../service/templates.ts');

/** Stores templates, or with --dry-run shows them. */
async function keep(
  context: CliContext,
  options: KeepOptions,
  built: readonly StoredTemplate[],
  done: string,
): Promise<void> {
  const dryRun = dryRunOf(options.dryRun);
  const { checkTemplate, createTemplate } = await service();
  const engine = await context.engine(options);
  for (const each of built) {
    for (const warning of each.warnings) context.warn(warning);
    if (dryRun)
      await showDryRun(context, options, await checkTemplate(engine, each.template, dryRun), TEMPLATES);
    else {
      const { template } = await createTemplate(engine, each);
      await announce(context, options, { object: template, showing: TEMPLATES }, done);
    }
  }
}

function addList(command: Command, context: CliContext): void {
  command
    .command('list')
    .alias('get')
    .description('List templates')
    .option('--available', 'those that come with bgtask, whether installed or not')
    .action(async (options: GlobalOptions & { available?: boolean }) => {
      const project = options.allNamespaces ? undefined : await context.project(options);
      const ready = (name: string) => readyTemplate(name, project ?? 'default');
      const templates = options.available
        ? (await Promise.all(readyTemplates().map(ready))).map(({ template }) => template)
        : await (await service()).listTemplates(await context.engine(options), project, options.selector);
      const installed = project ? TEMPLATES : TEMPLATES_OF_ALL_PROJECTS;
      const showing = options.available ? READY_TEMPLATES : installed;
      await printObjects(context, options, templates, { ...showing, list: true });
      if (templates.length === 0)
        context.say(`No templates found. Ready ones: bgtask template list --available`);
    });
}

function addDescribe(command: Command, context: CliContext): void {
  command
    .command('describe')
    .description('Show everything about a template')
    .argument('<template>', 'its name')
    .action(async (name: string, options: GlobalOptions) => {
      const { getTemplate } = await service();
      const template = await getTemplate(await context.engine(options), await context.project(options), name);
      if (options.output || options.quiet)
        await printObjects(context, options, [template], { ...TEMPLATES, list: false });
      else context.out(safeText(describeTemplate(template, context)));
    });
}

function addCreate(command: Command, context: CliContext): void {
  command
    .command('create')
    .description('Make templates from a file')
    .requiredOption('-f, --filename <file>', 'YAML or JSON; - reads standard input')
    .option(...DRY_RUN)
    .action(async (options: KeepOptions & { filename: string }) => {
      const { filename, namespace } = options;
      const project = await context.project(options);
      const file = filename === '-' ? 'standard input' : filename;
      const text = await readInputFile(context, filename);
      const { readTemplates } = await service();
      await keep(
        context,
        options,
        await readTemplates(text, { file, project, fixed: namespace !== undefined }),
        'created',
      );
    });
}

function addInstall(command: Command, context: CliContext): void {
  command
    .command('install')
    .description('Install templates that come with bgtask')
    .argument('[template...]', 'see: template list --available')
    .option('--all', 'all of them')
    .option(...DRY_RUN)
    .action(async (names: string[], options: KeepOptions & { all?: boolean }) => {
      const chosen = options.all ? readyTemplates() : names;
      if (chosen.length === 0)
        throw new BgtaskError('Usage', 'Name the templates to install, or use --all.', {
          hint: `There are: ${readyTemplates().join(', ')}`,
        });
      const project = await context.project(options);
      await keep(
        context,
        options,
        await Promise.all(chosen.map((name) => readyTemplate(name, project))),
        'installed',
      );
    });
}

function addFromTask(command: Command, context: CliContext): void {
  command
    .command('from-task')
    .description('Make a template from a successful task')
    .argument('<task>', TASK_ARGUMENT)
    .argument('<name>', 'the new template')
    .option(
      '-p, --param <name=value>',
      'make this value of the instructions a parameter (repeatable)',
      collect,
    )
    .option('--display-name <text>', 'what people see')
    .option(...DRY_RUN)
    .action(
      async (
        task: string,
        name: string,
        options: KeepOptions & { param?: string[]; displayName?: string },
      ) => {
        const { parseParameters } = await import('../create-request.ts');
        const wanted = {
          name,
          displayName: options.displayName,
          parameters: parseParameters(options.param) ?? {},
        };
        const { templateFromTask } = await service();
        const engine = await context.engine(options);
        await keep(
          context,
          options,
          [await templateFromTask(engine, await context.project(options), task, wanted)],
          'created',
        );
      },
    );
}

function addDelete(command: Command, context: CliContext): void {
  command
    .command('delete')
    .description('Remove templates; tasks made from them stay')
    .argument('<template...>', 'their names')
    .action(async (names: string[], options: GlobalOptions) => {
      const { deleteTemplate, getTemplate } = await service();
      const engine = await context.engine(options);
      const project = await context.project(options);
      for (const name of names) {
        const template = await getTemplate(engine, project, name);
        await deleteTemplate(engine, project, name);
        await announce(context, options, { object: template, showing: TEMPLATES }, 'deleted');
      }
    });
}

export const setup: Setup = (command, context) => {
  for (const add of [addList, addDescribe, addCreate, addInstall, addFromTask, addDelete])
    add(command, context);
  const examples = [
    'template install upgrade-dependency',
    'create up-axios --repo . --template upgrade-dependency -p packageName=axios -p version=1.6.0',
    'template from-task upgrade-lodash upgrade-any -p name=lodash',
  ];
  command.addHelpText('after', helpText(context, examples));
};
