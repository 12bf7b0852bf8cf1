import type { JobFacts } from '../../../../domain/job-facts.ts';
import { QUEUE_LABEL } from '../job-names.ts';
import {
  currentPod,
  type Fate,
  isHeldBack,
  isLive,
  type JobSeen,
  type SeenPod,
  waitsSince,
} from '../job-seen.ts';
import { pullHindrance } from './container.ts';
import type { EventObject } from '../objects.ts';
import { quoted, SETTINGS } from './sentence.ts';

/** Milliseconds for which a pod may not begin on its node though something says why: volumes may come. */
const BEGIN_GRACE = 300_000;
/** Milliseconds for which a Job may get no pod though something says why: accounts and policies may come. */
const CREATE_GRACE = 60_000;
/** A quota of which nothing is used: the request is larger than all of it. */
const NEVER_FITS = /\bused: (?:[^,=]+=0,)*[^,=]+=0, limited:/;
/** Seconds of an hour, a minute. */
const [HOUR, MINUTE] = [3600, 60];

type Hindrance = NonNullable<JobFacts['hindrance']>;

const age = (now: Date, since: string | undefined): number => now.getTime() - Date.parse(since ?? '');

const tooLarge = (words: string): Fate => ({
  reason: 'Unschedulable',
  message: `The task's pod is larger than the project's quota: ${words}. Raise the quota or lower the resources in ${SETTINGS}, then retry the task.`,
});
const refused = (words: string): Fate => ({
  reason: 'InvalidTask',
  message: `The cluster does not let the task's pod be created: ${words}. Correct that or ${SETTINGS}, then retry the task.`,
});
const notBegun = (words: string): Fate => ({
  reason: 'Unschedulable',
  message: `The task's pod does not begin on its node: ${words}. Correct that, then retry the task.`,
});

const span = (seconds: number): string => {
  const [size, unit] =
    seconds % HOUR === 0 ? [HOUR, 'hour'] : seconds % MINUTE === 0 ? [MINUTE, 'minute'] : [1, 'second'];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
};

/**
 * The end of a wait: room comes when other tasks end, so only the settings say when it has been too long. All waits of a Job together may take that and
 * one hour, the longest time limit of a task.
 */
function neverScheduled(seen: JobSeen): Fate | undefined {
  const { job, waiting, now } = seen;
  if (waiting === undefined) return undefined;
  // Suspending and resuming a Job again and again must not hold a place of the line for ever.
  const isTooOld = age(now, job.metadata.creationTimestamp) >= (waiting + HOUR) * 1000;
  if (!isTooOld && age(now, waitsSince(seen)) < waiting * 1000) return undefined;
  const why = hindranceOf(seen)?.message;
  return {
    reason: 'NeverScheduled',
    message: `The task's pod did not begin within ${span(waiting)} (deadline.waiting)${why ? `: ${why}` : ''}. Nothing was changed. Make room, then retry the task.`,
  };
}

/** What keeps a pod from beginning on its node. */
const HINDRANCES = new Set([
  'FailedMount',
  'FailedAttachVolume',
  'FailedCreatePodSandBox',
  'NetworkNotReady',
  'FailedCreatePodContainer',
]);

const newest = (
  events: readonly EventObject[] | undefined,
  wanted: (reason: string) => boolean,
): EventObject | undefined =>
  events
    ?.filter(({ type, reason }) => type === 'Warning' && wanted(reason ?? ''))
    .reduce<EventObject | undefined>(
      (last, each) => (last && timeOf(last) > timeOf(each) ? last : each),
      undefined,
    );

const timeOf = ({ lastTimestamp, eventTime, metadata }: EventObject): number =>
  Date.parse(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '') || 0;

/** True when a Job gets no pod because its service account is missing, in the words of the API server's admission. */
export const lacksAccount = (events: readonly EventObject[] | undefined): boolean =>
  /service ?account .*not found/i.test(newest(events, (reason) => reason === 'FailedCreate')?.message ?? '');

/** Why a Job gets no pod, from its events; undefined if no event says it. */
function podRefusal(events: JobSeen['events']): string | undefined {
  const event = newest(events, (reason) => reason === 'FailedCreate');
  return event && quoted(event.message?.replace(/^Error creating: /, ''));
}

/** Why a pod gets no node. */
function noNode({ pod }: SeenPod): string | undefined {
  const condition = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return condition?.status === 'False' && condition.reason === 'Unschedulable'
    ? quoted(condition.message)
    : undefined;
}

/** Why a Job that is held back waits. */
function heldBack({ job }: JobSeen): Hindrance {
  const queue = job.metadata.labels?.[QUEUE_LABEL];
  return queue
    ? { step: 'Waiting for Kueue', message: `The Job waits in the queue "${queue}" of Kueue` }
    : {
        step: 'Suspended',
        message: `The Job ${job.metadata.name} was suspended, and goes on when it is resumed`,
      };
}

/** Why a Job waits: the step of its task, and the message of the cluster. */
export function hindranceOf(seen: JobSeen): Hindrance | undefined {
  if (isHeldBack(seen)) return heldBack(seen);
  const pod = currentPod(seen);
  if (pod) {
    const words = noNode(pod);
    return words ? { step: 'Waiting for a node', message: words } : pullHindrance(pod);
  }
  const words = podRefusal(seen.events);
  if (!words) return undefined;
  return { step: /exceeded quota/.test(words) ? 'Waiting for quota' : 'Waiting for its pod', message: words };
}

function withoutPod(seen: JobSeen): Fate | undefined {
  const words = podRefusal(seen.events);
  if (
    !words ||
    age(seen.now, seen.job.status?.startTime ?? seen.job.metadata.creationTimestamp) < CREATE_GRACE
  )
    return undefined;
  if (!/exceeded quota/.test(words)) return refused(words);
  return NEVER_FITS.test(words) ? tooLarge(words) : undefined;
}

function withoutStart({ pod }: SeenPod, { events, now }: JobSeen): Fate | undefined {
  const event = newest(events, (reason) => HINDRANCES.has(reason));
  return event && age(now, pod.metadata.creationTimestamp) >= BEGIN_GRACE
    ? notBegun(quoted(event.message))
    : undefined;
}

/** True when no container of the pod has ever run. */
export const isUnbegun = ({ pod }: SeenPod): boolean =>
  [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])].every(
    ({ state }) => !state?.running && !state?.terminated,
  );

/** Why a Job has nothing to run, when nothing of it ever ran. */
export function unstartedFate(seen: JobSeen, pod: SeenPod | undefined): Fate | undefined {
  if (isHeldBack(seen)) return neverScheduled(seen);
  if (!pod) return withoutPod(seen) ?? neverScheduled(seen);
  if (!isUnbegun(pod) || !isLive(pod)) return undefined;
  return withoutStart(pod, seen) ?? neverScheduled(seen);
}
