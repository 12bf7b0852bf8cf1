import type { StageFacts } from '../../../domain/job-facts.ts';
import { parseReport, type Stage, STAGES } from '../../../domain/report.ts';
import { isLive, type SeenPod } from './job-seen.ts';
import type { ContainerState, PodObject } from './objects.ts';

/** The state of a stage's container; undefined before the kubelet has said anything of it. */
export const containerState = ({ status }: PodObject, stage: Stage | 'gateway'): ContainerState | undefined =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(
    ({ name }) => name === stage,
  )?.state;

const hasContainer = ({ spec }: PodObject, stage: Stage): boolean =>
  [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].some(({ name }) => name === stage);

/** How a stage stands in a pod. */
function stageFacts(seen: SeenPod | undefined, stage: Stage): StageFacts {
  // A Job that an earlier release made has three containers.
  if (seen && !hasContainer(seen.pod, stage)) return { state: 'absent' };
  const state = seen && containerState(seen.pod, stage);
  if (!seen || !state) return { state: 'waiting' };
  const { running, terminated } = state;
  if (terminated) return endedFacts(stage, terminated);
  if (!running) return { state: 'waiting' };
  const startedAt =
    running.startedAt ?? seen.pod.status?.startTime ?? seen.pod.metadata.creationTimestamp ?? '';
  // Its end is unknown: the pod was deleted, or lost with its node, before the kubelet reported the end.
  return isLive(seen) ? { state: 'running', startedAt } : { state: 'ended', startedAt };
}

/** The facts of a container that ended. The times are absent if the container never started, for example because the image lacks the program. */
function endedFacts(
  stage: Stage,
  { startedAt, finishedAt, exitCode, message }: NonNullable<ContainerState['terminated']>,
): StageFacts {
  return {
    state: 'ended',
    ...(startedAt && { startedAt }),
    ...(finishedAt && { finishedAt }),
    ...(exitCode !== undefined && { exitCode }),
    ...withReport(stage, message),
  };
}

function withReport(stage: Stage, message: string | undefined) {
  const report = parseReport(stage, message);
  return report && { report };
}

/** How every stage stands. */
export const allStages = (seen: SeenPod | undefined): Record<Stage, StageFacts> => ({
  clone: stageFacts(seen, 'clone'),
  work: stageFacts(seen, 'work'),
  prove: stageFacts(seen, 'prove'),
  publish: stageFacts(seen, 'publish'),
});

/** The stage that runs or comes next; undefined when all have ended. */
export const currentStage = ({ pod }: SeenPod): Stage | undefined =>
  STAGES.find((stage) => hasContainer(pod, stage) && !containerState(pod, stage)?.terminated);
