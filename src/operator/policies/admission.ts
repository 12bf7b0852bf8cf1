import type { Standing } from '../../domain/admission.ts';
import { retryCountOf } from '../../domain/task.ts';
import type { Policy } from '../plan.ts';

/** The step of a task in line. */
function words({ place, after }: Standing): string {
  if (place !== undefined) return `Waiting in line, place ${place}`;
  return after === undefined ? 'Waiting in line' : `Waiting in line, after at least ${after} others`;
}

/** Start it, let it wait in line, or refuse it. The one place where that is decided. */
export const admission: Policy = ({ session, admission: judge, now }) => {
  const verdict = judge();
  if (verdict.admitted)
    return { rule: 'admitted', actions: session.spec.templateId ? ['countTemplate', 'start'] : ['start'] };
  const { message } = verdict;
  if (verdict.waits)
    return {
      rule: 'in-line',
      actions: [],
      status: {
        phase: 'Pending',
        progress: 0,
        retryCount: retryCountOf(session),
        currentPhase: words(verdict),
        conditions: [{ type: 'Admitted', status: 'False', reason: 'InLine', message }],
      },
    };
  const { reason } = verdict;
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
