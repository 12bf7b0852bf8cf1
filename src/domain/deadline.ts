import type { JobFacts } from './job-facts.ts';

/** When a Job that started then and may take `timeout` seconds is over. */
export const deadlineOf = (startedAt: string, timeout: number): Date =>
  new Date(Date.parse(startedAt) + timeout * 1000);

/**
 * Milliseconds before the deadline at which the stages end their own work, so that they can still say why: a tenth of the time, from 5 to
 * 30 seconds. A Job's activeDeadlineSeconds deletes the pod and with it the log.
 */
export const marginOf = (timeout: number): number => Math.min(30, Math.max(5, timeout / 10)) * 1000;

/**
 * Milliseconds that a Job has left of `timeout` seconds. Where its engine counts the time that the machine ran, a machine that sleeps uses nothing up; elsewhere the
 * clock counts. The time that a Job waits for room does not count.
 */
export const timeLeft = (
  { startedAt, ranFor, waits }: Pick<JobFacts, 'startedAt' | 'ranFor' | 'waits'>,
  timeout: number,
  now: Date,
): number => {
  if (waits) return timeout * 1000;
  return ranFor === undefined
    ? deadlineOf(startedAt, timeout).getTime() - now.getTime()
    : timeout * 1000 - ranFor;
};

/** The same until the stages of a Job have ended their own work and said why, and its pod is still there. */
export const timeToLastWords = (
  job: Pick<JobFacts, 'startedAt' | 'ranFor' | 'waits'>,
  timeout: number,
  now: Date,
): number => timeLeft(job, timeout, now) - marginOf(timeout) / 2;

/** The sentence of a task that ran out of time. */
export function deadlineMessage(timeout: number): string {
  if (timeout % 3600 === 0) return `Task exceeded ${timeout / 3600} hour deadline`;
  if (timeout % 60 === 0) return `Task exceeded ${timeout / 60} minute deadline`;
  return `Task exceeded ${timeout} second deadline`;
}
