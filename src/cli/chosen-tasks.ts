import type { AgenticSession } from '../api/types.ts';
import type { Engine } from '../engine/engine.ts';
import { findTask } from '../service/find-task.ts';
import { listTasks } from '../service/list-tasks.ts';
import type { CliContext } from './context.ts';
import { type Choice, type ChoiceFlags, choiceOf } from './which-tasks.ts';

/** A task of the command line, or why it cannot be read. */
export type Target = { task: AgenticSession } | { error: unknown };

export interface Chosen {
  engine: Engine;
  targets: readonly Target[];
  /** True when one task was named: what is printed of it is an object, and no list. */
  isOne: boolean;
}

export interface Choosing {
  /** What is done to the tasks: `delete`, `wait for`. */
  doing: string;
  /** Of those that a filter chooses, the ones that the verb is for. A task that is named is always meant. */
  narrow?: (tasks: AgenticSession[], engine: Engine) => AgenticSession[] | Promise<AgenticSession[]>;
  /** Of tasks that a filter chooses, what a table shows is enough. */
  brief?: boolean;
}

/** Each task of a name, in order and once. */
async function named(engine: Engine, project: string, names: readonly string[]): Promise<Target[]> {
  const found = await Promise.allSettled(names.map((name) => findTask(engine, project, name)));
  const seen = new Set<string>();
  return found.flatMap((each): Target[] => {
    if (each.status === 'rejected') return [{ error: each.reason as unknown }];
    const { namespace, name } = each.value.metadata;
    const key = `${namespace}/${name}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ task: each.value }];
  });
}

/** What is said when a filter chooses nothing. */
function nothing({ doing, narrow }: Choosing, where: string, { selector, status }: Filter): string {
  if (narrow) return `No tasks to ${doing} in ${where}.`;
  return selector || status ? `No tasks in ${where} match.` : `No tasks found in ${where}.`;
}

type Filter = Extract<Choice, { by: 'filter' }>;

async function filtered(
  context: CliContext,
  engine: Engine,
  filter: Filter,
  { project, choosing }: { project: string | undefined; choosing: Choosing },
): Promise<Target[]> {
  const { selector, status } = filter;
  const { brief = false } = choosing;
  const all = await listTasks(engine, project, { selector, status, brief }, context.now());
  const tasks = choosing.narrow ? await choosing.narrow(all, engine) : all;
  if (tasks.length === 0)
    context.say(nothing(choosing, project === undefined ? 'any project' : `project "${project}"`, filter));
  return tasks.map((task) => ({ task }));
}

/** Reads the tasks that a command line chooses. One that is not there is a target with its error: the others are there all the same. Throws Usage. */
export async function chosenTasks(
  context: CliContext,
  names: readonly string[],
  options: ChoiceFlags,
  choosing: Choosing,
): Promise<Chosen> {
  const choice = choiceOf(choosing.doing, names, options);
  const engine = await context.engine(options);
  if (choice.by === 'name') {
    const project = await context.project(options);
    return { engine, targets: await named(engine, project, choice.names), isOne: names.length === 1 };
  }
  const project = choice.allProjects ? undefined : await context.project(options);
  return {
    engine,
    targets: await filtered(context, engine, choice, { project, choosing }),
    isOne: false,
  };
}

/** The tasks of targets that could be read. */
export const tasksIn = (targets: readonly Target[]): AgenticSession[] =>
  targets.flatMap((target) => ('task' in target ? [target.task] : []));
