import type { ConditionChange } from '../../domain/conditions.ts';
import { timeLeft } from '../../domain/deadline.ts';
import type { JobFacts } from '../../domain/job-facts.ts';
import type { StatusChange } from '../../domain/lifecycle.ts';
import { STEP } from '../../domain/progress.ts';
import { retryCountOf, timeoutOf } from '../../domain/task.ts';
import type { AgenticSession } from '../../api/types.ts';
import type { Policy } from '../plan.ts';

/** Milliseconds between two looks at a Job that waits: the limit for waiting may be over. */
const WAIT_POLL = 60_000;
/** Milliseconds between the start of a Job and that of its pod that are not worth another start time. */
const SAME_START = 5000;

/** When the task started: with its Job, or when the pod of that began later. */
function startTime({ status }: AgenticSession, job: Pick<JobFacts, 'startedAt' | 'waits'>): string {
  const known = status?.startTime;
  const isLater = Date.parse(job.startedAt) - Date.parse(known ?? '') > SAME_START;
  return known === undefined || (isLater && !job.waits) ? job.startedAt : known;
}

/** What holds of every task with a Job. Said in each pass: the one that started the Job may have been cut off before it said so. */
export const startedStatus = (
  session: AgenticSession,
  job: Pick<JobFacts, 'name' | 'startedAt' | 'waits'>,
): StatusChange & { conditions: ConditionChange[] } => ({
  jobName: job.name,
  startTime: startTime(session, job),
  retryCount: retryCountOf(session),
  conditions: [{ type: 'Admitted', status: 'True', reason: 'Admitted', message: 'Within the limits' }],
});

/** What keeps a Job from running: a few words for the step, and the cluster's own in the condition. */
export function hindered({ hindrance }: JobFacts): { currentPhase?: string; conditions: ConditionChange[] } {
  if (!hindrance) return { conditions: [] };
  const { step, message } = hindrance;
  return {
    currentPhase: step,
    conditions: [{ type: 'Scheduled', status: 'False', reason: 'Waiting', message }],
  };
}

/** The status of a task whose Job is there and whose first stage is not. */
export const launchedStatus = (
  session: AgenticSession,
  job: Pick<JobFacts, 'name' | 'startedAt' | 'waits'>,
): StatusChange & { conditions: ConditionChange[] } => ({
  ...startedStatus(session, job),
  phase: 'Creating',
  progress: STEP.initializing.progress,
  currentPhase: STEP.initializing.phase,
});

/** Milliseconds until a Job that waits is looked at again: when its own clock has to be set at the latest. */
const nextLook = ({ extendIn = 0 }: JobFacts): number =>
  extendIn > 0 ? Math.min(extendIn, WAIT_POLL) : WAIT_POLL;

/** Nothing of the Job runs: it was just started, or it waits for room, or it was suspended and begins again. */
export const launched: Policy = ({ session, job, now }) => {
  if (!job) return undefined;
  const status = launchedStatus(session, job);
  const { conditions, ...step } = hindered(job);
  return {
    rule: 'launched',
    actions: (job.extendIn ?? 1) <= 0 ? ['extend'] : [],
    status: { ...status, ...step, conditions: [...status.conditions, ...conditions] },
    requeueAfter: job.waits ? nextLook(job) : Math.max(0, timeLeft(job, timeoutOf(session), now)),
  };
};
