import type { AgenticSession } from '../api/types.ts';
import { dollars } from '../domain/figures.ts';
import { creatorOf, phaseOf, prUrlOf, repositoryOf, retryCountOf, taskName } from '../domain/task.ts';
import { age } from './output/age.ts';
import type { Column } from './output/table.ts';
import type { Showing } from './print-objects.ts';
import { durationOf } from './task-duration.ts';

const dash = (text: string | undefined): string => text || '<none>';

/** What a task has cost so far. */
function costOf({ status }: AgenticSession): string | undefined {
  const cost = status?.usage?.costUSD;
  return cost === undefined ? undefined : dollars(cost);
}

/** Columns whose cells change with the clock, and not with the task. */
export const CLOCK_COLUMNS: ReadonlySet<string> = new Set(['AGE', 'DURATION']);

/** The columns of tasks: those of the CRD's printer, and with -o wide what a task took and cost. */
const TASK_COLUMNS: readonly Column<AgenticSession>[] = [
  { header: 'TASK', value: taskName },
  { header: 'PHASE', value: phaseOf },
  { header: 'PROGRESS', value: (task) => `${task.status?.progress ?? 0}%` },
  { header: 'STEP', value: (task) => dash(task.status?.currentPhase), cut: true },
  { header: 'PR', value: (task) => dash(prUrlOf(task)), cut: true },
  { header: 'USER', value: (task) => dash(creatorOf(task)), wide: true },
  { header: 'REPOSITORY', value: (task) => dash(repositoryOf(task)), wide: true },
  { header: 'RETRY', value: (task) => String(retryCountOf(task)), wide: true },
  { header: 'REASON', value: (task) => dash(task.status?.reason), wide: true },
  { header: 'DURATION', value: (task, now) => dash(durationOf(task, now)), wide: true },
  { header: 'COST', value: (task) => dash(costOf(task)), wide: true },
  { header: 'AGE', value: (task, now) => age(task.metadata.creationTimestamp, now) },
];

/** How tasks are shown. */
export const TASKS: Showing<AgenticSession> = {
  columns: TASK_COLUMNS,
  kindName: 'agenticsession.vteam.ambient-code',
  noun: 'task',
  nameOf: taskName,
};

/** The same with the project in front, for -A. */
export const TASKS_OF_ALL_PROJECTS: Showing<AgenticSession> = {
  ...TASKS,
  columns: [{ header: 'PROJECT', value: (task) => task.metadata.namespace }, ...TASK_COLUMNS],
};
