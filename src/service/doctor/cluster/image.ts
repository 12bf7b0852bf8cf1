import type { AgenticSession } from '../../../api/types.ts';
import { hasCode } from '../../../domain/errors.ts';
import { isTask, taskName } from '../../../domain/task.ts';
import type { ClusterObject } from '../../../engine/cluster-view.ts';
import { NAMES, SETTINGS_KEY } from '../../../engine/kubernetes/install/object.ts';
import { JOB_SELECTOR } from '../../../engine/kubernetes/jobs/job-names.ts';
import { kubectl } from './commands.ts';
import type { Look, Scene } from './scene.ts';

interface Pod extends ClusterObject {
  status?: {
    initContainerStatuses?: {
      image?: string;
      state?: { waiting?: { reason?: string; message?: string } };
    }[];
  };
}

/** What the kubelet says of an image that it cannot have. */
const PULL_FAILURES = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull'];

/** Reads what is not needed: nothing where it may not be read. */
const ifAllowed = async <T>(read: Promise<T>): Promise<T | undefined> => {
  try {
    return await read;
  } catch (error) {
    if (hasCode(error, 'Forbidden')) return undefined;
    throw error;
  }
};

async function imageOf(scene: Scene): Promise<string | undefined> {
  const [seen, deployment] = await Promise.all([ifAllowed(scene.settings()), ifAllowed(scene.deployment())]);
  const variables = deployment?.spec?.template?.spec?.containers?.flatMap(({ env = [] }) => env) ?? [];
  return seen?.settings.runner.image ?? variables.find(({ name }) => name === 'BGTASK_RUNNER_IMAGE')?.value;
}

/** The command that changes the settings: it edits the ConfigMap, or creates it if it is missing. */
async function changeSettings(scene: Scene): Promise<string> {
  const { home } = scene;
  if ((await ifAllowed(scene.settings()))?.present !== false)
    return kubectl(scene, `-n ${home} edit configmap ${NAMES.config}`);
  return kubectl(scene, `-n ${home} create configmap ${NAMES.config} --from-file=${SETTINGS_KEY}`);
}

/** A pod that waits for its image now. */
async function waitingPod({ view, project }: Scene): Promise<string | undefined> {
  const pods = await ifAllowed(view.list<Pod>('Pod', { namespace: project, labelSelector: JOB_SELECTOR }));
  for (const { metadata, status } of pods ?? [])
    for (const { image, state } of status?.initContainerStatuses ?? [])
      if (PULL_FAILURES.includes(state?.waiting?.reason ?? ''))
        return `the pod ${metadata.name} cannot have ${image}: ${state?.waiting?.message ?? state?.waiting?.reason}`;
  return undefined;
}

const startedLast = (a: AgenticSession, b: AgenticSession): number =>
  (b.status?.startTime ?? '').localeCompare(a.status?.startTime ?? '');

/** The newest task of those that had a Job, when it could not have the runner's image. */
async function failedTask({ engine, project }: Scene): Promise<string | undefined> {
  const all = await ifAllowed(engine.store.list('AgenticSession', { namespace: project }));
  const [newest] = (all ?? [])
    // An image of the task's own is the task's matter.
    .filter((task) => isTask(task) && task.status?.startTime && task.spec.image === undefined)
    .sort(startedLast);
  return newest?.status?.reason === 'ImagePullFailed'
    ? `the newest task ${taskName(newest)} failed: ${newest.status.error}`
    : undefined;
}

/** Which image the Jobs run, and whether the newest of them could have it. */
export const imageLook: Look = {
  subject: 'runner image',
  byHand: ({ project }) => `-n ${project} get pods -l ${JOB_SELECTOR}`,
  look: async (scene) => {
    const { project } = scene;
    const [image, pod, task] = await Promise.all([imageOf(scene), waitingPod(scene), failedTask(scene)]);
    const failure = pod ?? task;
    if (failure)
      return {
        level: 'problem',
        message: `Nodes cannot have the runner's image ${image ?? ''}: ${failure}`,
        fix: 'Push it, name it right in runner.image, or add runner.imagePullSecrets',
        command: await changeSettings(scene),
      };
    return {
      level: 'ok',
      message: image
        ? `${image}; no Job of project ${project} failed to have it`
        : `you may not see which; no Job of project ${project} failed to have it`,
    };
  },
};
