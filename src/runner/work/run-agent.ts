import { generatingProgress } from '../../domain/progress.ts';
import { agentOf } from '../../domain/task.ts';
import { agentEnv } from '../environment.ts';
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
  const { input, paths, log, signal, env, secrets } = context;
  const place = inWorkspace(paths.workspace);
  const spec = agentOf(input);
  const { space } = job.phases;
  const before = job.usage;
  job.begun = true;
  job.last = undefined;
  log.step('generating', `agent ${agent.name}${spec.model ? `, model ${spec.model}` : ''}`);
  const result = await agent.run({
    prompt,
    spec,
    cwd: place.checkout,
    room: space.room,
    env: agentEnv(space.env, agent, env, secrets.modelKeys ?? {}),
    budgetLeftUSD:
      spec.maxBudgetUSD === undefined ? undefined : Math.max(0, spec.maxBudgetUSD - (before.costUSD ?? 0)),
    session: job.session,
    conversation: (session) => (job.session = session),
    signal,
    silence: input.limits.silenceSeconds,
    log: (line) => log.line(line),
    progress: (usage) => {
      job.usage = addUsage(before, usage);
      log.event({ progress: generatingProgress(job.usage.turns ?? 0), usage: job.usage });
    },
  });
  signal.throwIfAborted();
  job.usage = addUsage(before, result.usage);
  job.session = result.session ?? job.session;
  job.summary = result.summary ?? job.summary;
  log.step('generated');
}
