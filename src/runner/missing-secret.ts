import type { StageError } from '../domain/reasons.ts';
import { agentOf } from '../domain/task.ts';
import type { RunnerInput } from '../engine/runner-input.ts';
import { loadAgent } from './agents/table.ts';
import { knownForge } from './forges/tokens.ts';
import type { StageSecrets } from './stage-context.ts';

/** What a stage in a pod was given and came to. */
interface Ended {
  input: RunnerInput;
  secrets: StageSecrets;
  env: NodeJS.ProcessEnv;
  error: StageError;
}

/** The Secret's key that is missing, when the stage failed for want of it. */
async function wanted({ input, secrets, env, error }: Ended): Promise<string | undefined> {
  if (error.reason === 'AgentFailed') {
    const agent = await loadAgent(agentOf(input).type).catch(() => undefined);
    const key = agent?.keys[0];
    return secrets.modelKeys === undefined && /\bkey\b/i.test(error.message) ? key : undefined;
  }
  if (!['CloneFailed', 'PushDenied', 'PullRequestFailed'].includes(error.reason)) return undefined;
  const repository = input.spec.repos?.[0]?.input?.url ?? '';
  const isHttps = repository.startsWith('https:');
  const isAbout = /credential|token/i.test(error.message);
  const none = secrets.forgeToken === undefined && secrets.forgeApp === undefined;
  return isHttps && isAbout && none ? knownForge({ repository, env })?.tokenVariables[0] : undefined;
}

/**
 * What a stage in a pod says besides, when it failed for want of a credential: the command that makes the Secret it would have come from, which
 * BGTASK_SECRET names. Undefined elsewhere and for any other failure.
 */
export async function missingSecret(ended: Ended): Promise<string | undefined> {
  const name = ended.env['BGTASK_SECRET'];
  const key = name && (await wanted(ended));
  if (!key) return undefined;
  const command = `kubectl create secret generic ${name} -n ${ended.input.task.project} --from-literal=${key}=...`;
  return `In a cluster it comes from the project's Secret "${name}", which is missing or holds none: ${command}`;
}
