import { canRetry } from '../../../domain/phases.ts';
import type { TaskSummaryBody } from '../../shapes/task-shapes.ts';

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
