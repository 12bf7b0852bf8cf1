import type { TaskTemplate } from '../../api/types.ts';
import { LABEL } from '../../api/names.ts';
import { BgtaskError } from '../../domain/errors.ts';
import {
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
  readTemplates,
  readyTemplate,
  readyTemplates,
  type StoredTemplate,
  templateFromTask,
} from '../../service/templates.ts';
import type { Command } from 'commander';
import { collect, type Setup } from '../command.ts';
import type { CliContext, GlobalOptions } from '../context.ts';
import { describeTemplate } from '../describe-template.ts';
import { readInputFile } from '../input-file.ts';
import { age } from '../output/age.ts';
import { safeText } from '../output/safe.ts';
import type { Column } from '../output/table.ts';
import { printObjects } from '../print-objects.ts';
import { parseParameters } from './create.ts';

const KIND = 'tasktemplate.vteam.ambient-code';

const COLUMNS: readonly Column<TaskTemplate>[] = [
  { header: 'NAME', value: (template) => template.metadata.name },
  { header: 'DISPLAY NAME', value: (template) => template.spec.displayName, cut: true },
  { header: 'CATEGORY', value: (template) => template.metadata.labels?.[LABEL.category] ?? '<none>' },
  { header: 'USED', value: (template) => String(template.status?.usageCount ?? 0) },
  { header: 'LAST USED', value: (template, now) => (template.status?.lastUsed ? age(template.status.lastUsed, now) : '<never>') },
  { header: 'LANGUAGE', value: (template) => template.metadata.labels?.[LABEL.language] ?? '<none>', wide: true },
  { header: 'AGE', value: (template, now) => age(template.metadata.creationTimestamp, now) },
];

/** Stores templates, or shows them when nothing is to be stored. */
async function keep(context: CliContext, options: GlobalOptions & { dryRun?: string }, built: readonly StoredTemplate[], word: string): Promise<void> {
  const engine = await context.engine(options);
  for (const each of built) {
    for (const warning of each.warnings) context.warn(warning);
    const { template } = options.dryRun ? each : await createTemplate(engine, each);
    const output = options.output ?? (options.dryRun ? 'yaml' : undefined);
    if (output || options.quiet) await printObjects(context, { ...options, output }, [template], { columns: COLUMNS, kindName: KIND, list: false });
    else context.out(`template/${template.metadata.name} ${word}\n`);
  }
}

function addReading(command: Command, context: CliContext): void {
  command
    .command('list')
    .alias('get')
    .description('List templates')
    .option('--available', 'those that come with bgtask, whether installed or not')
    .action(async (options: GlobalOptions & { available?: boolean }) => {
      const project = options.allNamespaces ? undefined : await context.project(options);
      const templates = options.available
        ? await Promise.all(readyTemplates().map(async (name) => (await readyTemplate(name, project ?? 'default')).template))
        : await listTemplates(await context.engine(options), project, options.selector);
      await printObjects(context, options, templates, { columns: COLUMNS, kindName: KIND, list: true });
      if (templates.length === 0) context.say(`No templates found. Ready ones: ${context.program} template list --available`);
    });
  command
    .command('describe')
    .description('Show everything about a template')
    .argument('<name>')
    .action(async (name: string, options: GlobalOptions) => {
      const template = await getTemplate(await context.engine(options), await context.project(options), name);
      if (options.output || options.quiet) await printObjects(context, options, [template], { columns: COLUMNS, kindName: KIND, list: false });
      else context.out(safeText(describeTemplate(template, context)));
    });
}

function addWriting(command: Command, context: CliContext): void {
  command
    .command('create')
    .description('Make templates from a file')
    .requiredOption('-f, --filename <file>', 'YAML or JSON; - reads standard input')
    .option('--dry-run', 'check and show the object, store nothing')
    .action(async (options: GlobalOptions & { filename: string; dryRun?: string }) =>
      keep(context, options, await readTemplates(await readInputFile(context, options.filename), options.filename, await context.project(options)), 'created'),
    );
  command
    .command('install')
    .description('Install templates that come with bgtask')
    .argument('[name...]', 'see: template list --available')
    .option('--all', 'all of them')
    .option('--dry-run', 'show the object, store nothing')
    .action(async (names: string[], options: GlobalOptions & { all?: boolean; dryRun?: string }) => {
      const chosen = options.all ? readyTemplates() : names;
      if (chosen.length === 0) throw new BgtaskError('Usage', 'Name the templates to install, or use --all.', { hint: `There are: ${readyTemplates().join(', ')}` });
      const project = await context.project(options);
      await keep(context, options, await Promise.all(chosen.map((name) => readyTemplate(name, project))), 'installed');
    });
  command
    .command('from-task')
    .description('Make a template from a successful task')
    .argument('<task>', 'its name, @latest, or the URL of its pull request')
    .argument('<name>', 'the new template')
    .option('-p, --param <name=value>', 'make this value of the instructions a parameter (repeatable)', collect)
    .option('--display-name <text>', 'what people see')
    .option('--dry-run', 'show the object, store nothing')
    .action(async (task: string, name: string, options: GlobalOptions & { param?: string[]; displayName?: string; dryRun?: string }) => {
      const wanted = { name, displayName: options.displayName, parameters: parseParameters(options.param) ?? {} };
      await keep(context, options, [await templateFromTask(await context.engine(options), await context.project(options), task, wanted)], 'created');
    });
  command
    .command('delete')
    .description('Remove templates')
    .argument('<name...>')
    .action(async (names: string[], options: GlobalOptions) => {
      for (const name of names) {
        await deleteTemplate(await context.engine(options), await context.project(options), name);
        context.out(`template/${name} deleted\n`);
      }
    });
}

export const setup: Setup = (command, context) => {
  addReading(command, context);
  addWriting(command, context);
  command.addHelpText('after', `\nExamples:\n  ${context.program} template install upgrade-dependency\n  ${context.program} create up-axios --repo . --template upgrade-dependency -p packageName=axios -p version=1.6.0\n  ${context.program} template from-task upgrade-lodash upgrade-any -p name=lodash`);
};
