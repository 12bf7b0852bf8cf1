import type { JobFacts } from '../../../../domain/job-facts.ts';
import { STAGES, type Stage } from '../../../../domain/report.ts';
import type { Fate, SeenPod } from '../job-seen.ts';
import type { ContainerState, PodContainer, PodObject } from '../objects.ts';
import { containerState, currentStage } from '../stage-facts.ts';
import { quoted, SETTINGS } from './sentence.ts';

/** Milliseconds for which a pull that fails may still come to work: a registry that restarts, a network that is not up yet. */
const PULL_GRACE = 120_000;
/** Milliseconds for which a kubelet may not have seen a Secret or ConfigMap that was made just before. */
const CONFIG_GRACE = 30_000;
/** A registry's definite no. Waiting changes nothing. */
const NO_SUCH_IMAGE =
  /not found|manifest unknown|does not exist|unauthorized|denied|forbidden|no basic auth/i;

/** What a container that cannot start says of itself. */
interface Stuck {
  stage: Stage;
  image: string;
  message: string;
  /** Milliseconds since it could have started. */
  waited: number;
}

type Cause = (stuck: Stuck) => Fate | undefined;

const pullFailed =
  (end: string): Cause =>
  (stuck) => ({
    reason: 'ImagePullFailed',
    message: `The image ${stuck.image} of the ${stuck.stage} stage cannot be pulled: ${quoted(stuck.message)}. ${end}`,
  });

const CHECK_IMAGE = 'Check its name and the image pull secrets, then retry the task.';

const backOff: Cause = (stuck) =>
  stuck.waited >= PULL_GRACE || NO_SUCH_IMAGE.test(stuck.message)
    ? pullFailed(CHECK_IMAGE)(stuck)
    : undefined;

const notCreated: Cause = ({ stage, image, message }) => ({
  reason: 'InvalidTask',
  message: `The ${stage} stage could not be started in the image ${image}: ${quoted(message)}. Correct the image or ${SETTINGS}, then retry the task.`,
});

const badConfig: Cause = (stuck) =>
  stuck.waited < CONFIG_GRACE
    ? undefined
    : {
        reason: 'InvalidTask',
        message: `The ${stuck.stage} stage could not be started: ${quoted(stuck.message)}. Create what is missing or correct ${SETTINGS}, then retry the task.`,
      };

/** Why a container waits, in the kubelet's words (pkg/kubelet/images, pkg/kubelet/kuberuntime). */
const WAITING: Readonly<Record<string, Cause>> = {
  // Only the second of the two is said for long; the first may be a single failed attempt.
  ErrImagePull: (stuck) => (stuck.waited >= PULL_GRACE ? pullFailed(CHECK_IMAGE)(stuck) : undefined),
  ImagePullBackOff: backOff,
  RegistryUnavailable: backOff,
  InvalidImageName: pullFailed('Correct its name.'),
  ErrImageNeverPull: pullFailed(
    'It is not on the node and may not be pulled: set imagePullPolicy, or load it.',
  ),
  ImageInspectError: backOff,
  SignatureValidationFailed: pullFailed('Its signature is not accepted.'),
  CreateContainerConfigError: badConfig,
  CreateContainerError: (stuck) => (stuck.waited < CONFIG_GRACE ? undefined : notCreated(stuck)),
  RunContainerError: notCreated,
};

const specOf = ({ spec }: PodObject, stage: Stage): PodContainer | undefined =>
  [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find(({ name }) => name === stage);

/** When a stage could have begun: with the pod, or with the end of the stage before it. */
function since(pod: PodObject, stage: Stage): number {
  const before = STAGES.slice(0, STAGES.indexOf(stage)).findLast((each) => containerState(pod, each));
  const begun = (before && containerState(pod, before)?.terminated?.finishedAt) ?? pod.status?.startTime;
  return Date.parse(begun ?? pod.metadata.creationTimestamp ?? '');
}

function waitingFate(pod: PodObject, stage: Stage, { waiting }: ContainerState, now: Date): Fate | undefined {
  const cause = WAITING[waiting?.reason ?? ''];
  const image = specOf(pod, stage)?.image ?? '';
  return cause?.({
    stage,
    image,
    message: waiting?.message ?? '',
    waited: now.getTime() - since(pod, stage),
  });
}

function endedFate(pod: PodObject, stage: Stage, { terminated }: ContainerState): Fate | undefined {
  // A program inside may have been killed while the stage itself ended well.
  if (!terminated || terminated.exitCode === 0) return undefined;
  const spec = specOf(pod, stage);
  if (terminated.reason === 'OOMKilled') return outOfMemory(stage, spec?.resources?.limits?.['memory']);
  // runc found no such program in the image.
  if (terminated.reason === 'StartError' || terminated.reason === 'ContainerCannotRun')
    return notCreated({ stage, image: spec?.image ?? '', message: terminated.message ?? '', waited: 0 });
  return undefined;
}

const outOfMemory = (stage: Stage, limit: string | undefined): Fate => ({
  reason: 'OutOfMemory',
  message: `The ${stage} stage ran out of memory${limit ? ` (limit ${limit})` : ''}. Nothing was pushed after that. Raise the limit in ${SETTINGS} or let the task do less at once, then retry it.`,
});

/** Reasons by which a kubelet says that it cannot pull an image, from the first attempt on. */
const PULLS: readonly string[] = [
  'ErrImagePull',
  'ImagePullBackOff',
  'RegistryUnavailable',
  'ImageInspectError',
];

/** That an image cannot be pulled, while the node still tries. */
export function pullHindrance(seen: SeenPod): JobFacts['hindrance'] {
  const stage = currentStage(seen);
  const { reason, message } = (stage && containerState(seen.pod, stage)?.waiting) ?? {};
  if (!stage || !PULLS.includes(reason ?? '')) return undefined;
  const image = specOf(seen.pod, stage)?.image ?? '';
  return {
    step: 'Waiting for its image',
    message: `The image ${image} of the ${stage} stage cannot be pulled, and is tried again: ${quoted(message)}`,
  };
}

/** What the containers of a pod say of themselves. */
export function containerFate(seen: SeenPod, now: Date): Fate | undefined {
  const { pod } = seen;
  for (const stage of STAGES) {
    const fate = endedFate(pod, stage, containerState(pod, stage) ?? {});
    if (fate) return fate;
  }
  const current = currentStage(seen);
  return current && waitingFate(pod, current, containerState(pod, current) ?? {}, now);
}
