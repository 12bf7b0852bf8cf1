import type { JobFacts, StageFacts } from '../../src/domain/job-facts.ts';
import type { Reason } from '../../src/domain/reasons.ts';
import { failedReport, type Stage } from '../../src/domain/report.ts';
import { after, ended, good, job } from './builders.ts';

export const HOUR = 3600;
export const SOON = after(600);
export const LATE = after(HOUR + 5);

/** A finished Job of these stages. */
export const over = (stages: Partial<Record<Stage, StageFacts>>, fate?: JobFacts['fate']): JobFacts =>
  job(stages, { finished: true, ...(fate && { fate }) });

export const cloned = ended(good('clone'));
export const worked = ended(
  good('work', {
    changed: true,
    snapshot: 'a'.repeat(40),
    verdict: { reason: 'ChecksPassed', message: 'All checks passed' },
  }),
);
export const published = ended(
  good('publish', { repo: { status: 'pushed', branch: 'b', prUrl: 'https://git.example.com/o/r/pull/1' } }),
);
export const told = (stage: Stage, reason: Reason, at: number | null = 60) =>
  ended(failedReport(stage, 42, reason, `${reason} words`), at);
