import type { Phase } from '../../api/types.ts';
import { isFinished, phaseOf } from '../../domain/task.ts';
import type { Settings } from '../../domain/settings.ts';
import type { Action, Policy } from '../plan.ts';
import { STOP_POLL } from './cancellation.ts';

const KEEP: Partial<Record<Phase, keyof Settings['retention']>> = {
  Completed: 'completed',
  Failed: 'failed',
  Timeout: 'timeout',
  Stopped: 'stopped',
};

/** A day: the longest timer worth setting; retention is looked at again after it at the latest. */
const LONGEST_TIMER = 86_400_000;

/** Archive first, then clean: nothing of a finished Job goes before its log is kept. */
export const finished: Policy = ({ session, job, settings, now }) => {
  if (!isFinished(session)) return undefined;
  if (job && !job.finished) return { rule: 'stop-leftovers', actions: ['stop'], requeueAfter: STOP_POLL };
  const actions: Action[] = job ? ['archive', 'removeJob'] : [];
  const kept = KEEP[phaseOf(session)];
  const seconds = kept ? settings.retention[kept] : Infinity;
  const end = session.status?.completionTime ?? session.metadata.creationTimestamp ?? now.toISOString();
  const left = Date.parse(end) + seconds * 1000 - now.getTime();
  if (left <= 0) return { rule: 'retention', actions: [...actions, 'delete'] };
  return { rule: 'kept', actions, requeueAfter: Math.min(left, LONGEST_TIMER) };
};
