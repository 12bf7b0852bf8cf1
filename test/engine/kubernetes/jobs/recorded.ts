import type { JobSeen } from '../../../../src/engine/kubernetes/jobs/job-seen.ts';
import { jobFacts } from '../../../../src/engine/kubernetes/jobs/pod-facts.ts';
import type {
  ContainerState,
  EventObject,
  JobObject,
  PodObject,
} from '../../../../src/engine/kubernetes/jobs/objects.ts';

/** Statuses as the API server of Kubernetes 1.35 shows them, shortened to what differs. */
export const at = (seconds: number): string => new Date(Date.UTC(2024, 0, 1) + seconds * 1000).toISOString();

export const job = (
  status: JobObject['status'] = { active: 1 },
  more: Partial<JobObject> = {},
): JobObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    namespace: 'example',
    name: 'task-12345678-job',
    uid: 'job-uid',
    creationTimestamp: at(0),
    ownerReferences: [
      {
        apiVersion: 'vteam.ambient-code/v1alpha1',
        kind: 'AgenticSession',
        name: 'task-12345678',
        uid: 'session-uid',
      },
    ],
  },
  spec: { activeDeadlineSeconds: 3600 },
  status: { startTime: at(0), ...status },
  ...more,
});

const failed = (reason: string, message: string): JobObject['status'] => ({
  conditions: [
    { type: 'FailureTarget', status: 'True', reason, message },
    { type: 'Failed', status: 'True', reason, message },
  ],
});
export const BACKOFF = failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
export const DEADLINE = failed('DeadlineExceeded', 'Job was active longer than specified deadline');
/** Suspended by Kueue or a person. */
export const HELD: Partial<JobObject> = { spec: { suspend: true, activeDeadlineSeconds: 3600 } };
/** Suspended by bgtask, which ends it. */
export const SUSPENDED: Partial<JobObject> = {
  ...HELD,
  metadata: { ...job().metadata, annotations: { 'ambient-code.io/stopped': at(100) } },
};
export const suspended = (): JobObject['status'] => ({
  startTime: undefined,
  active: 0,
  conditions: [{ type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' }],
});

/** Suspended for ten minutes from its fifth on, and resumed. */
export const RESUMED: JobObject['status'] = {
  startTime: at(900),
  conditions: [{ type: 'Suspended', status: 'False', reason: 'JobResumed', lastTransitionTime: at(900) }],
};

const container = (name: string, memory: string) => ({
  name,
  image: 'registry.example.com/runner:1',
  resources: { limits: { memory } },
});

/** A pod with the states of its stages; those left out wait, as the kubelet says of containers that have not begun. */
export function pod(
  status: PodObject['status'],
  stages: { clone?: ContainerState; work?: ContainerState; publish?: ContainerState } = {},
  metadata: Partial<PodObject['metadata']> = {},
): PodObject {
  const waits: ContainerState = { waiting: { reason: 'PodInitializing' } };
  return {
    metadata: {
      namespace: 'example',
      name: 'task-12345678-job-abcde',
      uid: 'pod-uid',
      creationTimestamp: at(1),
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'task-12345678-job', uid: 'job-uid' }],
      ...metadata,
    },
    spec: {
      initContainers: [container('clone', '1Gi'), container('work', '4Gi')],
      containers: [container('publish', '1Gi')],
    },
    status: {
      phase: 'Pending',
      startTime: at(2),
      initContainerStatuses: [
        { name: 'clone', state: stages.clone ?? waits },
        { name: 'work', state: stages.work ?? waits },
      ],
      containerStatuses: [{ name: 'publish', state: stages.publish ?? waits }],
      ...status,
    },
  };
}

/** A container that ended by itself, with its termination message. */
export const ended = (seconds: number, report: object, exitCode = 0): ContainerState => ({
  terminated: {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    message: JSON.stringify(report),
    startedAt: at(seconds - 5),
    finishedAt: at(seconds),
  },
});
export const CLONED = ended(10, { stage: 'clone', ok: true, progress: 20 });
export const WORKED = ended(60, { stage: 'work', ok: true, progress: 80 });
export const PUBLISHED = ended(70, { stage: 'publish', ok: true, progress: 100 });
export const RUNS: ContainerState = { running: { startedAt: at(11) } };
export const killed = (reason: string, exitCode = 137): ContainerState => ({
  terminated: { exitCode, reason, startedAt: at(11), finishedAt: at(40) },
});
export const waits = (reason: string, message: string): ContainerState => ({ waiting: { reason, message } });

export const disruption = (reason: string, message: string): NonNullable<PodObject['status']> => ({
  conditions: [{ type: 'DisruptionTarget', status: 'True', reason, message }],
});

export const warning = (reason: string, message: string): EventObject => ({
  metadata: { namespace: 'example', name: 'event' },
  type: 'Warning',
  reason,
  message,
  lastTimestamp: at(5),
});

/** What there is of a Job. */
export interface Case {
  job?: JobObject;
  pod?: PodObject;
  gone?: boolean;
  jobGone?: boolean;
  events?: JobSeen['events'];
  /** Seconds after the Job's creation; 600 when absent. */
  after?: number;
  /** Seconds that it may wait. */
  waiting?: number;
}

export const facts = ({
  job: seen = job(),
  pod: one,
  gone = false,
  jobGone,
  events,
  after = 600,
  waiting,
}: Case) =>
  jobFacts({
    job: seen,
    jobGone,
    pods: one ? [{ pod: one, gone }] : [],
    events,
    live: { logTail: '' },
    ...(waiting !== undefined && { waiting }),
    now: new Date(at(after)),
  });
