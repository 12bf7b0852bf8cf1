import type { AgenticSession } from '../api/types.ts';
import { humanDuration } from './output/age.ts';

/** How long a task took, or takes until now, as kubectl prints spans; undefined for one that has not started. */
export function durationOf({ status }: AgenticSession, now: Date): string | undefined {
  const { startTime, completionTime } = status ?? {};
  if (!startTime) return undefined;
  return humanDuration(Date.parse(completionTime ?? now.toISOString()) - Date.parse(startTime));
}
