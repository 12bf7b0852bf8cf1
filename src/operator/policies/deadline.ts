import { timeLeft } from '../../domain/deadline.ts';
import { timeoutOf } from '../../domain/task.ts';
import type { Policy } from '../plan.ts';
import { STOP_POLL } from './cancellation.ts';

/** The Job outlived its time although its stages should have ended themselves before. */
export const deadline: Policy = ({ session, job, now }) =>
  job && timeLeft(job, timeoutOf(session), now) <= 0
    ? { rule: 'deadline', actions: ['stop'], requeueAfter: STOP_POLL }
    : undefined;
