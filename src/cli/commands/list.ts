import { BgtaskError } from '../../domain/errors.ts';
import { isFinished } from '../../domain/task.ts';
import { findTask } from '../../service/find-task.ts';
import { listTasks, type TaskFilter } from '../../service/list-tasks.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import { type CliContext, EXIT, type GlobalOptions } from '../context.ts';
import { results } from '../each-task.ts';
import { type OutputFormat, parseOutput } from '../output/format.ts';
import { printObjects } from '../print-objects.ts';
import { TASKS, TASKS_OF_ALL_PROJECTS } from '../task-columns.ts';

const FILTERS = ['status', 'creator', 'repo', 'template', 'since', 'selector'] as const;

type ListOptions = GlobalOptions & TaskFilter;

const isFiltered = (options: ListOptions): boolean => FILTERS.some((name) => options[name] !== undefined);

const isTable = ({ kind }: OutputFormat): boolean => kind === 'table' || kind === 'wide' || kind === 'name';

/** What an empty list says. */
function nothing(project: string | undefined, options: ListOptions): string {
  const where = project ? `project "${project}"` : 'any project';
  if (isFiltered(options)) return `No tasks in ${where} match.`;
  return `No tasks found in ${where}. Make one: bgtask create NAME --repo URL -m "..."`;
}

async function listNamed(
  context: CliContext,
  names: readonly string[],
  options: ListOptions,
): Promise<number> {
  if (isFiltered(options) || options.allNamespaces)
    throw new BgtaskError('Usage', 'Give names, or filters, and not both.');
  const engine = await context.engine(options);
  const project = await context.project(options);
  const found = await Promise.allSettled(names.map((name) => findTask(engine, project, name)));
  const tasks = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const errors = found.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  // As kubectl does: what is there is shown, and what is not is the error.
  if (tasks.length > 0) await printObjects(context, options, tasks, { ...TASKS, list: names.length > 1 });
  await engine.ensureController(tasks.some((task) => !isFinished(task)));
  const all = results(context, options);
  for (const error of errors) all.fail(error);
  return all.code;
}

/** The repository that the filter means: as `create` takes it. */
async function repositoryOf(text: string): Promise<string> {
  const { meantRepository } = await import('../meant-repository.ts');
  return (await meantRepository(text, { cwd: process.cwd(), local: false })).url;
}

async function listAll(context: CliContext, options: ListOptions): Promise<number> {
  const engine = await context.engine(options);
  const project = options.allNamespaces ? undefined : await context.project(options);
  const repo = options.repo === undefined ? undefined : await repositoryOf(options.repo);
  const brief = isTable(parseOutput(options.output)) && !options.sortBy;
  const tasks = await listTasks(engine, project, { ...options, repo, brief }, context.now());
  await printObjects(context, options, tasks, { ...(project ? TASKS : TASKS_OF_ALL_PROJECTS), list: true });
  if (tasks.length === 0) context.say(nothing(project, options));
  await engine.ensureController(tasks.some((task) => !isFinished(task)));
  return EXIT.ok;
}

export const setup: Setup = (command, context, exit) => {
  const examples = [
    'list --status=running,pending',
    'list -A --since=7d -o wide',
    "list -o jsonpath='{.items[*].metadata.name}'",
  ];
  command
    .argument('[task...]', TASK_ARGUMENT)
    .option('--status <phases>', 'only tasks in these phases, with commas')
    .option('--creator <user>', 'only tasks of this user')
    .option('--repo <url>', 'only tasks of this repository')
    .option('--template <name>', 'only tasks made from this template')
    .option('--since <time>', 'only tasks made since then: 30m, 2h, 7d or a time')
    .addHelpText('after', helpText(context, examples))
    .action(async (names: string[], options: ListOptions) =>
      exit(await (names.length > 0 ? listNamed(context, names, options) : listAll(context, options))),
    );
};
