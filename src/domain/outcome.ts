import type { JobFacts, StageFacts } from './job-facts.ts';
import type { AgenticSession, CheckResult, Phase, SessionStatus } from '../api/types.ts';
import type { ConditionChange } from './conditions.ts';
import { deadlineMessage, deadlineOf } from './deadline.ts';
import type { StatusChange } from './lifecycle.ts';
import { STEP } from './progress.ts';
import type { Reason } from './reasons.ts';
import { type Stage, type StageReport, STAGES } from './report.ts';
import { timeoutOf } from './task.ts';

interface Ending {
  phase: Phase;
  reason?: Reason;
  error?: string;
}

const reportOf = (stage: StageFacts): StageReport | undefined => (stage.state === 'ended' ? stage.report : undefined);

const LOST: Record<Stage, string> = {
  clone: 'The clone stage ended without a word; it was killed from outside. Nothing was changed. Retry the task.',
  work: 'The work stage ended without a word; it was killed from outside. Nothing was pushed. Retry the task.',
  publish: 'The publish stage ended without a word; it was killed from outside. See whether its branch is there, then retry the task.',
};

/** How a finished Job ended: the first stage that did not end well decides, then what befell the Job from outside. */
function endingOf(session: AgenticSession, job: JobFacts): Ending {
  const publish = reportOf(job.stages.publish);
  if (publish?.ok) return { phase: 'Completed', reason: publish.repo?.status === 'nodiff' ? 'NoChanges' : undefined };
  const failed = STAGES.map((stage) => reportOf(job.stages[stage])).find((report) => report && !report.ok);
  const timeout = timeoutOf(session);
  if (failed && failed.reason !== 'Cancelled' && failed.reason !== 'DeadlineExceeded')
    return { phase: 'Failed', reason: failed.reason ?? 'RunnerLost', error: failed.error };
  if (session.spec.cancel) return { phase: 'Stopped', reason: 'Cancelled', error: cancelMessage(session) };
  if (failed?.reason === 'DeadlineExceeded' || isOver(session, job))
    return { phase: 'Timeout', reason: 'DeadlineExceeded', error: deadlineMessage(timeout) };
  if (failed) return { phase: 'Stopped', reason: 'Cancelled', error: failed.error };
  if (job.fate) return { phase: 'Failed', reason: job.fate.reason, error: job.fate.message };
  const lost = STAGES.find((stage) => reportOf(job.stages[stage]) === undefined) ?? 'publish';
  return { phase: 'Failed', reason: 'RunnerLost', error: LOST[lost] };
}

/** The sentence of a task that somebody stopped. */
export const cancelMessage = (session: AgenticSession): string =>
  `The task was cancelled. Nothing is pushed after that. Retry it to start over: bgtask retry ${session.metadata.labels?.['ambient-code.io/task'] ?? session.metadata.name}`;

/** True when the Job's last stage ended, or had to be ended, after its time. */
function isOver(session: AgenticSession, job: JobFacts): boolean {
  const ends = STAGES.map((stage) => job.stages[stage]).flatMap((stage) => (stage.state === 'ended' && stage.finishedAt ? [stage.finishedAt] : []));
  const last = ends.sort().at(-1);
  return last !== undefined && Date.parse(last) >= deadlineOf(job.startedAt, timeoutOf(session)).getTime();
}

/** What every report says that lasts beyond the Job: checks, usage, the branch and its pull request. */
export function reportedFacts(job: JobFacts): Partial<Pick<SessionStatus, 'checks' | 'usage' | 'repos'>> {
  const work = reportOf(job.stages.work);
  const publish = reportOf(job.stages.publish);
  return {
    ...(work?.checks && { checks: work.checks as CheckResult[] }),
    ...(work?.usage && { usage: work.usage }),
    ...(publish?.repo && { repos: [publish.repo] }),
  };
}

function endConditions(ending: Ending, job: JobFacts): ConditionChange[] {
  const work = reportOf(job.stages.work);
  const publish = reportOf(job.stages.publish);
  const changes: ConditionChange[] = [];
  if (work?.ok) changes.push({ type: 'Validated', status: 'True', reason: 'ChecksPassed', message: STEP.validated.phase });
  else if (ending.reason === 'ValidationFailed')
    changes.push({ type: 'Validated', status: 'False', reason: 'ValidationFailed', message: ending.error ?? '' });
  if (publish?.repo?.prUrl)
    changes.push({ type: 'Published', status: 'True', reason: 'PullRequestOpen', message: publish.repo.prUrl });
  else if (ending.phase !== 'Completed')
    changes.push({ type: 'Published', status: 'False', reason: ending.reason ?? 'Failed', message: ending.error ?? '' });
  else changes.push({ type: 'Published', status: 'False', reason: 'NoChanges', message: STEP.unchanged.phase });
  return changes;
}

/** The status of a task whose Job has finished. */
export function outcomeOf(session: AgenticSession, job: JobFacts, now: Date): StatusChange {
  const ending = endingOf(session, job);
  const progress = Math.max(0, ...STAGES.map((stage) => reportOf(job.stages[stage])?.progress ?? 0));
  const done = ending.phase === 'Completed';
  const last = ending.reason === 'NoChanges' ? STEP.unchanged : STEP.published;
  return {
    ...ending,
    ...reportedFacts(job),
    progress: done ? 100 : Math.min(progress, 99),
    ...(done && { currentPhase: last.phase }),
    completionTime: now.toISOString(),
    logs: job.live.logTail,
    conditions: endConditions(ending, job),
  };
}
