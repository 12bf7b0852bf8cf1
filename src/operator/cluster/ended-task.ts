import type { AgenticSession, Usage } from '../../api/types.ts';
import type { JobFacts } from '../../domain/job-facts.ts';
import { stagesOf } from '../../domain/job-facts.ts';
import type { Stage } from '../../domain/report.ts';
import { agentOf, creatorOf, phaseOf, prUrlOf, taskName } from '../../domain/task.ts';

/** What operators of a cluster ask about a task that has ended. */
export interface EndedTask {
  task: string;
  project: string;
  phase: string;
  /** Empty for a task that opened a pull request. */
  reason: string;
  user: string;
  agent: string;
  /** From the start of the Job to the end of the task; undefined for a task whose Job was never made. */
  seconds?: number;
  /** Seconds of each stage whose beginning and end the cluster reports. */
  stages: Partial<Record<Stage, number>>;
  usage?: Usage;
  pullRequest?: string;
}

const secondsBetween = (from: string | undefined, to: string | undefined): number | undefined => {
  const seconds = (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
  return seconds >= 0 ? seconds : undefined;
};

/** Seconds of each stage that has run to its end. */
function stageSeconds(job: JobFacts | undefined): EndedTask['stages'] {
  const seconds: EndedTask['stages'] = {};
  for (const stage of job ? stagesOf(job) : []) {
    const facts = job?.stages[stage];
    const took = facts?.state === 'ended' ? secondsBetween(facts.startedAt, facts.finishedAt) : undefined;
    if (took !== undefined) seconds[stage] = took;
  }
  return seconds;
}

/** The facts of a task that has ended, from its status and from its Job as it was last seen. */
export function endedTask(session: AgenticSession, job: JobFacts | undefined): EndedTask {
  const { status = {}, metadata } = session;
  const seconds = job && secondsBetween(job.startedAt, status.completionTime);
  const pullRequest = prUrlOf(session);
  return {
    task: taskName(session),
    project: metadata.namespace,
    phase: phaseOf(session),
    reason: status.reason ?? '',
    user: creatorOf(session),
    agent: agentOf(session).type,
    ...(seconds !== undefined && { seconds }),
    stages: stageSeconds(job),
    ...(status.usage && { usage: status.usage }),
    ...(pullRequest && { pullRequest }),
  };
}
