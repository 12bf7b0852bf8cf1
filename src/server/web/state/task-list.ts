import type { TaskSummaryBody } from '../../shapes/task-shapes.ts';

/** The list as the page holds it. */
export interface TaskListState {
  items: readonly TaskSummaryBody[];
  total: number;
  loaded: boolean;
}

export const NO_TASKS: TaskListState = { items: [], total: 0, loaded: false };

export type TaskListEvent =
  | { type: 'listed'; items: readonly TaskSummaryBody[]; total: number }
  | { type: 'changed'; task: TaskSummaryBody };

/** What is shown is changed at once; whether a task belongs on the list, the list itself says when it is asked again. */
export function taskList(state: TaskListState, event: TaskListEvent): TaskListState {
  if (event.type === 'listed') return { items: event.items, total: event.total, loaded: true };
  const { task } = event;
  return { ...state, items: state.items.map((item) => (item.uid === task.uid ? task : item)) };
}

type Named = Pick<TaskSummaryBody, 'name' | 'retryCount' | 'retryOf'>;

/** The tasks of a task's lineage, itself among them, the first first. */
export function lineageOf<T extends Named>(task: Named, all: readonly T[]): T[] {
  const rootOf = ({ name, retryOf }: Named): string => retryOf ?? name;
  return all.filter((other) => rootOf(other) === rootOf(task)).sort((a, b) => a.retryCount - b.retryCount);
}
