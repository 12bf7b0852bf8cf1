import type { Reason } from '../../../../src/domain/reasons.ts';
import type { PodObject } from '../../../../src/engine/kubernetes/jobs/objects.ts';
import {
  at,
  BACKOFF,
  type Case,
  CLONED,
  DEADLINE,
  disruption,
  job,
  killed,
  pod,
  RUNS,
  waits,
  warning,
  WORKED,
} from './recorded.ts';

const unscheduled = (message: string): PodObject['status'] => ({
  startTime: undefined,
  initContainerStatuses: undefined,
  containerStatuses: undefined,
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});
export const unschedulable = unscheduled('0/3 nodes are available: 3 Insufficient memory.');
export const unmatched = unscheduled(
  "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.",
);
const NOT_FOUND =
  'Back-off pulling image "golang:0": ErrImagePull: rpc error: code = NotFound desc = failed to pull: golang:0: not found';
export const BLIP =
  'Back-off pulling image "golang:1": ErrImagePull: rpc error: code = Unavailable desc = dial tcp: i/o timeout';
export const QUOTA =
  'Error creating: pods "task-12345678-job-x2" is forbidden: exceeded quota: small, requested: limits.memory=4Gi, used: limits.memory=4Gi, limited: limits.memory=6Gi';
const TOO_SMALL =
  'Error creating: pods "task-12345678-job-x2" is forbidden: exceeded quota: small, requested: limits.cpu=2,limits.memory=4Gi, used: limits.cpu=0,limits.memory=0, limited: limits.cpu=1,limits.memory=2Gi';
const SECURITY =
  'Error creating: pods "task-12345678-job-x2" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';
const EMPTY_DIR = 'Usage of EmptyDir volume "workspace" exceeds the limit "10Gi". ';

