import type { StageEvent } from './progress.ts';
import type { Reason } from './reasons.ts';
import { type Stage, STAGES, type StageReport } from './report.ts';

/** How one stage of a Job stands. */
export type StageFacts =
  | { state: 'waiting' }
  /** The Job was made without this stage. */
  | { state: 'absent' }
  | { state: 'running'; startedAt: string }
  | {
      state: 'ended';
      startedAt?: string;
      finishedAt?: string;
      exitCode?: number;
      /** Absent when the stage died before it could say anything. */
      report?: StageReport;
    };

/** The stages that a Job was made with, in order. */
export const stagesOf = (job: Pick<JobFacts, 'stages'>): Stage[] =>
  STAGES.filter((stage) => job.stages[stage].state !== 'absent');

/** What there is of a task's Job, read afresh. */
export interface JobFacts {
  name: string;
  /** RFC 3339: the beginning of the task's time limit; of a Job that waits, since when it does. */
  startedAt: string;
  /** True while it waits to begin, and its time limit does not count yet. */
  waits?: true;
  /** Milliseconds after which the engine's own clock of the Job has to be set, or it ends the Job before its time limit. */
  extendIn?: number;
  /** Milliseconds that the machine has run since then, where the engine counts them: see timeLeft. */
  ranFor?: number;
  stages: Record<Stage, StageFacts>;
  /** True when no process of the Job is left and none will start: the only proof of an end. */
  finished: boolean;
  /** What happened to the Job from outside: killed, evicted, no image. Wins over a missing report and over Cancelled, never over another report. */
  fate?: { reason: Reason; message: string };
  /** Why it waits, where the cluster says so. Unlike with a fate, it may still begin. `step` is a few words, `message` is the cluster's own. */
  hindrance?: { step: string; message: string };
  /** What the stages said on their output so far, newest values; for display. */
  live: StageEvent & { logTail: string };
}
