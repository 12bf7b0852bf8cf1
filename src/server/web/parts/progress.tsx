import type { TaskSummaryBody } from '../../shapes/task-shapes.ts';

/** How far a task is: a bar and the number; the words are beside it. */
export function Progress({ task }: { task: Pick<TaskSummaryBody, 'name' | 'progress' | 'status'> }) {
  return (
    <span class={`progress progress-${task.status.toLowerCase()}`}>
      <progress max={100} value={task.progress} aria-label={`Progress of ${task.name}`} />
      <span class="progress-number">{task.progress}%</span>
    </span>
  );
}
