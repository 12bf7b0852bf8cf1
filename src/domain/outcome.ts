import { type JobFacts, type StageFacts, stagesOf } from './job-facts.ts';
import type { AgenticSession, Phase, SessionStatus } from '../api/types.ts';
import type { ConditionChange } from './conditions.ts';
import { deadlineMessage } from './deadline.ts';
import type { StatusChange } from './lifecycle.ts';
import { CEILING, STEP } from './progress.ts';
import type { Reason } from './reasons.ts';
import type { Stage, StageReport } from './report.ts';
import { timeoutOf } from './task.ts';
import { isProven, isWorse, NO_VERDICT } from './verdict.ts';

interface Ending {
  phase: Phase;
  reason?: Reason;
  error?: string;
}

const reportOf = (stage: StageFacts): StageReport | undefined =>
  stage.state === 'ended' ? stage.report : undefined;

const LOST: Record<Stage, string> = {
  clone:
    'The clone stage exited without a report; it was probably killed (out of memory, or its node was lost). Nothing was changed. Retry the task.',
  work: 'The work stage exited without a report; it was probably killed (out of memory, or its node was lost). Nothing was pushed. Retry the task.',
  prove:
    'The prove stage, which runs the checks, exited without a report; it was probably killed (out of memory, or its node was lost). Nothing was pushed. Retry the task.',
  publish:
    'The publish stage exited without a report; it was probably killed (out of memory, or its node was lost). See whether its branch is there, then retry the task.',
};

/** How a finished Job ended: the first stage that did not end well decides, then what happened to the Job from outside. */
function endingOf(session: AgenticSession, job: JobFacts, now: Date): Ending {
  const publish = reportOf(job.stages.publish);
  if (publish?.ok)
    return { phase: 'Completed', reason: publish.repo?.status === 'nodiff' ? 'NoChanges' : undefined };
  const failed = stagesOf(job)
    .map((stage) => reportOf(job.stages[stage]))
    .find((report) => report && !report.ok);
  if (!failed || failed.reason === 'Cancelled' || failed.reason === 'DeadlineExceeded')
    return cutShort(session, job, failed, now);
  const error =
    failed.error ??
    `The ${failed.stage} stage failed and did not say why. Read the log, then retry the task.`;
  return { phase: 'Failed', reason: failed.reason ?? 'RunnerLost', error };
}

/** How a Job ended of which a stage was killed or told to stop; `report` is what that stage still said. */
function cutShort(
  session: AgenticSession,
  job: JobFacts,
  report: StageReport | undefined,
  now: Date,
): Ending {
  if (session.spec.cancel) return { phase: 'Stopped', reason: 'Cancelled', error: cancelMessage(session) };
  if (report?.reason === 'DeadlineExceeded' || isOver(session, job, now))
    return { phase: 'Timeout', reason: 'DeadlineExceeded', error: deadlineMessage(timeoutOf(session)) };
  // Comes before a report that the stage was stopped: the eviction of a pod also stops its stages.
  if (job.fate) return { phase: 'Failed', reason: job.fate.reason, error: job.fate.message };
  if (report) return { phase: 'Stopped', reason: 'Cancelled', error: report.error ?? cancelMessage(session) };
  const lost = stagesOf(job).find((stage) => reportOf(job.stages[stage]) === undefined) ?? 'publish';
  return { phase: 'Failed', reason: 'RunnerLost', error: LOST[lost] };
}

/** The sentence of a task that a user cancelled. */
export const cancelMessage = (session: AgenticSession): string =>
  `The task was cancelled. Nothing is pushed after that. Try it again: bgtask retry ${session.metadata.labels?.['ambient-code.io/task'] ?? session.metadata.name}`;

/**
 * True if the stage that was cut short ended after its deadline. If the time of its end is unknown, a fate of the Job other than RunnerLost decides,
 * because it says more than the clock; else the time until now decides.
 */
