import type { Reason } from '../../../../domain/reasons.ts';
import { deadlineMessage } from '../../../../domain/deadline.ts';
import { type Fate, failureOf, isFinished, isLive, type JobSeen, type SeenPod } from '../job-seen.ts';
import { trueCondition } from '../objects.ts';
import { quoted, SETTINGS } from './sentence.ts';

const VOLUME_LIMIT = /Usage of EmptyDir volume "([^"]+)" exceeds the limit "([^"]+)"/;

/** Which setting gives a volume its limit: the stages' folders for temporary files share one. */
const settingOf = (volume: string): string => (volume.startsWith('tmp-') ? 'tmp' : volume);

function evicted(message: string): Fate {
  const [, volume, limit] = VOLUME_LIMIT.exec(message) ?? [];
  const words = volume
    ? `The pod was evicted: its volume "${volume}" grew beyond ${limit}. Raise volumes.${settingOf(volume)} in ${SETTINGS} or let the task leave less behind, then retry it.`
    : `The pod was evicted: ${quoted(message) || 'its node ran short of resources'}. Retry the task.`;
  return { reason: 'Evicted', message: words };
}

/** Who took a pod away (the DisruptionTarget condition's reasons, kubernetes.io/docs/concepts/workloads/pods/disruptions). */
const DISRUPTION: Readonly<Record<string, [Reason, string]>> = {
  PreemptionByScheduler: ['Evicted', 'The pod had to make room for one of higher priority'],
  DeletionByTaintManager: ['RunnerLost', 'The pod was taken off its node'],
  EvictionByEvictionAPI: ['Evicted', 'The pod was evicted, as when a node is drained'],
  DeletionByPodGC: ['RunnerLost', 'The pod was lost with its node'],
  TerminationByKubelet: ['Evicted', 'The pod was evicted by its node'],
};

function disrupted({ pod }: SeenPod): Fate | undefined {
  const condition = trueCondition(pod.status?.conditions, 'DisruptionTarget');
  if (!condition) return undefined;
  const [reason, words] = DISRUPTION[condition.reason ?? ''] ?? [
    'RunnerLost',
    'The cluster took the pod away',
  ];
  const detail = quoted(condition.message);
  return { reason, message: `${words}${detail ? `: ${detail}` : ''}. Retry the task.` };
}

/** True if the Job ended the pod, because its deadline was over or it was suspended, whatever the pod's own status says. */
const isCutByJob = ({ job }: JobSeen): boolean =>
  job.spec?.suspend === true || failureOf(job)?.reason === 'DeadlineExceeded';

/**
 * What happened to a pod as a whole. A disruption is a fate only if the Job has ended with it: else the Job controller creates another pod, and
 * only time is lost.
 */
export function podFate(seen: SeenPod, facts: JobSeen): Fate | undefined {
  const { status } = seen.pod;
  if (isCutByJob(facts)) return undefined;
  if (isFinished(facts) || failureOf(facts.job)) {
    const fate = disrupted(seen);
    if (fate) return fate;
  } else if (trueCondition(status?.conditions, 'DisruptionTarget')) return undefined;
  if (status?.reason === 'Evicted') return evicted(status.message ?? '');
  // A deadline of the pod itself, which a cluster's policy may have put there.
  if (status?.reason === 'DeadlineExceeded')
    return {
      reason: 'DeadlineExceeded',
      message: deadlineMessage(facts.job.spec?.activeDeadlineSeconds ?? 0),
    };
  return isLive(seen) ? undefined : deletedByHand(seen, facts);
}

function deletedByHand({ pod }: SeenPod, { jobGone }: JobSeen): Fate | undefined {
  if (!pod.metadata.deletionTimestamp || pod.status?.phase === 'Succeeded') return undefined;
  const what = jobGone ? 'The Job was deleted' : `The pod ${pod.metadata.name} was deleted`;
  return {
    reason: 'RunnerLost',
    message: `${what} while the task ran. See whether its branch is there, then retry the task.`,
  };
}
