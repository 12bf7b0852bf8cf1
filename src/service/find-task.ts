import { isDnsLabel, LABEL, sessionName } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { isTask, prUrlOf, taskName } from '../domain/task.ts';
import type { Engine, ListOptions } from '../engine/engine.ts';

/** The order of tasks with the newest first. */
export const byAge = (a: AgenticSession, b: AgenticSession): number =>
  (b.metadata.creationTimestamp ?? '').localeCompare(a.metadata.creationTimestamp ?? '') ||
  b.metadata.name.localeCompare(a.metadata.name);

const notFound = (sentence: string): BgtaskError =>
  new BgtaskError('NotFound', sentence, { hint: 'See what is there: bgtask list' });

type Reader = Pick<Engine, 'store'>;

/**
 * Every task of a project, or of all; `selector` is the caller's own. The mode in its spec makes a session a task: one that was applied by hand may have
 * no label. (The API server could select by a field of the spec from Kubernetes 1.31 on, but older ones refuse a CRD that says so.)
 */
export async function tasksOf(engine: Reader, options: ListOptions): Promise<AgenticSession[]> {
  return (await engine.store.list('AgenticSession', options)).filter(isTask);
}

/** Kinds as `-o name` and kubectl write them before an object's name. */
const KIND_PREFIX = /^(?:task|as|agenticsessions?(?:\.vteam\.ambient-code)?)\//;

/** True for a pull request's URL as it is copied from a browser: the URL itself, or one of its pages. */
const isOf = (text: string, url: string | undefined): boolean =>
  url !== undefined && text.startsWith(url) && /^(?:[/?#]|$)/.test(text.slice(url.length));

/**
 * The task that a person names: by its name, its object's name (with or without its kind), `@latest` (the newest of the project), or its pull
 * request's URL. Throws NotFound.
 */
export async function findTask(engine: Reader, project: string, text: string): Promise<AgenticSession> {
  if (text === '@latest') {
    const [newest] = await newestFirst(engine, project);
    if (newest) return whole(engine, newest);
    throw notFound(`There is no task in project "${project}".`);
  }
  if (/^(https?|file):\/\//.test(text)) {
    const found = (await newestFirst(engine, project)).find((task) => isOf(text, prUrlOf(task)));
    if (found) return whole(engine, found);
    throw notFound(`No task in project "${project}" has the pull request ${text}.`);
  }
  const found = await byName(engine, project, text.replace(KIND_PREFIX, ''));
  if (found) return found;
  throw notFound(`Task "${text}" not found in project "${project}".`);
}

const newestFirst = async (engine: Reader, namespace: string): Promise<AgenticSession[]> =>
  (await tasksOf(engine, { namespace, brief: true })).sort(byAge);

/** A task that was found in a list, with all that it holds. */
async function whole(engine: Reader, { metadata }: AgenticSession): Promise<AgenticSession> {
  const task = await engine.store.get('AgenticSession', metadata);
  if (task) return task;
  throw notFound(`Task "${metadata.name}" was deleted just now.`);
}

async function byName(engine: Reader, namespace: string, name: string): Promise<AgenticSession | undefined> {
  const get = (object: string) => engine.store.get('AgenticSession', { namespace, name: object });
  const direct = (await get(sessionName(namespace, name))) ?? (await get(name));
  if (direct && isTask(direct)) return direct;
  // Applied by hand, an object may have any name: the label says which task it is.
  if (!isDnsLabel(name, 63)) return undefined;
  const labelled = await tasksOf(engine, { namespace, selector: `${LABEL.task}=${name}` });
  return labelled.find((task) => taskName(task) === name);
}