function isOver(session: AgenticSession, job: JobFacts, now: Date): boolean {
  if (job.fate?.reason === 'DeadlineExceeded') return true;
  const cut = stagesOf(job)
    .map((stage) => job.stages[stage])
    .find((stage) => !reportOf(stage)?.ok);
  const seen = cut?.state === 'ended' ? cut.finishedAt : undefined;
  if (!seen && job.fate && job.fate.reason !== 'RunnerLost') return false;
  const end = seen ? Date.parse(seen) : now.getTime();
  // A clock that was set makes the first too long, a supervisor that was away the second.
  const ran = Math.min(end - Date.parse(job.startedAt), job.ranFor ?? Infinity);
  return ran >= timeoutOf(session) * 1000;
}

/** The progress that the stages' reports vouch for, each for its own steps; 100 is for a task that is Completed. */
export const reportedProgress = (job: JobFacts): number =>
  Math.min(
    99,
    Math.max(
      0,
      ...stagesOf(job).map((stage) => Math.min(reportOf(job.stages[stage])?.progress ?? 0, CEILING[stage])),
    ),
  );

/** What every report says that lasts beyond the Job: checks, usage, the branch and its pull request. */
export function reportedFacts(job: JobFacts): Partial<Pick<SessionStatus, 'checks' | 'usage' | 'repos'>> {
  const work = reportOf(job.stages.work);
  const publish = reportOf(job.stages.publish);
  const checks = checksOf(job);
  return {
    ...(checks && { checks }),
    ...(work?.usage && { usage: work.usage }),
    ...(publish?.repo && { repos: [publish.repo] }),
  };
}

/** The report of the stage that judges the change; undefined before it has said anything. */
const judging = (job: JobFacts): StageReport | undefined =>
  reportOf(job.stages.prove.state === 'absent' ? job.stages.work : job.stages.prove);

/** The checks of the stage that judges, else those that the agent's stage ran to tell it what fails. */
const checksOf = (job: JobFacts): StageReport['checks'] =>
  judging(job)?.checks ?? reportOf(job.stages.work)?.checks;

/** Proved only by the positive word of the stage that judges; a task that failed its checks says so, and any other end says nothing. */
function validated(ending: Ending, job: JobFacts): ConditionChange[] {
  const type = 'Validated';
  const judge = judging(job);
  if (ending.reason === 'ValidationFailed')
    return [
      {
        type,
        status: 'False',
        reason: (judge ?? reportOf(job.stages.work))?.verdict?.reason ?? 'ChecksFailed',
        message: ending.error ?? '',
      },
    ];
  if (!judge?.ok || ending.reason === 'NoChanges') return [];
  const { reason, message } = judge.verdict ?? NO_VERDICT;
  return [{ type, status: isProven({ reason, message }) ? 'True' : 'False', reason, message }];
}

function published(ending: Ending, job: JobFacts): ConditionChange {
  const type = 'Published';
  const repo = reportOf(job.stages.publish)?.repo;
  if (repo?.prUrl) return { type, status: 'True', reason: 'PullRequestOpen', message: repo.prUrl };
  if (ending.phase !== 'Completed')
    return { type, status: 'False', reason: ending.reason ?? 'Failed', message: ending.error ?? '' };
  if (ending.reason === 'NoChanges')
    return { type, status: 'False', reason: 'NoChanges', message: STEP.unchanged.phase };
  return { type, status: 'True', reason: 'BranchPushed', message: repo?.branch ?? '' };
}

/** Returns the step of the check that failed. The step that started last may have passed. */
function failedStep(job: JobFacts): { currentPhase?: string } {
  const failed = checksOf(job)?.find(isWorse);
  if (!failed?.kind) return {};
  return { currentPhase: `${STEP[failed.kind].phase}: ${failed.command ?? failed.name}` };
}

/** The status of a task whose Job has finished. */
export function outcomeOf(session: AgenticSession, job: JobFacts, now: Date): StatusChange {
  const ending = endingOf(session, job, now);
  const done = ending.phase === 'Completed';
  const last = ending.reason === 'NoChanges' ? STEP.unchanged : STEP.published;
  return {
    ...ending,
    ...reportedFacts(job),
    progress: done ? 100 : reportedProgress(job),
    ...(done && { currentPhase: last.phase }),
    ...(ending.phase === 'Stopped' && { currentPhase: 'Stopped' }),
    ...(ending.reason === 'ValidationFailed' && failedStep(job)),
    completionTime: now.toISOString(),
    logs: job.live.logTail,
    conditions: [...validated(ending, job), published(ending, job)],
  };
}
