import { FORGE_APP_VARIABLES, FORGE_TOKEN_VARIABLES, forgeAppOf } from '../../../domain/credentials.ts';
import { loadAgent } from '../../../runner/agents/table.ts';
import type { Finding } from '../finding.ts';
import type { Examine } from './examine.ts';
import { run } from './run.ts';

/** Whether there is a token for the forge. */
export const examineForge: Examine = async (env) => {
  const app = forgeAppOf(env);
  const variables = [FORGE_APP_VARIABLES.id, FORGE_APP_VARIABLES.privateKey].join(' and ');
  if (app?.id && app.privateKey)
    return { level: 'ok', subject: 'forge', message: `a GitHub App is in ${variables}` };
  if (app)
    return {
      level: 'problem',
      subject: 'forge',
      message: `half of a GitHub App: of ${variables}, only ${app.id ? FORGE_APP_VARIABLES.id : FORGE_APP_VARIABLES.privateKey} is set.`,
      mend: 'Set both, or neither.',
    };
  const name = FORGE_TOKEN_VARIABLES.find((variable) => env[variable]);
  if (name) return { level: 'ok', subject: 'forge', message: `a token for the forge is in ${name}` };
  if (await run('gh', ['auth', 'token'], env))
    return { level: 'ok', subject: 'forge', message: 'the GitHub command line (gh) has a token' };
  return {
    level: 'warning',
    subject: 'forge',
    message: 'no token for GitHub, so only local repositories get their pull request.',
    mend: 'Set GITHUB_TOKEN, or sign in with: gh auth login',
  };
};

/** Whether an agent's program and its key are there; undefined for one that needs neither. */
export async function examineAgent(name: string, env: NodeJS.ProcessEnv): Promise<Finding | undefined> {
  const agent = await loadAgent(name);
  if (agent.keys.length === 0) return undefined;
  const wanted = env[`BGTASK_${name.toUpperCase()}`] || name;
  const program = await run('sh', ['-c', 'command -v "$1"', 'sh', wanted], env);
  const key = agent.keys.find((variable) => env[variable]);
  const subject = `agent ${name}`;
  if (!program)
    return {
      level: 'warning',
      subject,
      message: `the program ${wanted} is not installed.`,
      mend: 'Install it, or use another agent: --agent',
    };
  if (!key)
    return {
      level: 'warning',
      subject,
      message: `${program}, but none of ${agent.keys.join(', ')} is set.`,
      mend: `Set ${agent.keys[0]}.`,
    };
  return { level: 'ok', subject, message: `${program}, with the key in ${key}` };
}
