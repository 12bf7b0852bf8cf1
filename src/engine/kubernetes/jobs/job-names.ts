import { jobName, LABEL, shortName } from '../../../api/names.ts';
import type { Key } from '../../engine.ts';
import type { JobObject, ObjectMeta, PodObject } from './objects.ts';

/** Names a session, and which one where several had the name after each other. A session's metadata is one. */
export type SessionKey = Key & { uid?: string };

/** The label by which the Job controller marks a Job's pods. */
export const JOB_NAME_LABEL = 'batch.kubernetes.io/job-name';
/** What bgtask's Jobs and their pods have in common. */
export const JOB_SELECTOR = `${LABEL.mode}=background,app.kubernetes.io/component=runner`;
/** A Job that is kept for people alone has these in place of what JOB_SELECTOR asks for: the watches see it no more. */
export const RETIRED_LABELS = { 'app.kubernetes.io/component': 'runner-retired' } as const;
/** The pod's annotation that holds the stages' input. */
export const INPUT_ANNOTATION = 'ambient-code.io/input';
/** The Job's annotation that keeps what happened to it, because the pod that shows it is deleted. */
export const FATE_ANNOTATION = 'ambient-code.io/fate';

/** The Job's annotation that says that bgtask itself suspended it, for good: Kueue and people suspend Jobs too, and resume them. */
export const STOPPED_ANNOTATION = 'ambient-code.io/stopped';
/** The Job's annotation with its task's time limit in seconds; its activeDeadlineSeconds may grow when its pod begins late. */
export const TIMEOUT_ANNOTATION = 'ambient-code.io/timeout';
/** The Job's label by which Kueue knows its LocalQueue. */
export const QUEUE_LABEL = 'kueue.x-k8s.io/queue-name';

/** The Job's label with its WorkloadPriorityClass of Kueue. */
export const PRIORITY_LABEL = 'kueue.x-k8s.io/priority-class';

/** A Job's label value holds 63 characters at most (RFC 1123). */
export const LABEL_MAX = 63;

const ownerOf = (meta: ObjectMeta, kind: string) =>
  meta.ownerReferences?.find((owner) => owner.kind === kind);

/** The session a Job belongs to; undefined for a Job that bgtask did not create. */
export function sessionOf({ metadata }: JobObject): SessionKey | undefined {
  const owner = ownerOf(metadata, 'AgenticSession');
  if (!owner || jobName(owner.name) !== metadata.name) return undefined;
  return { namespace: metadata.namespace, name: owner.name, uid: owner.uid };
}

/** True for a Job that is kept for people alone. */
export const isRetired = ({ metadata }: JobObject): boolean =>
  Object.entries(RETIRED_LABELS).every(([key, value]) => metadata.labels?.[key] === value);

/** True when a Job belongs to the session that the key names; a key without uid names whichever there is. */
export const belongsTo = (job: JobObject, key: SessionKey): boolean =>
  key.uid === undefined || sessionOf(job)?.uid === key.uid;

/** The Job a pod belongs to. */
export function jobOf({ metadata }: PodObject): { namespace: string; name: string; uid: string } | undefined {
  const owner = ownerOf(metadata, 'Job');
  return owner && { namespace: metadata.namespace, name: owner.name, uid: owner.uid };
}

/** The name of one part of a session's archived log: a DNS subdomain of at most 253 characters. */
export const archiveName = (session: string, part: number): string =>
  `${shortName(session, 240)}-log-${part}`;
/** That of one part of what a log had come to before its Job was ended. */
export const soFarName = (session: string, part: number): string =>
  `${shortName(session, 240)}-log-so-far-${part}`;
/** That of one part of a session's kept change. */
export const changeName = (session: string, part: number): string =>
  `${shortName(session, 240)}-change-${part}`;
