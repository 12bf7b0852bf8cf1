import { outcomeOf } from '../../domain/outcome.ts';
import type { Policy } from '../plan.ts';

/** The Job has finished: its stages' reports say how the task ended. */
export const outcome: Policy = ({ session, job, now }) =>
  job?.finished ? { rule: 'outcome', actions: ['archive'], status: outcomeOf(session, job, now) } : undefined;
