import { sameJson } from './equal.ts';
import type { AgenticSession, Phase, SessionStatus } from '../api/types.ts';
import { type ConditionChange, withConditions } from './conditions.ts';
import { stepTimes } from './step-times.ts';
import { phaseOf } from './task.ts';
import { clip, LOG_TAIL_BYTES, tailBytes } from './text.ts';

/**
 *   Pending ──> Creating <──> Running ──> Completed | Failed | Timeout | Stopped
 *      └────────────┴───────────────────────^ (refused, cancelled or lost before it ran)
 *
 * Back to Creating: the Job was suspended while it ran, and begins again when it is resumed.
 */
const NEXT: Record<Phase, readonly Phase[]> = {
  Pending: ['Creating', 'Running', 'Completed', 'Failed', 'Timeout', 'Stopped'],
  Creating: ['Running', 'Completed', 'Failed', 'Timeout', 'Stopped'],
  Running: ['Creating', 'Completed', 'Failed', 'Timeout', 'Stopped'],
  Completed: [],
  Failed: [],
  Timeout: [],
  Stopped: [],
};

/** What one pass wants a status to say. Fields left out stay. */
export type StatusChange = Partial<Omit<SessionStatus, 'conditions' | 'phase'>> & {
  phase?: Phase;
  conditions?: ConditionChange[];
};

/**
 * The merge patch that brings a task's status to `change`, or undefined when it says so already. Holds what every pass must hold:
 * a finished task keeps its phase, progress never goes down, a log never vanishes, texts keep to their limits.
 */
export function statusPatch(
  session: AgenticSession,
  change: StatusChange,
  now: Date,
): Partial<SessionStatus> | undefined {
  const { conditions, ...fields } = change;
  const current: SessionStatus = session.status ?? {};
  const wanted: SessionStatus = { ...fields };
  const phase = phaseOf(session);
  if (wanted.phase && wanted.phase !== phase && !NEXT[phase].includes(wanted.phase as Phase))
    delete wanted.phase;
  if (wanted.progress !== undefined)
    wanted.progress = Math.max(current.progress ?? 0, Math.min(100, Math.floor(wanted.progress)));
  if (wanted.currentPhase !== undefined) wanted.currentPhase = clip(wanted.currentPhase, 256);
  if (wanted.error !== undefined) wanted.error = clip(wanted.error, 4096);
  // An operator that restarted after the pod was gone has read no log: keep the one in the status.
  if (wanted.logs === '' && current.logs) delete wanted.logs;
  if (wanted.logs !== undefined) wanted.logs = tailBytes(wanted.logs, LOG_TAIL_BYTES);
  wanted.steps = stepTimes(session, { ...current, ...wanted }, now);
  if (conditions?.length) wanted.conditions = withConditions(current.conditions, conditions, now);
  const changed = Object.entries(wanted).filter(
    ([field, value]) => value !== undefined && !sameJson(value, (current as Record<string, unknown>)[field]),
  );
  return changed.length > 0 ? Object.fromEntries(changed) : undefined;
}
