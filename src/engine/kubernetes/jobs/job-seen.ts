import type { JobFacts } from '../../../domain/job-facts.ts';
import type { StageEvent } from '../../../domain/progress.ts';
import { FATE_ANNOTATION, STOPPED_ANNOTATION } from './job-names.ts';
import { type EventObject, type JobObject, type PodObject, trueCondition } from './objects.ts';

/** What happened to a Job from outside. */
export type Fate = NonNullable<JobFacts['fate']>;

/** What a Job's stages said so far, newest values, and the end of their log. */
export type Live = StageEvent & { logTail: string };

/** A pod as it is, or as it was when it was last seen. */
export interface SeenPod {
  pod: PodObject;
  /** True when the API server has it no more. */
  gone: boolean;
}

/** Everything that is known of a Job. */
export interface JobSeen {
  job: JobObject;
  /** True when the API server has the Job no more. */
  jobGone?: boolean;
  /** Pods of this very Job, in any order. */
  pods: readonly SeenPod[];
  live: Live;
  /** Warnings about the Job and its newest pod. Absent if they were not read. */
  events?: readonly EventObject[];
  /** Seconds that a Job may wait for its pod to begin. */
  waiting?: number;
  now: Date;
}

/** Above 0 when `a` was made after `b`. Times are whole seconds; of two pods of one the first had ended before the second was made. */
function byAge(a: SeenPod, b: SeenPod): number {
  const age = ({ pod }: SeenPod): number => Date.parse(pod.metadata.creationTimestamp ?? '') || 0;
  const version = ({ pod }: SeenPod): bigint => BigInt(pod.metadata.resourceVersion ?? '0');
  return age(a) - age(b) || Number(b.gone) - Number(a.gone) || (version(a) > version(b) ? 1 : -1);
}

/** The pod that counts: the newest. An earlier one was taken away by the cluster and replaced. */
export const newestPod = (pods: readonly SeenPod[]): SeenPod | undefined =>
  pods.reduce<SeenPod | undefined>(
    (newest, each) => (newest && byAge(newest, each) >= 0 ? newest : each),
    undefined,
  );

/** True for a pod in which something may run: only the kubelet's word that all has ended, or the pod's absence, proves the contrary. */
export const isLive = ({ pod, gone }: SeenPod): boolean =>
  !gone && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed';

/** The condition by which a Job has ended, or is about to. */
export const failureOf = ({ status }: JobObject) =>
  trueCondition(status?.conditions, 'Failed', 'FailureTarget');

/** True for a Job that bgtask ended by suspending it; one that was stopped for its fate by an earlier release has only that. */
export const isStopped = ({ metadata, spec }: JobObject): boolean =>
  spec?.suspend === true &&
  (metadata.annotations?.[STOPPED_ANNOTATION] ?? metadata.annotations?.[FATE_ANNOTATION]) !== undefined;

const suspensionOf = ({ status }: JobObject) => status?.conditions?.find(({ type }) => type === 'Suspended');

/** True for a Job that Kueue or a person holds back, or that is not taken up again yet: it waits, and begins again. */
export const isHeldBack = ({ job, jobGone }: Pick<JobSeen, 'job' | 'jobGone'>): boolean =>
  !jobGone &&
  !isStopped(job) &&
  !trueCondition(job.status?.conditions, 'Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet') &&
  (job.spec?.suspend === true || suspensionOf(job)?.status === 'True');

/** The time from which the wait of a Job counts: when it was last suspended or resumed, else when it was created. */
export const waitsSince = ({ job }: Pick<JobSeen, 'job'>): string | undefined =>
  suspensionOf(job)?.lastTransitionTime ?? job.metadata.creationTimestamp;

/** The current pod of a Job. Undefined while the Job is suspended; a pod from before the suspension does not count. */
export function currentPod(seen: JobSeen): SeenPod | undefined {
  const newest = newestPod(seen.pods);
  if (!newest || isHeldBack(seen)) return undefined;
  const { pod, gone } = newest;
  const resumed = suspensionOf(seen.job)?.status === 'False' ? waitsSince(seen) : undefined;
  const isOver = gone || pod.metadata.deletionTimestamp !== undefined;
  return isOver && resumed && Date.parse(pod.metadata.creationTimestamp ?? '') < Date.parse(resumed)
    ? undefined
    : newest;
}

/** True when the Job controller starts no further pod. */
function isClosed({ job, jobGone, pods }: JobSeen): boolean {
  if (jobGone || trueCondition(job.status?.conditions, 'Complete', 'Failed')) return true;
  // A Job of one completion: a pod that succeeded is the last one.
  if (pods.some(({ pod }) => pod.status?.phase === 'Succeeded')) return true;
  // The controller says so once it has deleted every pod it knows of.
  return (
    isStopped(job) && trueCondition(job.status?.conditions, 'Suspended') !== undefined && !job.status?.active
  );
}

/** Pods that the Job controller knows to be ending; the last word of a Job that is gone is old. */
const isTerminating = ({ job, jobGone }: JobSeen): boolean => !jobGone && (job.status?.terminating ?? 0) > 0;

/** True when no process of the Job is left and none will start. */
export const isFinished = (seen: JobSeen): boolean =>
  isClosed(seen) && !isTerminating(seen) && !seen.pods.some(isLive);
