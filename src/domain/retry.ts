import { LABEL, shortName, TASK_NAME_MAX } from '../api/names.ts';
import type { AgenticSession } from '../api/types.ts';
import { BgtaskError } from './errors.ts';
import { agentOf, isRetryable, phaseOf, retryCountOf, taskName } from './task.ts';

/** The first task of a lineage: the one this task, or the task it retries, goes back to. */
export const rootOf = (session: AgenticSession): string =>
  session.metadata.labels?.[LABEL.retryOf] ?? session.spec.retryOf ?? taskName(session);

/** True for the later of two tasks of a lineage: the higher count, then the younger task. */
const isLater = (a: AgenticSession, b: AgenticSession): boolean =>
  retryCountOf(a) - retryCountOf(b) > 0 ||
  (retryCountOf(a) === retryCountOf(b) &&
    (a.metadata.creationTimestamp ?? '') > (b.metadata.creationTimestamp ?? ''));

/** The newest task of a task's lineage: the task itself, or the last retry among `tasks` that is later. */
export const newestOf = (session: AgenticSession, tasks: readonly AgenticSession[]): AgenticSession =>
  tasks
    .filter(
      (task) => task.metadata.namespace === session.metadata.namespace && rootOf(task) === rootOf(session),
    )
    .reduce((newest, task) => (isLater(task, newest) ? task : newest), session);

/** Reasons of a change that was made and checked, and then not published. */
const UNPUBLISHED: ReadonlySet<string | undefined> = new Set([
  'ProtectedPath',
  'MergeConflict',
  'PushDenied',
  'PullRequestFailed',
]);

/** True when a task's change is ready as it is kept, for a later task that asks for nothing else. */
export const isMadeFor = (later: AgenticSession, { spec, status }: AgenticSession): boolean =>
  UNPUBLISHED.has(status?.reason) &&
  later.spec.prompt === spec.prompt &&
  agentOf(later).type === agentOf({ spec }).type;

/**
 * What the next retry of a task's lineage is called and counts. `lineage` holds every task of the project whose root is the same,
 * so a retry of a retry counts on. Throws Invalid for a task that is not Failed, Timeout or Stopped.
 */
export function nextRetry(
  session: AgenticSession,
  lineage: readonly AgenticSession[],
): { root: string; name: string; count: number } {
  const name = taskName(session);
  if (!isRetryable(session))
    throw new BgtaskError(
      'Invalid',
      `Task "${name}" is ${phaseOf(session)}; only a Failed, Timeout or Stopped task can be retried.`,
      {
        hint:
          phaseOf(session) === 'Completed'
            ? 'Create a new task instead.'
            : `Wait for it, or stop it: bgtask cancel ${name}`,
      },
    );
  const root = rootOf(session);
  const count =
    1 + Math.max(retryCountOf(session), ...lineage.filter((task) => rootOf(task) === root).map(retryCountOf));
  const suffix = `-retry-${count}`;
  return { root, name: `${shortName(root, TASK_NAME_MAX - suffix.length)}${suffix}`, count };
}
