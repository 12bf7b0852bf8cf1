import { API_VERSION, creatorLabel, jobName, LABEL, repoLabel, shortName } from '../../../api/names.ts';
import type { AgenticSession } from '../../../api/types.ts';
import type { ModelKeys } from '../../../domain/credentials.ts';
import { BgtaskError } from '../../../domain/errors.ts';
import { isUntrusted, type Stage } from '../../../domain/report.ts';
import { checkBranch, checkRepositoryUrl } from '../../../domain/input.ts';
import { agentOf, baseBranchOf, creatorOf, repositoryOf, taskName, timeoutOf } from '../../../domain/task.ts';
import type { RunnerInput } from '../../runner-input.ts';
import { inOwnImage } from './image-probe.ts';
import { GATEWAY_RESOURCES, type JobConfig } from './job-config.ts';
import { INPUT_ANNOTATION, LABEL_MAX, PRIORITY_LABEL, QUEUE_LABEL, TIMEOUT_ANNOTATION } from './job-names.ts';
import { CA_MOUNT, type Extras, GATEWAY_MOUNTS, GRACE_SECONDS, mountsOf, RUNNER_ID } from './layout.ts';
import type { JobObject } from './objects.ts';
import { gatewayEnvironment, stageEnvironment } from './stage-environment.ts';
import { volumes } from './volumes.ts';

/** Bytes of annotations that an object may hold (ValidateAnnotationsSize of the API server). */
const ANNOTATIONS_MAX = 262_144;

/** Labels of a session that its Job takes over. */
const COPIED = [LABEL.task, LABEL.template, LABEL.creator, LABEL.repo, LABEL.retryOf] as const;

/** A Job, and what bgtask itself reads of it. */
export type NewJob = JobObject & { spec: Record<string, unknown> };

/**
 * The Job of a session. Pure: the same session, input and config give the same Job. Its pod meets Pod Security's level `restricted` and holds no
 * credential of the cluster. Throws Invalid if the session's name is too long for a Job's name, if its input is too large for an annotation, or if its
 * repository is not valid: bgtask checks that before it sends a task, but kubectl does not.
 */
export function buildJob(
  session: AgenticSession,
  input: RunnerInput,
  config: JobConfig,
  modelKeys: ModelKeys,
): NewJob {
  const { name, namespace, uid = '' } = session.metadata;
  const branch = baseBranchOf(session);
  checkRepositoryUrl(repositoryOf(session), { local: false }, 'spec.repos[0].input.url');
  if (branch !== undefined) checkBranch(branch, 'spec.repos[0].input.branch');
  const labels = jobLabels(session, config);
  const annotations = podAnnotations(session, input);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: checkedName(session),
      namespace,
      labels,
      annotations: { [TIMEOUT_ANNOTATION]: String(timeoutOf(session)) },
      ownerReferences: [
        {
          apiVersion: API_VERSION,
          kind: 'AgenticSession',
          name,
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      activeDeadlineSeconds: timeoutOf(session),
      // A failed agent is not run again and paid twice; a pod that the cluster itself took away is.
      backoffLimit: 0,
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }],
      },
      // Never two pods of a task at once.
      podReplacementPolicy: 'Failed',
      template: {
        metadata: { labels: podLabels(labels), annotations },
        spec: podSpec(session, config, modelKeys),
      },
    },
  };
}

function checkedName({ metadata }: AgenticSession): string {
  const name = jobName(metadata.name);
  if (name.length <= LABEL_MAX) return name;
  throw new BgtaskError(
    'Invalid',
    `AgenticSession "${metadata.name}" has too long a name: its Job's would have ${name.length} characters`,
    {
      hint: `Name it with at most ${LABEL_MAX - jobName('').length} characters.`,
    },
  );
}

function jobLabels(session: AgenticSession, config: JobConfig): Record<string, string> {
  // A session applied by hand may lack them all.
  const derived = {
    [LABEL.task]: shortName(taskName(session), LABEL_MAX),
    [LABEL.creator]: creatorLabel(creatorOf(session)),
    [LABEL.repo]: repoLabel(repositoryOf(session)),
  };
  const own = session.metadata.labels ?? {};
  const copied = COPIED.flatMap((key) => (own[key] ? [[key, own[key]] as const] : []));
  return {
    ...config.labels,
    ...derived,
    ...Object.fromEntries(copied),
    [LABEL.mode]: 'background',
    'app.kubernetes.io/name': 'bgtask',
    'app.kubernetes.io/component': 'runner',
  };
}

