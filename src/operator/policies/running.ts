import { timeLeft, timeToLastWords } from '../../domain/deadline.ts';
import { type JobFacts, stagesOf } from '../../domain/job-facts.ts';
import { reportedFacts, reportedProgress } from '../../domain/outcome.ts';
import { CEILING, STEP } from '../../domain/progress.ts';
import { timeoutOf } from '../../domain/task.ts';
import type { Policy } from '../plan.ts';
import { hindered, startedStatus } from './launched.ts';

/** What the stages show while they run: a forged line of the work stage shows no pull request, and only the outcome is 100. */
function shownProgress(job: JobFacts): number {
  const active = stagesOf(job).findLast((stage) => job.stages[stage].state !== 'waiting') ?? 'clone';
  return Math.max(Math.min(job.live.progress ?? 0, CEILING[active], 99), reportedProgress(job));
}

/** The words of the step, unless they stand for more than is shown: the words of the last step are true when the task has ended, and a stage may forge them. */
function shownPhase({ live }: JobFacts, progress: number): string | undefined {
  const step = Object.values(STEP).find(({ phase }) => phase === live.phase);
  return step && step.progress > progress ? undefined : live.phase;
}

/** The Job runs: show its step, progress, usage and the end of its log. */
export const running: Policy = ({ session, job, now }) => {
  if (!job || stagesOf(job).every((stage) => job.stages[stage].state === 'waiting')) return undefined;
  const { live } = job;
  const progress = shownProgress(job);
  const currentPhase = shownPhase(job, progress);
  const started = startedStatus(session, job);
  const untilLastWords = timeToLastWords(job, timeoutOf(session), now);
  const isClosing = untilLastWords <= 0;
  const next = isClosing ? timeLeft(job, timeoutOf(session), now) : untilLastWords;
  const extendIn = job.extendIn ?? Infinity;
  const { conditions: waiting, ...step } = hindered(job);
  return {
    rule: 'running',
    // An operator that is away when the Job's time is over finds no pod.
    actions: [...(extendIn <= 0 ? ['extend' as const] : []), ...(isClosing ? ['keepLog' as const] : [])],
    status: {
      ...started,
      phase: 'Running',
      progress,
      ...(currentPhase && { currentPhase }),
      ...step,
      ...(live.usage && { usage: live.usage }),
      ...reportedFacts(job),
      logs: live.logTail,
      conditions: [
        ...started.conditions,
        { type: 'Scheduled', status: 'True', reason: 'Running', message: `Job ${job.name} runs` },
        ...waiting,
      ],
    },
    requeueAfter: Math.max(0, extendIn > 0 ? Math.min(next, extendIn) : next),
  };
};
