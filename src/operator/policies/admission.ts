import { retryCountOf } from '../../domain/task.ts';
import type { Policy } from '../plan.ts';

/** Milliseconds after which a task in line is looked at again although nothing happened: the limits may have been raised. */
const LINE_POLL = 10_000;

/** Tasks farther back are not told their place: each step of a long line would cost a write for every task in it. */
const PLACES_TOLD = 50;

/** The words of a task in line, and why it is there. */
const waiting = (place: number, why: string): { phase: string; message: string } => {
  if (place <= PLACES_TOLD) return { phase: `Waiting in line, place ${place}`, message: why };
  const phase = `Waiting in line, after more than ${PLACES_TOLD} others`;
  return { phase, message: phase };
};

/** Start it, let it wait in line, or refuse it. The one place where that is decided. */
export const admission: Policy = ({ session, admission: judge, now }) => {
  const verdict = judge();
  if (verdict.admitted)
    return { rule: 'admitted', actions: session.spec.templateId ? ['countTemplate', 'start'] : ['start'] };
  const { reason, message } = verdict;
  if (session.spec.queue) {
    const words = waiting(verdict.place, message);
    return {
      rule: 'in-line',
      actions: [],
      status: {
        phase: 'Pending',
        progress: 0,
        retryCount: retryCountOf(session),
        currentPhase: words.phase,
        conditions: [{ type: 'Admitted', status: 'False', reason: 'InLine', message: words.message }],
      },
      requeueAfter: LINE_POLL,
    };
  }
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