/** A sidecar would keep the pod running after the runner's end. Kueue's labels are the Job's alone: a pod with them would stand in a queue itself. */
function podLabels(labels: Record<string, string>): Record<string, string> {
  const { [QUEUE_LABEL]: _queue, [PRIORITY_LABEL]: _priority, ...own } = labels;
  return { ...own, 'sidecar.istio.io/inject': 'false' };
}

function podAnnotations(session: AgenticSession, input: RunnerInput): Record<string, string> {
  const annotations = {
    [INPUT_ANNOTATION]: JSON.stringify(input),
    'kubectl.kubernetes.io/default-container': 'work',
    // An hour of an agent's work is worth more than a node that is a little better used.
    'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
    'karpenter.sh/do-not-disrupt': 'true',
    'linkerd.io/inject': 'disabled',
  };
  const bytes = Object.entries(annotations).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0);
  if (bytes <= ANNOTATIONS_MAX) return annotations;
  throw new BgtaskError(
    'Invalid',
    `AgenticSession "${session.metadata.name}" is too large for a Job: ${bytes} bytes of input, at most ${ANNOTATIONS_MAX} fit`,
    {
      hint: 'Shorten its prompt, checks or allowed paths.',
    },
  );
}

function podSpec(session: AgenticSession, config: JobConfig, modelKeys: ModelKeys): Record<string, unknown> {
  const { image, continueFrom: continued } = session.spec;
  const keys = modelKeys(agentOf(session).type, config.hasSidecars ? config.env : undefined);
  const gateway = keys.gateway.length > 0;
  const ca = config.ca !== undefined;
  const extras = { tools: image !== undefined, model: keys.agent.length > 0, gateway, continued, ca };
  const container = (stage: Stage) => stageContainer(stage, { config, ownImage: image, extras });
  return {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: GRACE_SECONDS,
    serviceAccountName: config.serviceAccount,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      ...(!config.assignsIds && { runAsUser: RUNNER_ID, runAsGroup: RUNNER_ID, fsGroup: RUNNER_ID }),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(config.runtimeClassName && { runtimeClassName: config.runtimeClassName }),
    ...(Object.keys(config.nodeSelector).length > 0 && { nodeSelector: config.nodeSelector }),
    ...(config.tolerations.length > 0 && { tolerations: config.tolerations }),
    ...(config.imagePullSecrets.length > 0 && {
      imagePullSecrets: config.imagePullSecrets.map((name) => ({ name })),
    }),
    initContainers: [
      container('clone'),
      // After the clone stage, which has the same image: what keeps that one from starting is known by then.
      ...(gateway ? [gatewayContainer(config)] : []),
      container('work'),
      container('prove'),
    ],
    containers: [container('publish')],
    volumes: volumes(config, extras, keys),
  };
}

/** Pod Security's level `restricted`, and a root filesystem that cannot be written. */
const RESTRICTED = {
  runAsNonRoot: true,
  readOnlyRootFilesystem: true,
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

/** The container that holds the model's key, and runs until the pod's other containers have ended. Always the runner's image, never the task's own. */
const gatewayContainer = (config: JobConfig): Record<string, unknown> => ({
  name: 'gateway',
  image: config.image,
  restartPolicy: 'Always',
  ...(config.imagePullPolicy && { imagePullPolicy: config.imagePullPolicy }),
  ...(config.command && { command: config.command }),
  args: ['runner', 'gateway'],
  env: gatewayEnvironment(config),
  resources: GATEWAY_RESOURCES,
  securityContext: RESTRICTED,
  volumeMounts: config.ca ? [...GATEWAY_MOUNTS, CA_MOUNT] : GATEWAY_MOUNTS,
});

interface ContainerNeeds {
  config: JobConfig;
  ownImage: string | undefined;
  extras: Extras;
}

function stageContainer(stage: Stage, { config, ownImage, extras }: ContainerNeeds): Record<string, unknown> {
  const foreign = isUntrusted(stage) ? ownImage : undefined;
  return {
    name: stage,
    image: foreign ?? config.image,
    ...(config.imagePullPolicy && !foreign && { imagePullPolicy: config.imagePullPolicy }),
    ...program(stage, config, foreign !== undefined),
    env: stageEnvironment(stage, { config, extras, image: foreign }),
    resources: config.resources[stage],
    securityContext: RESTRICTED,
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    volumeMounts: mountsOf(stage, extras),
  };
}

function program(stage: Stage, config: JobConfig, foreign: boolean): Record<string, unknown> {
  if (foreign) return { command: inOwnImage(stage) };
  return { ...(config.command && { command: config.command }), args: ['runner', stage] };
}
