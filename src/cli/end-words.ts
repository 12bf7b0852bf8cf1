import type { AgenticSession } from '../api/types.ts';
import { UNENDED } from '../domain/check-words.ts';
import { phaseOf } from '../domain/task.ts';

/** Why a task ended as it did: `Failed (CloneFailed): sentence`; with the check that its end interrupted. */
export function endWords(task: AgenticSession): string {
  const { reason, error, checks = [] } = task.status ?? {};
  const unended = checks.find(({ note }) => note === UNENDED);
  const also = unended ? ` (${unended.command ?? unended.name} ${UNENDED})` : '';
  return `${phaseOf(task)}${reason ? ` (${reason})` : ''}${error ? `: ${error}${also}` : ''}`;
}
