import type { TaskSummaryBody } from '../../shapes/task-shapes.ts';

type Phase = TaskSummaryBody['status'];

const ENDED: readonly Phase[] = ['Completed', 'Failed', 'Timeout', 'Stopped'];

/** True when nothing more will happen to a task of this phase. */
export const hasEnded = (phase: Phase): boolean => ENDED.includes(phase);

/** True when a task of this phase can be tried again. */
export const canRetry = (phase: Phase): boolean => hasEnded(phase) && phase !== 'Completed';

/** What a task is about now; of one that ended without success, why. */
export function nowWords(task: Pick<TaskSummaryBody, 'status' | 'currentPhase' | 'reason'>): string {
  const { status, currentPhase, reason } = task;
  return (canRetry(status) && reason) || currentPhase || status;
}

/** Ways to narrow a list by phase, with the words for them. */
export const STATUS_CHOICES: readonly (readonly [value: string, label: string])[] = [
  ['', 'Any status'],
  ['pending,creating,running', 'Active'],
  ['completed', 'Completed'],
  ['failed,timeout,stopped', 'Without success'],
  ['pending', 'Pending'],
  ['creating', 'Creating'],
  ['running', 'Running'],
  ['failed', 'Failed'],
  ['timeout', 'Timeout'],
  ['stopped', 'Stopped'],
];
