import type { AgenticSession } from '../../api/types.ts';
import { type Step, stepsOf } from '../../domain/steps.ts';
import { phaseOf } from '../../domain/task.ts';

/** The moments, in ms since 1970, at which steps began, as far as they are known; the last is the end of all. */
export interface StepTimes {
  began: readonly (number | undefined)[];
  /** The step that the task was at last. */
  at: number;
}

/** A step, and how long it took or has been taking, in seconds, when that is known. */
export interface TimedStep extends Step {
  seconds?: number;
}

const stepsOfTask = (task: AgenticSession): Step[] =>
  stepsOf({
    status: phaseOf(task),
    progress: task.status?.progress ?? 0,
    currentPhase: task.status?.currentPhase,
    reason: task.status?.reason,
  });

/** The step that a task is at; the number of steps for one that is Completed. */
function currentOf(steps: readonly Step[]): number {
  const at = steps.findIndex(({ state }) => state === 'active' || state === 'failed' || state === 'stopped');
  return at < 0 ? steps.length : at;
}

const timeOf = (text: string | undefined): number | undefined => {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
};

/** The moments that were known before, and those that the operator keeps in the status. */
function beganAs(
  task: AgenticSession,
  steps: readonly Step[],
  before: StepTimes | undefined,
): (number | undefined)[] {
  const told = new Map((task.status?.steps ?? []).map(({ name, startedAt }) => [name, startedAt]));
  return [...steps, undefined].map((step, at) => timeOf(step && told.get(step.name)) ?? before?.began[at]);
}

/**
 * Adds what a state of the task, seen at `now`, tells. The status states when the task was created, when its Job began and when it ended. The times of
 * the steps in between are the operator's, else those at which this process sees them begin. `before` is absent for the first state: the time of its step is unknown.
 */
export function stepTimes(task: AgenticSession, before: StepTimes | undefined, now: number): StepTimes {
  const steps = stepsOfTask(task);
  const current = currentOf(steps);
  const began = beganAs(task, steps, before);
  began[0] ??= timeOf(task.metadata.creationTimestamp);
  if (current > 0) began[1] ??= timeOf(task.status?.startTime);
  if (before && current > before.at && current < steps.length) began[current] ??= now;
  const end = timeOf(task.status?.completionTime);
  if (end !== undefined) began[Math.min(current + 1, steps.length)] ??= end;
  return { began, at: current };
}

const TAKES_TIME: readonly Step['state'][] = ['done', 'active', 'failed', 'stopped'];

/** The steps with what is known of their times. */
export const timedSteps = (task: AgenticSession, times: StepTimes, now: number): TimedStep[] =>
  stepsOfTask(task).map((step, at) => {
    const from = times.began[at];
    const to = times.began[at + 1] ?? (step.state === 'active' ? now : undefined);
    if (from === undefined || to === undefined || !TAKES_TIME.includes(step.state)) return step;
    return { ...step, seconds: Math.max(0, (to - from) / 1000) };
  });
