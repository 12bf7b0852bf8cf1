import type { AgenticSession } from '../../api/types.ts';
import { BgtaskError } from '../../domain/errors.ts';
import { isFinished, isTask } from '../../domain/task.ts';
import { byAge, findTask } from '../../service/find-task.ts';
import { isBrief, listTasks, type TaskFilter, taskFilter } from '../../service/list-tasks.ts';
import { helpText, type Setup, TASK_ARGUMENT } from '../command.ts';
import { type CliContext, EXIT, type GlobalOptions } from '../context.ts';
import { results } from '../each-task.ts';
import { type OutputFormat, parseOutput } from '../output/format.ts';
import { sortBy } from '../output/sort.ts';
import { printObjects } from '../print-objects.ts';
import { TASKS, TASKS_OF_ALL_PROJECTS } from '../task-columns.ts';
import { parseListWatchOutput, watchList } from '../watch-list.ts';

const FILTERS = ['status', 'creator', 'repo', 'template', 'since', 'selector', 'limit'] as const;

interface ListOptions extends GlobalOptions, TaskFilter {
  limit?: string;
  watch?: boolean;
}

const isFiltered = (options: ListOptions): boolean => FILTERS.some((name) => options[name] !== undefined);

/** The columns of -o wide have more than a brief task holds. */
const isTable = ({ kind }: OutputFormat): boolean => kind === 'table' || kind === 'name';

/** What an empty list says. */
function nothing(project: string | undefined, options: ListOptions): string {
  const where = project ? `project "${project}"` : 'any project';
  if (isFiltered(options)) return `No tasks in ${where} match.`;
  return `No tasks found in ${where}. Make one: bgtask create NAME --repo URL -m "..."`;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return Infinity;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new BgtaskError(
    'Usage',
    `invalid --limit ${JSON.stringify(text)}: must be a number of tasks, 1 or more.`,
  );
}

async function listNamed(
  context: CliContext,
  names: readonly string[],
  options: ListOptions,
): Promise<number> {
  if (isFiltered(options) || options.allNamespaces)
    throw new BgtaskError('Usage', 'Give names, or filters, and not both.');
  const engine = await context.engine(options);
  const namespace = await context.project(options);
  const found = await Promise.allSettled(names.map((name) => findTask(engine, namespace, name)));
  const tasks = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const all = results(context, options);
  const fail = (): void => {
    for (const each of found) if (each.status === 'rejected') all.fail(each.reason);
  };
  if (options.watch && tasks.length > 0) {
    fail();
    const order = tasks.map(({ metadata }) => metadata.uid);
    return watchList(context, engine, options, {
      selection: { namespace },
      passes: ({ metadata }) => order.includes(metadata.uid),
      arrange: (shown) => {
        const asNamed = shown.toSorted(
          (a, b) => order.indexOf(a.metadata.uid) - order.indexOf(b.metadata.uid),
        );
        return options.sortBy ? sortBy(asNamed, options.sortBy) : asNamed;
      },
      showing: TASKS,
      sayNothing: () => context.say(nothing(namespace, options)),
    });
  }
  // As kubectl does: what is there is shown, and what is not is the error.
  if (tasks.length > 0) await printObjects(context, options, tasks, { ...TASKS, list: names.length > 1 });
  await engine.ensureController(tasks.some((task) => !isFinished(task)));
  fail();
  return all.code;
}

/** The repository that the filter means: as `create` takes it. */
async function repositoryOf(text: string): Promise<string> {
  const { meantRepository } = await import('../meant-repository.ts');
  return (await meantRepository(text, { cwd: process.cwd(), local: false })).url;
}

/** The newest first, or in the order of --sort-by; of these the first ones, where there is a limit. */
function arranged(context: CliContext, options: ListOptions, tasks: AgenticSession[]): AgenticSession[] {
  const newest = tasks.toSorted(byAge);
  const sorted = options.sortBy ? sortBy(newest, options.sortBy) : newest;
  const limit = limitOf(options.limit);
  if (sorted.length > limit) context.say(`Showing ${limit} of ${sorted.length} tasks.`);
  return sorted.slice(0, limit);
}

async function listAll(context: CliContext, options: ListOptions): Promise<number> {
  limitOf(options.limit);
  const engine = await context.engine(options);
  const project = options.allNamespaces ? undefined : await context.project(options);
  const repo = options.repo === undefined ? undefined : await repositoryOf(options.repo);
  const filter = { ...options, repo, brief: isTable(parseOutput(options.output)) && !options.sortBy };
  const showing = project ? TASKS : TASKS_OF_ALL_PROJECTS;
  const sayNothing = (): void => context.say(nothing(project, options));
  const arrange = (tasks: AgenticSession[]): AgenticSession[] => arranged(context, options, tasks);
  if (options.watch) {
    const passes = taskFilter(filter, context.now());
    return watchList(context, engine, options, {
      selection: { namespace: project, selector: options.selector, brief: isBrief(filter) },
      passes: (task) => isTask(task) && passes(task),
      arrange,
      showing,
      sayNothing,
    });
  }
  const tasks = await listTasks(engine, project, filter, context.now());
  await printObjects(context, { ...options, sortBy: undefined }, arrange(tasks), { ...showing, list: true });
  if (tasks.length === 0) sayNothing();
  await engine.ensureController(tasks.some((task) => !isFinished(task)));
  return EXIT.ok;
}

async function list(context: CliContext, names: readonly string[], options: ListOptions): Promise<number> {
  if (options.watch) parseListWatchOutput(options.output);
  return names.length > 0 ? listNamed(context, names, options) : listAll(context, options);
}

export const setup: Setup = (command, context, exit) => {
  const notes =
    'The newest task comes first, in every format; --sort-by chooses another order.\nWith -w rows are added as tasks change, until Ctrl-C; with -o name, json or jsonl names and objects.';
  const examples = [
    'list --status=running,pending',
    'list -A --since=7d -o wide --limit 20',
    'list --watch',
    "list -o jsonpath='{.items[*].metadata.name}'",
  ];
  command
    .argument('[task...]', TASK_ARGUMENT)
    .option('--status <phases>', 'only tasks in these phases, with commas')
    .option('--creator <user>', 'only tasks of this user')
    .option('--repo <url>', 'only tasks of this repository')
    .option('--template <name>', 'only tasks made from this template')
    .option('--since <time>', 'only tasks made since then: 30m, 2h, 7d or a time')
    .option('--limit <n>', 'at most this many, the first; with -w of those that are there already')
    .option('-w, --watch', 'go on, and print tasks again as they change')
    .addHelpText('after', helpText(context, examples, notes))
    .action(async (names: string[], options: ListOptions) => exit(await list(context, names, options)));
};
