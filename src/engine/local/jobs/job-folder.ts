import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BgtaskError } from '../../../domain/errors.ts';
import type { Stage } from '../../../domain/report.ts';
import type { Key } from '../../engine.ts';
import type { Moment } from '../../running-time.ts';
import { isThere, onDisk, readObject } from './durable-file.ts';

/** The stages of a Job on this machine: the work stage proves the change in a room of its own. */
export const LOCAL_STAGES = ['clone', 'work', 'publish'] as const;

/** The files of a Job's folder that belong to the Job as a whole. */
export const FILE = {
  record: 'job.json',
  input: 'input.json',
  fate: 'fate.json',
  /** The Job is asked to end. */
  stop: 'stop',
  /** No stage may begin any more; what runs is being ended. */
  closed: 'closed',
  /** No process of the Job is left. */
  finished: 'finished',
} as const;

/** The Job's volumes: `pristine` is for clone and publish only, `workspace` for all stages. */
export const VOLUME = { pristine: 'pristine', workspace: 'workspace' } as const;

/** The file by which one process claims one attempt at a stage. */
export const claimFile = (stage: Stage, attempt: number): string =>
  `${stage}.pid${attempt === 0 ? '' : `.${attempt}`}`;
export const logFile = (stage: Stage): string => `${stage}.log`;
export const reportFile = (stage: Stage): string => `${stage}.report.json`;
export const exitFile = (stage: Stage): string => `${stage}.exit.json`;

/** Names a session, and which one where several had the name after each other. A session's metadata is one. */
export type JobKey = Key & { uid?: string; creationTimestamp?: string };

/** What job.json holds. */
export interface JobRecord {
  jobName: string;
  /** RFC 3339. */
  startedAt: string;
  /** The same moment on the clock that its deadline counts by. */
  began?: Moment;
  session: Key & { uid?: string };
  /** A UUID that the Job's processes carry in their environment. */
  cookie: string;
}

/** Kubernetes' names (RFC 1123 subdomains): no slash, no leading dot, so they cannot lead out of the state folder. */
const NAME = /^[a-z0-9][-a-z0-9.]{0,252}$/;

/** Of the file that holds a session's archived log. */
export const ARCHIVE_SUFFIX = '.log.gz';
/** Of the folder that holds a session's kept change, beside its archived log. */
export const KEPT_SUFFIX = '.change';
/** Of a folder that becomes a kept change; its name begins with a dot. */
export const KEPT_DRAFT = '.tmp';

/** The path of a session's entry below a folder that is ordered by project. Invalid for names that Kubernetes would refuse. */
export function sessionPath(root: string, key: Key, suffix = ''): string {
  for (const name of [key.namespace, key.name])
    if (!NAME.test(name))
      throw new BgtaskError('Invalid', `${JSON.stringify(name)} is not a valid name of a project or session`);
  return join(root, key.namespace, `${key.name}${suffix}`);
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function momentOf(value: unknown): Moment | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { boot, ms } = value as Partial<Moment>;
  return typeof boot === 'string' && typeof ms === 'number' ? { boot, ms } : undefined;
}

/** The Job in a folder; undefined when there is none. Unavailable when its record cannot be read. */
export function readRecord(dir: string): JobRecord | undefined {
  const path = join(dir, FILE.record);
  const raw = onDisk(`The Job's record ${path} cannot be read`, () => readObject(path));
  if (!raw && !isThere(path)) return undefined;
  const session: Record<string, unknown> = typeof raw?.['session'] === 'object' ? { ...raw['session'] } : {};
  const record: JobRecord = {
    jobName: text(raw?.['jobName']),
    startedAt: text(raw?.['startedAt']),
    began: momentOf(raw?.['began']),
    session: {
      namespace: text(session['namespace']),
      name: text(session['name']),
      uid: text(session['uid']) || undefined,
    },
    cookie: text(raw?.['cookie']),
  };
  if (record.jobName && record.startedAt && record.cookie) return record;
  throw new BgtaskError('Unavailable', `${path} is damaged`, {
    hint: `End what runs of the Job, then remove the folder ${dir}.`,
  });
}

/** True for a Job of the session that the key names; a key without uid names whichever there is. */
export const isOf = (record: JobRecord, key: JobKey): boolean =>
  key.uid === undefined || record.session.uid === undefined || record.session.uid === key.uid;

/** True when a Job has the marker file. A link to nothing in the place of the end counts: it keeps the end from being written. */
export const hasMarker = (dir: string, marker: 'stop' | 'closed' | 'finished'): boolean =>
  (marker === 'finished' ? isThere : existsSync)(join(dir, FILE[marker]));

/** True when no stage of the Job may begin any more. */
export const isClosing = (dir: string): boolean => hasMarker(dir, 'stop') || hasMarker(dir, 'closed');
