import { type Fate, isLive, type JobSeen, type SeenPod } from '../job-seen.ts';
import type { EventObject } from '../objects.ts';
import { quoted, SETTINGS } from './sentence.ts';

/** Milliseconds for which a pod may find no node: an autoscaler takes minutes to add one. */
const SCHEDULE_GRACE = 300_000;
/** Milliseconds for which a Job may get no pod, or its pod not begin, though something says why: room, accounts and volumes may come. */
const CREATE_GRACE = 60_000;
/** Milliseconds for which a Job may wait for room in a quota. */
const QUOTA_GRACE = 300_000;

const age = (now: Date, since: string | undefined): number => now.getTime() - Date.parse(since ?? '');

const quota = (words: string): Fate => ({
  reason: 'Unschedulable',
  message: `The project's quota leaves no room for the task's pod: ${words}. Let other tasks end or raise the quota, then retry the task.`,
});
const refused = (words: string): Fate => ({
  reason: 'InvalidTask',
  message: `The cluster does not let the task's pod be created: ${words}. Correct that or ${SETTINGS}, then retry the task.`,
});
const notBegun = (words: string): Fate => ({
  reason: 'Unschedulable',
  message: `The task's pod does not begin on its node: ${words}. Correct that, then retry the task.`,
});

/** Why a Job got no pod, by the words of its FailedCreate events; the first that fits. */
const REFUSALS: readonly [pattern: RegExp, grace: number, fate: (words: string) => Fate][] = [
  [/exceeded quota|failed quota/i, QUOTA_GRACE, quota],
  [/./, CREATE_GRACE, refused],
];

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

/** Why a Job gets no pod; undefined when nobody says so. */
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

function withoutPod({ job, events, now }: JobSeen): Fate | undefined {
  const words = podRefusal(events);
  if (!words) return undefined;
  const [, grace, fate] = REFUSALS.find(([pattern]) => pattern.test(words)) ?? [
    undefined,
    CREATE_GRACE,
    refused,
  ];
  return age(now, job.metadata.creationTimestamp) >= grace ? fate(words) : undefined;
}

function withoutNode(seen: SeenPod, now: Date): Fate | undefined {
  const words = noNode(seen);
  // The condition's own time moves when the scheduler's words change.
  if (!words || age(now, seen.pod.metadata.creationTimestamp) < SCHEDULE_GRACE) return undefined;
  return {
    reason: 'Unschedulable',
    message: `No node takes the task's pod: ${words}. Add room or correct resources and node selector in ${SETTINGS}, then retry the task.`,
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
  return withoutNode(pod, seen.now) ?? (isLive(pod) ? withoutStart(pod, seen) : undefined);
}
