import { retryCountOf } from '../../domain/task.ts';
import type { Policy } from '../plan.ts';

/** Milliseconds after which a task in line is looked at again although nothing happened: the limits may have been raised. */
const LINE_POLL = 10_000;

/** The words of a task in line. */
const waiting = (place: number): string => `Waiting in line, place ${place}`;

/** Start it, let it wait in line, or refuse it. The one place where that is decided. */
export const admission: Policy = ({ session, admission: judge, now }) => {
  const verdict = judge();
  if (verdict.admitted)
    return { rule: 'admitted', actions: session.spec.templateId ? ['countTemplate', 'start'] : ['start'] };
  const { reason, message } = verdict;
  if (session.spec.queue)
    return {
      rule: 'in-line',
      actions: [],
      status: {
        phase: 'Pending',
        progress: 0,
        retryCount: retryCountOf(session),
        currentPhase: waiting(verdict.place),
        conditions: [{ type: 'Admitted', status: 'False', reason: 'InLine', message }],
      },
      requeueAfter: LINE_POLL,
    };
  return {
    rule: 'refused',
    actions: [],
    status: {
      phase: 'Failed',
      reason,
      error: message,
      completionTime: now.toISOString(),
      conditions: [{ type: 'Admitted', status: 'False', reason, message }],
    },
  };
};
