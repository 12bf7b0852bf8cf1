import { TIMEOUT_ANNOTATION } from './job-names.ts';
import { isHeldBack, type JobSeen } from './job-seen.ts';
import type { JobObject } from './objects.ts';

/**
 * A Job's own clock, activeDeadlineSeconds, runs from the moment at which the Job controller takes the Job up, also while its pod waits. A task's time runs
 * from the moment at which its pod begins. So the Job gets more time as long as its pod waits, and once more when that has begun.
 */

/** Milliseconds after the Job's start before which a running Job's clock is left alone: most pods begin within seconds. */
const SETTLED = 60_000;
/** Milliseconds by which the two clocks may differ: times of status are whole seconds. */
const EXACT = 1500;

/** Seconds; 0 for a Job of an earlier release, whose clock is left alone: what it was made with is not known once it was raised. */
const timeoutOf = ({ metadata }: JobObject): number =>
  Number(metadata.annotations?.[TIMEOUT_ANNOTATION]) || 0;

/** When a Job's own clock has to be set, and to how many seconds; undefined when it need not be. `begunAt` is when its pod began. */
export function clockOf(
  seen: JobSeen,
  begunAt: string | undefined,
): { in: number; seconds: number } | undefined {
  const { job, now } = seen;
  const { activeDeadlineSeconds } = job.spec ?? {};
  const start = Date.parse(job.status?.startTime ?? '');
  if (!activeDeadlineSeconds || !Number.isFinite(start) || isHeldBack(seen)) return undefined;
  const timeout = timeoutOf(job) * 1000;
  if (timeout === 0) return undefined;
  const end = start + activeDeadlineSeconds * 1000;
  if (begunAt === undefined) {
    const wait = end - timeout / 2 - now.getTime();
    return {
      in: wait,
      seconds: Math.ceil((Math.max(now.getTime(), end - timeout / 2) - start + timeout) / 1000),
    };
  }
  const wanted = Date.parse(begunAt) + timeout;
  if (wanted - end <= EXACT) return undefined;
  const settled = start + Math.min(SETTLED, timeout / 2);
  return { in: settled - now.getTime(), seconds: Math.ceil((wanted - start) / 1000) };
}
