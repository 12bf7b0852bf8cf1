import type { Usage } from '../../api/types.ts';
import { generatingProgress } from '../../domain/progress.ts';
import { agentOf } from '../../domain/task.ts';
import { atLeast } from '../../domain/usage.ts';
import type { AgentRequest } from '../agents/agent.ts';
import { agentEnv } from '../environment.ts';
import { openModelAccess } from '../gateway/model-access.ts';
import { inWorkspace } from '../stage-context.ts';
import { addUsage } from '../usage.ts';
import type { Work } from './job.ts';

/**
 * Runs the agent in the checkout, again where its model was not available or its program printed nothing (see AgentRetry); what it used and said
 * is known to the job from then on. Throws its StageError.
 */
export async function runAgent(job: Work, prompt: string): Promise<void> {
  let told = prompt;
  for (;;) {
    try {
      return await runOnce(job, told);
    } catch (error) {
      const more = await job.agentRetry.waitAfter(error);
      // Without a conversation the agent knows nothing of the task.
      told = job.session === undefined ? `${prompt}\n\n${more}` : more;
    }
  }
}

async function runOnce(job: Work, prompt: string): Promise<void> {
  const { context, agent } = job;
  const { input, log, env, secrets, signal } = context;
  const { maxBudgetUSD, model } = agentOf(input);
  const { space } = job.phases;
  const before = job.usage;
  job.begun = true;
  job.last = undefined;
  log.step('generating', `agent ${agent.name}${model ? `, model ${model}` : ''}`);
  const budgetUSD =
    maxBudgetUSD === undefined ? undefined : Math.max(0, maxBudgetUSD - (before.costUSD ?? 0));
  const access = await openModelAccess({
    agent,
    env: agentEnv(space.env, agent, env, secrets.modelKeys ?? {}),
    stageEnv: env,
    budgetUSD,
    hasAnswered: (before.inputTokens ?? 0) > 0,
    log: (line) => log.line(line),
    room: space.model,
    pod: secrets.gateway,
  });
  let reported: Usage = {};
  const note = (usage: Usage): void => {
    reported = usage;
    job.usage = addUsage(before, atLeast(reported, access.usage()));
  };
  try {
    const result = await agent.run({
      ...requestOf(job, prompt),
      env: access.env,
      budgetLeftUSD: budgetUSD,
      signal: AbortSignal.any([signal, access.ended]),
      progress(usage) {
        note(usage);
        log.event({ progress: generatingProgress(job.usage.turns ?? 0), usage: job.usage });
      },
    });
    signal.throwIfAborted();
    note(result.usage);
    job.session = result.session ?? job.session;
    job.summary = result.summary ?? job.summary;
  } finally {
    await access.close();
    // A run that failed used tokens too.
    note(reported);
    // The gateway of a pod may say only now that the budget is used up or the model is not reached.
    access.ended.throwIfAborted();
  }
  log.step('generated');
}

/** What an agent is asked, whatever its way to the model. */
function requestOf(
  job: Work,
  prompt: string,
): Pick<AgentRequest, 'prompt' | 'spec' | 'cwd' | 'room' | 'session' | 'conversation' | 'silence' | 'log'> {
  const { input, paths, log } = job.context;
  return {
    prompt,
    spec: agentOf(input),
    cwd: inWorkspace(paths.workspace).checkout,
    room: job.phases.space.room,
    session: job.session,
    conversation: (session) => (job.session = session),
    silence: input.limits.silenceSeconds,
    log: (line) => log.line(line),
  };
}
