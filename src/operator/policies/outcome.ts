import { outcomeOf } from '../../domain/outcome.ts';
import type { Policy } from '../plan.ts';
import { startedStatus } from './launched.ts';

/** The Job has finished: its stages' reports say how the task ended. `finished` clears it away in a pass of its own. */
export const outcome: Policy = ({ session, job, now }) => {
  if (!job?.finished) return undefined;
  const started = startedStatus(session, job);
  const ended = outcomeOf(session, job, now);
  return {
    rule: 'outcome',
    actions: ['archive'],
    status: { ...started, ...ended, conditions: [...started.conditions, ...(ended.conditions ?? [])] },
    requeueAfter: 0,
  };
};
