import { PHASES, type AgenticSession } from '../api/types.ts';
import { BgtaskError } from '../domain/errors.ts';
import { isFinished, phaseOf } from '../domain/task.ts';

/** What a wait is for. */
export interface Target {
  reached: (task: AgenticSession) => boolean;
  /** True when a task that ended can no longer reach it. */
  missed: (task: AgenticSession) => boolean;
}

/** What --for means: `completed` and `ended`, or a phase by its name in any case. Throws Usage. */
export function targetOf(text: string): Target {
  const word = text.toLowerCase().replace(/^phase=/, '');
  if (word === 'ended') return { reached: isFinished, missed: () => false };
  const phase = PHASES.find((each) => each.toLowerCase() === word);
  if (!phase)
    throw new BgtaskError('Usage', `--for=${text} names nothing to wait for.`, {
      hint: `Use completed, ended, or a phase: ${PHASES.join(', ')}.`,
    });
  return {
    reached: (task) => phaseOf(task) === phase,
    missed: (task) => isFinished(task) && phaseOf(task) !== phase,
  };
}
