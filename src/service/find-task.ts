import { LABEL, sessionName } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { isTask, prUrlOf, taskName } from '../domain/task.ts';
import type { Engine } from '../engine/engine.ts';

const newestFirst = (a: AgenticSession, b: AgenticSession): number =>
  (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') || b.metadata.name.localeCompare(a.metadata.name);

const notFound = (what: string, project: string): BgtaskError =>
  new BgtaskError('NotFound', `${what} not found in project "${project}".`, { hint: 'See what is there: bgtask list' });

/** Every task of a project, or of all. */
export async function tasksOf(engine: Engine, options: { namespace?: string; selector?: string }): Promise<AgenticSession[]> {
  const selector = [`${LABEL.mode}=background`, options.selector].filter(Boolean).join(',');
  const sessions = await engine.store.list('AgenticSession', { namespace: options.namespace, selector });
  return sessions.filter(isTask);
}

/**
 * The task that a person names: by its name, its object's name, `@latest` (the newest of the project), or its pull request's URL.
 * Throws NotFound.
 */
export async function findTask(engine: Engine, project: string, name: string): Promise<AgenticSession> {
  if (name === '@latest' || /^(https?|file):\/\//.test(name)) {
    const tasks = (await tasksOf(engine, { namespace: project })).sort(newestFirst);
    const found = name === '@latest' ? tasks[0] : tasks.find((task) => prUrlOf(task) === name.replace(/\/$/, ''));
    if (!found) throw notFound(name === '@latest' ? 'A task' : `The task of ${name}`, project);
    return found;
  }
  const key = (object: string) => ({ namespace: project, name: object });
  const direct = (await engine.store.get('AgenticSession', key(sessionName(project, name)))) ?? (await engine.store.get('AgenticSession', key(name)));
  if (direct && isTask(direct)) return direct;
  const labelled = (await tasksOf(engine, { namespace: project, selector: `${LABEL.task}=${name}` })).find((task) => taskName(task) === name);
  if (labelled) return labelled;
  throw notFound(`Task "${name}"`, project);
}
