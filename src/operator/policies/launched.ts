import type { ConditionChange } from '../../domain/conditions.ts';
import { timeLeft } from '../../domain/deadline.ts';
import type { StatusChange } from '../../domain/lifecycle.ts';
import { STEP } from '../../domain/progress.ts';
import { retryCountOf, timeoutOf } from '../../domain/task.ts';
import type { AgenticSession } from '../../api/types.ts';
import type { Policy } from '../plan.ts';

/** What holds of every task with a Job. Said in each pass: the one that started the Job may have been cut off before it said so. */
export const startedStatus = (
  session: AgenticSession,
  job: { name: string; startedAt: string },
): StatusChange & { conditions: ConditionChange[] } => ({
  jobName: job.name,
  startTime: session.status?.startTime ?? job.startedAt,
  retryCount: retryCountOf(session),
  conditions: [{ type: 'Admitted', status: 'True', reason: 'Admitted', message: 'Within the limits' }],
});

/** The status of a task whose Job is there and whose first stage is not. */
export const launchedStatus = (
  session: AgenticSession,
  job: { name: string; startedAt: string },
): StatusChange => ({
  ...startedStatus(session, job),
  phase: 'Creating',
  progress: STEP.initializing.progress,
  currentPhase: STEP.initializing.phase,
});

/** A Job without a status that names it: the pass that started it was cut off, or left the status to this one. */
export const launched: Policy = ({ session, job, now }) =>
  job && {
    rule: 'launched',
    actions: [],
    status: {
      ...launchedStatus(session, job),
      ...(job.hindrance && { currentPhase: job.hindrance }),
    },
    requeueAfter: Math.max(0, timeLeft(job, timeoutOf(session), now)),
  };
