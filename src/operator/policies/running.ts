import { deadlineOf } from '../../domain/deadline.ts';
import type { JobFacts } from '../../domain/job-facts.ts';
import { reportedFacts } from '../../domain/outcome.ts';
import { STEP } from '../../domain/progress.ts';
import { STAGES, type Stage } from '../../domain/report.ts';
import { timeoutOf } from '../../domain/task.ts';
import type { Policy } from '../plan.ts';

/** What a stage may claim at most while it runs: a forged line of the work stage shows no pull request. */
const CEILING: Record<Stage, number> = { clone: STEP.cloned.progress, work: STEP.validated.progress, publish: 99 };

function shownProgress(job: JobFacts): number {
  const active = STAGES.findLast((stage) => job.stages[stage].state !== 'waiting') ?? 'clone';
  const ended = STAGES.map((stage) => job.stages[stage]).map((stage) => (stage.state === 'ended' ? (stage.report?.progress ?? 0) : 0));
  return Math.max(Math.min(job.live.progress ?? 0, CEILING[active]), ...ended);
}

/** The Job runs: show its step, progress, usage and the end of its log. */
export const running: Policy = ({ session, job, now }) => {
  if (!job || STAGES.every((stage) => job.stages[stage].state === 'waiting')) return undefined;
  const { live } = job;
  return {
    rule: 'running',
    actions: [],
    status: {
      phase: 'Running',
      jobName: job.name,
      startTime: session.status?.startTime ?? job.startedAt,
      progress: shownProgress(job),
      ...(live.phase && { currentPhase: live.phase }),
      ...(live.usage && { usage: live.usage }),
      ...reportedFacts(job),
      logs: live.logTail,
      conditions: [{ type: 'Scheduled', status: 'True', reason: 'Running', message: `Job ${job.name} runs` }],
    },
    requeueAfter: Math.max(0, deadlineOf(job.startedAt, timeoutOf(session)).getTime() - now.getTime()),
  };
};
