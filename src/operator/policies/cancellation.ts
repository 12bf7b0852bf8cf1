import { cancelMessage } from '../../domain/outcome.ts';
import type { Policy } from '../plan.ts';

/** How often a Job that was told to stop is looked at, in milliseconds. */
export const STOP_POLL = 500;

/**
 * A user wants the task stopped, or its object is being deleted. The task becomes Stopped only when nothing of its Job is left: `outcome` sets that
 * once the Job has finished.
 */
export const cancellation: Policy = ({ session, job, now }) => {
  if (!session.spec.cancel && !session.metadata.deletionTimestamp) return undefined;
  if (job)
    return {
      rule: 'stopping',
      actions: ['stop'],
      status: { currentPhase: 'Stopping' },
      requeueAfter: STOP_POLL,
    };
  return {
    rule: 'cancelled-before-start',
    actions: [],
    status: {
      phase: 'Stopped',
      reason: 'Cancelled',
      error: cancelMessage(session),
      completionTime: now.toISOString(),
    },
  };
};
