import { cancelMessage } from '../../domain/outcome.ts';
import type { Policy } from '../plan.ts';

/** A Job that the status names and that is gone: deleted by hand, or with its node. It is never started again by itself. */
export const lost: Policy = ({ session, job, now }) => {
  if (job || !session.status?.jobName) return undefined;
  const completionTime = now.toISOString();
  if (session.spec.cancel)
    return {
      rule: 'cancelled-job-gone',
      actions: [],
      status: { phase: 'Stopped', reason: 'Cancelled', error: cancelMessage(session), completionTime },
    };
  return {
    rule: 'job-lost',
    actions: [],
    status: {
      phase: 'Failed',
      reason: 'RunnerLost',
      error: `The Job ${session.status.jobName} was deleted while it ran. See whether its branch is there, then retry the task.`,
      completionTime,
    },
  };
};