/** What happened to a Job, and what the facts say: a reason, words of the sentence, and whether the Job is finished. */
export const FATES: Record<string, [Case, Reason, RegExp, finished?: true]> = {
  'an image that is not there': [
    { pod: pod({}, { clone: CLONED, work: waits('ImagePullBackOff', NOT_FOUND) }), after: 20 },
    'ImagePullFailed',
    /image registry\.example\.com\/runner:1 of the work stage cannot be pulled: .*not found\. Check its name/,
  ],
  'a registry that stays away': [
    { pod: pod({}, { clone: waits('ImagePullBackOff', BLIP) }), after: 200 },
    'ImagePullFailed',
    /clone stage cannot be pulled.*i\/o timeout/,
  ],
  'a pull that keeps failing': [
    { pod: pod({}, { clone: waits('ErrImagePull', 'no route to host') }), after: 200 },
    'ImagePullFailed',
    /no route to host/,
  ],
  'an image that has no valid name': [
    { pod: pod({}, { clone: waits('InvalidImageName', 'couldn\'t parse image name "A:B:C"') }), after: 3 },
    'ImagePullFailed',
    /Correct its name/,
  ],
  'an image that may not be pulled': [
    {
      pod: pod(
        {},
        { clone: waits('ErrImageNeverPull', 'Container image "x" is not present with pull policy of Never') },
      ),
      after: 3,
    },
    'ImagePullFailed',
    /imagePullPolicy/,
  ],
  'no room on any node': [
    { pod: pod(unschedulable), after: 7200, waiting: 7200 },
    'NeverScheduled',
    /The task's pod did not begin within 2 hours \(deadline\.waiting\): 0\/3 nodes are available: 3 Insufficient memory\. Nothing was changed\. Make room/,
  ],
  'a node selector that no node has': [
    { pod: pod(unmatched), after: 60, waiting: 60 },
    'NeverScheduled',
    /did not begin within 1 minute \(deadline\.waiting\): 0\/3 nodes are available: 3 node\(s\) didn't match/,
  ],
  'a missing ConfigMap': [
    { pod: pod({}, { clone: waits('CreateContainerConfigError', 'configmap "proxies" not found') }) },
    'InvalidTask',
    /configmap "proxies" not found/,
  ],
  'an image without the shell': [
    {
      pod: pod(
        { phase: 'Failed' },
        {
          clone: CLONED,
          work: {
            terminated: {
              exitCode: 128,
              reason: 'StartError',
              message:
                'failed to create containerd task: exec: "/bin/sh": stat /bin/sh: no such file or directory',
              startedAt: '1970-01-01T00:00:00Z',
              finishedAt: at(20),
            },
          },
        },
      ),
      job: job(BACKOFF),
    },
    'InvalidTask',
    /work stage could not be started in the image .*"\/bin\/sh"/,
    true,
  ],
  'a container that cannot be made': [
    { pod: pod({}, { clone: waits('CreateContainerError', 'context deadline exceeded') }) },
    'InvalidTask',
    /clone stage could not be started/,
  ],
  'a work stage without memory': [
    { pod: pod({ phase: 'Failed' }, { clone: CLONED, work: killed('OOMKilled') }), job: job(BACKOFF) },
    'OutOfMemory',
    /work stage ran out of memory \(limit 4Gi\)/,
    true,
  ],
  'a publish stage without memory': [
    {
      pod: pod({ phase: 'Failed' }, { clone: CLONED, work: WORKED, publish: killed('OOMKilled') }),
      job: job(BACKOFF),
    },
    'OutOfMemory',
    /publish stage ran out of memory/,
    true,
  ],
  'a volume that is full': [
    {
      pod: pod(
        { phase: 'Failed', reason: 'Evicted', message: EMPTY_DIR },
        { clone: CLONED, work: killed('Error') },
      ),
      job: job(BACKOFF),
    },
    'Evicted',
    /volume "workspace" grew beyond 10Gi\. Raise volumes\.workspace/,
    true,
  ],
  'a folder for temporary files that is full': [
    {
      pod: pod(
        { phase: 'Failed', reason: 'Evicted', message: EMPTY_DIR.replace('workspace', 'tmp-work') },
        { clone: CLONED, work: killed('Error') },
      ),
      job: job(BACKOFF),
    },
    'Evicted',
    /Raise volumes\.tmp /,
    true,
  ],
  'a node short of memory, with no time left': [
    {
      pod: pod(
        {
          phase: 'Failed',
          reason: 'Evicted',
          message: 'The node was low on resource: memory.',
          ...disruption('TerminationByKubelet', 'The node was low on resource: memory. '),
        },
        { clone: CLONED, work: killed('Error') },
      ),
      job: job(BACKOFF),
    },
    'Evicted',
    /evicted by its node: The node was low on resource: memory\. Retry/,
    true,
  ],
  'a pod that made room': [
    {
      pod: pod(
        {
          phase: 'Failed',
          ...disruption(
            'PreemptionByScheduler',
            'default-scheduler: preempting to accommodate a higher priority pod',
          ),
        },
        { clone: RUNS },
      ),
      job: job(BACKOFF),
    },
    'Evicted',
    /make room for one of higher priority/,
    true,
  ],
  'a node that is gone': [
    {
      pod: pod(
        { phase: 'Failed', ...disruption('DeletionByPodGC', 'PodGC: node no longer exists') },
        { clone: CLONED, work: RUNS },
      ),
      job: job(BACKOFF),
    },
    'RunnerLost',
    /lost with its node: PodGC: node no longer exists/,
    true,
  ],
  'its deadline': [{ job: job(DEADLINE) }, 'DeadlineExceeded', /^Task exceeded 1 hour deadline$/, true],
  'its deadline, while its pod still ends': [
    {
      job: job({ active: 0, terminating: 1, conditions: DEADLINE?.conditions?.slice(0, 1) }),
      pod: pod({ phase: 'Running' }, { clone: CLONED, work: RUNS }, { deletionTimestamp: at(610) }),
    },
    'DeadlineExceeded',
    /deadline/,
  ],
  'its deadline, with the pod as it was last seen': [
    {
      job: job(DEADLINE),
      pod: pod({ phase: 'Running' }, { clone: CLONED, work: RUNS }, { deletionTimestamp: at(610) }),
      gone: true,
    },
    'DeadlineExceeded',
    /deadline/,
    true,
  ],
  'a pod that was deleted by hand': [
    {
      job: job(BACKOFF),
      pod: pod({ phase: 'Running' }, { clone: CLONED, work: RUNS }, { deletionTimestamp: at(100) }),
      gone: true,
    },
    'RunnerLost',
    /The pod task-12345678-job-abcde was deleted while the task ran/,
    true,
  ],
  'a pod that went away unseen': [
    { job: job(BACKOFF) },
    'RunnerLost',
    /pod is gone, deleted by hand or with its node \(Job has reached/,
    true,
  ],
  'a Job that was deleted by hand': [
    {
      jobGone: true,
      pod: pod({ phase: 'Running' }, { clone: CLONED, work: RUNS }, { deletionTimestamp: at(100) }),
      gone: true,
    },
    'RunnerLost',
    /The Job was deleted while the task ran/,
    true,
  ],
  'a Job that was deleted before it had a pod': [
    { jobGone: true },
    'RunnerLost',
    /The Job task-12345678-job was deleted/,
    true,
  ],
  'a quota without room': [
    { events: [warning('FailedCreate', QUOTA)], after: 86_400, waiting: 86_400 },
    'NeverScheduled',
    /did not begin within 24 hours \(deadline\.waiting\): pods .* exceeded quota: small/,
  ],
  'a quota that is smaller than the pod': [
    { events: [warning('FailedCreate', TOO_SMALL)], after: 70 },
    'Unschedulable',
    /The task's pod is larger than the project's quota: .*limited: limits\.cpu=1,limits\.memory=2Gi\. Raise the quota/,
  ],
  'a pod that admission refuses': [
    { events: [warning('FailedCreate', SECURITY)] },
    'InvalidTask',
    /does not let the task's pod be created: .*violates PodSecurity/,
  ],
  'a service account that is missing': [
    {
      events: [
        warning(
          'FailedCreate',
          'Error creating: pods "a" is forbidden: error looking up service account example/bgtask-runner: serviceaccount "bgtask-runner" not found',
        ),
      ],
    },
    'InvalidTask',
    /serviceaccount "bgtask-runner" not found/,
  ],
  'a volume that is not mounted': [
    {
      pod: pod({}),
      events: [
        warning('FailedMount', 'MountVolume.SetUp failed for volume "forge" : secret "x" not registered'),
      ],
    },
    'Unschedulable',
    /does not begin on its node: MountVolume/,
  ],
  'a runtime class that no node has': [
    { pod: pod({}), events: [warning('FailedCreatePodSandBox', 'no runtime for "gvisor" is configured')] },
    'Unschedulable',
    /no runtime for "gvisor"/,
  ],
};
