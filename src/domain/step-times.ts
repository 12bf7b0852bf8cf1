import type { AgenticSession, SessionStatus, StepTime } from '../api/types.ts';
import { hasEnded } from './phases.ts';
import { type Step, stepsOf } from './steps.ts';
import { phaseOf } from './task.ts';

/** The states of steps that have begun. */
const BEGUN: readonly Step['state'][] = ['done', 'active', 'failed', 'stopped'];

/** True for a task that goes on, and whose earlier steps were all seen. */
const isFollowed = (session: AgenticSession): boolean =>
  session.status?.steps ? !hasEnded(phaseOf(session)) : phaseOf(session) === 'Pending';

/**
 * The times of a task's steps once its status is `status`, seen at `now`. Times that are known stay. A step ends when the next begins, the last one when
 * the task ends. Undefined for a task that waits or has ended, and for one whose first steps an older operator saw.
 */
export function stepTimes(session: AgenticSession, status: SessionStatus, now: Date): StepTime[] | undefined {
  const phase = phaseOf({ status });
  const { startTime, completionTime, progress = 0, reason } = status;
  if (phase === 'Pending' || (hasEnded(phase) && !startTime)) return undefined;
  if (!isFollowed(session)) return undefined;
  const known = new Map((session.status?.steps ?? []).map((step) => [step.name, step]));
  const end = (hasEnded(phase) && completionTime) || now.toISOString();
  let from = session.metadata.creationTimestamp ?? end;
  return stepsOf({ status: phase, progress, reason })
    .filter(({ state }) => BEGUN.includes(state))
    .map(({ name, state }) => {
      const { startedAt = from, finishedAt } = known.get(name) ?? {};
      if (state === 'active') return { name, startedAt };
      // The status says when the first step was over.
      from = finishedAt ?? (name === 'start' && state === 'done' ? (startTime ?? end) : end);
      return { name, startedAt, finishedAt: from };
    });
}
