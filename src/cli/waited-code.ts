import type { AgenticSession, Phase } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { phaseOf, taskName } from '../domain/task.ts';
import type { Awaited } from '../service/await-task.ts';
import { EXIT } from './context.ts';

const CODE: Partial<Record<Phase, number>> = {
  Failed: EXIT.failed,
  Stopped: EXIT.stopped,
  Timeout: EXIT.timeout,
};

const isCompleted = (task: AgenticSession): boolean => phaseOf(task) === 'Completed';

/**
 * The exit code of every verb that waits for a task, from what it saw when the wait was over. 0 needs the state that was waited for: a task that is not there, and
 * one that has not ended, never give it. Throws NotFound for a task that was deleted, or whose store was taken away.
 */
export function waitedCode(
  task: AgenticSession,
  { reached, deleted, session }: Awaited,
  isWanted: (task: AgenticSession) => boolean = isCompleted,
): number {
  if (deleted)
    throw new BgtaskError('NotFound', `Task "${taskName(task)}" was deleted before it came to that.`);
  if (!reached || !session) return EXIT.interrupted;
  return isWanted(session) ? EXIT.ok : (CODE[phaseOf(session)] ?? EXIT.error);
}
