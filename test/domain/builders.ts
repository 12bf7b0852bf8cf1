import { API_VERSION, LABEL, RETRY_COUNT_ANNOTATION } from '../../src/api/names.ts';
import type { AgenticSession, ObjectMeta, SessionSpec, SessionStatus } from '../../src/api/types.ts';
import type { JobFacts, StageFacts } from '../../src/domain/job-facts.ts';
import type { Stage, StageReport } from '../../src/domain/report.ts';

export const STARTED = '2026-01-01T10:00:00.000Z';
/** The moment so many seconds after STARTED. */
export const after = (seconds: number): Date => new Date(Date.parse(STARTED) + seconds * 1000);

export interface TaskParts {
  name?: string;
  spec?: Partial<SessionSpec>;
  status?: SessionStatus;
  meta?: Partial<ObjectMeta>;
  retry?: { count: number | string; of: string };
}

/** A background task as a store hands it out. */
export function task({ name = 'chore', spec, status, meta, retry }: TaskParts = {}): AgenticSession {
  return {
    apiVersion: API_VERSION,
    kind: 'AgenticSession',
    metadata: {
      name: `${name}-00000000`,
      namespace: 'team',
      uid: `uid-${name}`,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T09:59:00Z',
      labels: { [LABEL.task]: name, ...(retry && { [LABEL.retryOf]: retry.of }) },
      annotations: retry ? { [RETRY_COUNT_ANNOTATION]: String(retry.count) } : {},
      ...meta,
    },
    spec: {
      mode: 'background',
      prompt: 'Upgrade lodash to 4.17.21',
      repos: [{ input: { url: 'https://git.example.com/example-org/app', branch: 'main' } }],
      userContext: { userId: 'user@example.com' },
      ...spec,
    },
    ...(status && { status }),
  };
}

export const WAITING: StageFacts = { state: 'waiting' };
export const RUNNING: StageFacts = { state: 'running', startedAt: STARTED };

/** A stage that has ended, `at` so many seconds after the Job's start (null: not known when), with or without a report. */
export const ended = (report: StageReport | undefined, at: number | null = 60): StageFacts => ({
  state: 'ended',
  startedAt: STARTED,
  ...(at !== null && { finishedAt: after(at).toISOString() }),
  ...(report && { report }),
});

const PROGRESS: Record<Stage, number> = { clone: 20, work: 80, prove: 80, publish: 100 };

/** The report of a stage that did its part. */
export const good = (stage: Stage, more: Partial<StageReport> = {}): StageReport => ({
  stage,
  ok: true,
  progress: PROGRESS[stage],
  ...more,
});

/** A Job of this machine, whose work stage proves the change. */
const ABSENT: StageFacts = { state: 'absent' };

/** What is there of a Job; a finished one when a stage has ended and none runs, unless told otherwise. */
export function job(stages: Partial<Record<Stage, StageFacts>> = {}, more: Partial<JobFacts> = {}): JobFacts {
  return {
    name: 'chore-00000000-job',
    startedAt: STARTED,
    stages: { clone: WAITING, work: WAITING, prove: ABSENT, publish: WAITING, ...stages },
    finished: false,
    live: { logTail: '' },
    ...more,
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
