import { type Fate, isLive, type JobSeen, type SeenPod } from '../job-seen.ts';
import type { EventObject } from '../objects.ts';
import { quoted, SETTINGS } from './sentence.ts';

/** Milliseconds for which a pod may find no node: an autoscaler takes minutes to add one. */
const SCHEDULE_GRACE = 300_000;
/** Milliseconds for which a Job may get no pod, or its pod not begin, though something says why: room, accounts and volumes may come. */
const CREATE_GRACE = 60_000;
/** Milliseconds before the Job's own deadline at which a wait for room ends: stuck Jobs are looked at each minute. */
const ROOM_MARGIN = 90_000;
/** The words of a scheduler and of a quota for room that other pods take now. */
const ROOM = /\bInsufficient \S|\bToo many pods\b|\bexceeded quota\b/;
/** A quota of which nothing is used: the request is larger than all of it. */
const NEVER_FITS = /\bused: (?:[^,=]+=0,)*[^,=]+=0, limited:/;

const age = (now: Date, since: string | undefined): number => now.getTime() - Date.parse(since ?? '');

const quota = (words: string): Fate => ({
  reason: 'Unschedulable',
  message: NEVER_FITS.test(words)
    ? `The task's pod is larger than the project's quota: ${words}. Raise the quota or lower the resources in ${SETTINGS}, then retry the task.`
    : `The project's quota had no room for the task's pod until its deadline: ${words}. Let other tasks end or raise the quota, then retry the task.`,
});
const refused = (words: string): Fate => ({
  reason: 'InvalidTask',
  message: `The cluster does not let the task's pod be created: ${words}. Correct that or ${SETTINGS}, then retry the task.`,
});
const notBegun = (words: string): Fate => ({
  reason: 'Unschedulable',
  message: `The task's pod does not begin on its node: ${words}. Correct that, then retry the task.`,
});

/** Milliseconds for which a Job may wait for room: as long as it has time. Room comes when others end. */
function roomGrace({ job }: JobSeen, words: string): number | undefined {
  if (!ROOM.test(words) || NEVER_FITS.test(words)) return undefined;
  const { activeDeadlineSeconds } = job.spec ?? {};
  return activeDeadlineSeconds === undefined
    ? Infinity
    : Math.max(CREATE_GRACE, activeDeadlineSeconds * 1000 - ROOM_MARGIN);
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

/** Why a Job has nothing to run yet, as a step of its task. */
export function hindranceOf({ events }: JobSeen, pod: SeenPod | undefined): string | undefined {
  const words = pod ? noNode(pod) : podRefusal(events);
  return words && `Waiting for ${pod ? 'a node' : 'its pod'}: ${words}`;
}

function withoutPod(seen: JobSeen): Fate | undefined {
  const words = podRefusal(seen.events);
  if (!words) return undefined;
  const since = age(seen.now, seen.job.status?.startTime ?? seen.job.metadata.creationTimestamp);
  if (since < (roomGrace(seen, words) ?? CREATE_GRACE)) return undefined;
  return /exceeded quota/.test(words) ? quota(words) : refused(words);
}

function withoutNode(pod: SeenPod, seen: JobSeen): Fate | undefined {
  const words = noNode(pod);
  if (!words) return undefined;
  const room = roomGrace(seen, words);
  const { job, now } = seen;
  // The condition's own time moves when the scheduler's words change.
  const { creationTimestamp } = pod.pod.metadata;
  const since = age(
    now,
    room === undefined ? creationTimestamp : (job.status?.startTime ?? creationTimestamp),
  );
  if (since < (room ?? SCHEDULE_GRACE)) return undefined;
  const what =
    room === undefined
      ? "No node takes the task's pod"
      : "No node had room for the task's pod until its deadline";
  return {
    reason: 'Unschedulable',
    message: `${what}: ${words}. Add room or correct resources and node selector in ${SETTINGS}, then retry the task.`,
  };
}

function withoutStart({ pod }: SeenPod, { events, now }: JobSeen): Fate | undefined {
  const event = newest(events, (reason) => HINDRANCES.has(reason));
  return event && age(now, pod.metadata.creationTimestamp) >= SCHEDULE_GRACE
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
  if (!pod) return withoutPod(seen);
  if (!isUnbegun(pod)) return undefined;
  return withoutNode(pod, seen) ?? (isLive(pod) ? withoutStart(pod, seen) : undefined);
}
