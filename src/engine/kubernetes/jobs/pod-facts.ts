import type { JobFacts, StageFacts } from '../../../domain/job-facts.ts';
import { STEP } from '../../../domain/progress.ts';
import { parseCounted, type Stage, STAGES } from '../../../domain/report.ts';
import { atLeast } from '../../../domain/usage.ts';
import { fateOf } from './fate.ts';
import { hindranceOf } from './fates/unstarted.ts';
import { clockOf } from './job-clock.ts';
import { currentPod, type Fate, isFinished, type JobSeen, type SeenPod, waitsSince } from './job-seen.ts';
import { allStages, containerState } from './stage-facts.ts';

/** What a stage does when its output has not been read yet. */
const FIRST_STEP: Record<Stage, { progress: number; phase: string }> = {
  clone: STEP.cloning,
  work: STEP.generating,
  prove: STEP.generated,
  publish: STEP.validated,
};

type Stages = Record<Stage, StageFacts>;

/**
 * Puts the cluster's word in the place of a stage's own where memory ran out: the kernel may kill a program inside and leave the stage, which
 * then knows only that something was killed.
 */
function withCause(stages: Stages, fate: Fate | undefined): Stages {
  if (fate?.reason !== 'OutOfMemory') return stages;
  const corrected = (facts: StageFacts): StageFacts => {
    const report = facts.state === 'ended' ? facts.report : undefined;
    if (!report || report.ok || report.reason === 'Cancelled' || report.reason === 'DeadlineExceeded')
      return facts;
    return { ...facts, state: 'ended', report: { ...report, reason: fate.reason, error: fate.message } };
  };
  const { clone, work, prove, publish } = stages;
  return {
    clone: corrected(clone),
    work: corrected(work),
    prove: corrected(prove),
    publish: corrected(publish),
  };
}

/** Puts what the gateway's container counted in the place of a lower usage that the work stage reports, which runs beside untrusted programs. */
function withCounted(stages: Stages, pod: SeenPod | undefined): Stages {
  const counted = pod && parseCounted(containerState(pod.pod, 'gateway')?.terminated?.message);
  const { work } = stages;
  if (!counted || work.state !== 'ended' || !work.report) return stages;
  return {
    ...stages,
    work: { ...work, report: { ...work.report, usage: atLeast(work.report.usage ?? {}, counted) } },
  };
}

/** When the first stage of a pod began. Undefined before that. */
export function begunOf({ pod }: SeenPod): string | undefined {
  const { running, terminated } = containerState(pod, 'clone') ?? {};
  const known = running?.startedAt ?? terminated?.startedAt ?? terminated?.finishedAt;
  return (
    known ?? (running || terminated ? (pod.status?.startTime ?? pod.metadata.creationTimestamp) : undefined)
  );
}

/**
 * The facts of a Job from what was seen of it and its pods. Pure. `fate` may be there while the Job runs on: what is stuck for good, an image
 * that cannot be pulled say, does not end by itself.
 */
export function jobFacts(seen: JobSeen): JobFacts {
  const { job } = seen;
  const fate = fateOf(seen);
  const newest = currentPod(seen);
  const stages = withCounted(withCause(allStages(newest), fate), newest);
  const hindrance = fate ? undefined : hindranceOf(seen);
  const finished = isFinished(seen);
  const begunAt = newest && begunOf(newest);
  const clock = clockOf(seen, begunAt);
  const running = STAGES.findLast((stage) => stages[stage].state === 'running');
  const shown = seen.live.phase === undefined && running ? FIRST_STEP[running] : {};
  return {
    name: job.metadata.name,
    startedAt: begunAt ?? waitsSince(seen) ?? seen.now.toISOString(),
    ...(begunAt === undefined && !finished && { waits: true as const }),
    ...(clock && !finished && { extendIn: clock.in }),
    stages,
    finished,
    ...(fate && { fate }),
    ...(hindrance && { hindrance }),
    live: { ...seen.live, ...shown },
  };
}
