import type { JobFacts } from '../../../domain/job-facts.ts';
import { STEP } from '../../../domain/progress.ts';
import { type Stage, STAGES } from '../../../domain/report.ts';
import { fateOf } from './fate.ts';
import { isFinished, type JobSeen, newestPod } from './job-seen.ts';
import { allStages } from './stage-facts.ts';

/** What a stage does when its output has not been read yet. */
const FIRST_STEP: Record<Stage, { progress: number; phase: string }> = {
  clone: STEP.cloning,
  work: STEP.generating,
  publish: STEP.validated,
};

/**
 * The facts of a Job from what was seen of it and its pods. Pure. `fate` may be there while the Job runs on: what is stuck for good, an image
 * that cannot be pulled say, does not end by itself.
 */
export function jobFacts(seen: JobSeen): JobFacts {
  const { job } = seen;
  const stages = allStages(newestPod(seen.pods));
  const fate = fateOf(seen);
  const running = STAGES.findLast((stage) => stages[stage].state === 'running');
  const shown = seen.live.phase === undefined && running ? FIRST_STEP[running] : {};
  return {
    name: job.metadata.name,
    // The Job's own clock begins with its status, moments later, and is forgotten when it is suspended.
    startedAt: job.metadata.creationTimestamp ?? seen.now.toISOString(),
    stages,
    finished: isFinished(seen),
    ...(fate && { fate }),
    live: { ...seen.live, ...shown },
  };
}
