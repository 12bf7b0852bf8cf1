import type { AgenticSession } from '../api/types.ts';
import { phaseOf } from '../domain/task.ts';

/** Why a task ended as it did: `Failed (CloneFailed): sentence`. */
export function endWords(task: AgenticSession): string {
  const { reason, error } = task.status ?? {};
  return `${phaseOf(task)}${reason ? ` (${reason})` : ''}${error ? `: ${error}` : ''}`;
}
