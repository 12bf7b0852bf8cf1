import { FORGE_APP_VARIABLES, forgeAppOf } from '../../../domain/credentials.ts';
import { DEFAULT_AGENT } from '../../../domain/task.ts';
import type { Agent } from '../../../runner/agents/agent.ts';
import { allAgents } from '../../../runner/agents/table.ts';
import type { ForgeKind } from '../../../runner/forges/forge.ts';
import { forgeKinds } from '../../../runner/forges/table.ts';
import { allTokenVariables } from '../../../runner/forges/tokens.ts';
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
      fix: 'Set both, or neither.',
    };
  const name = allTokenVariables().find((variable) => env[variable]);
  if (name) return { level: 'ok', subject: 'forge', message: `a token for the forge is in ${name}` };
  const forges = forgeKinds().filter(({ title }) => title !== undefined);
  for (const { signIn } of forges)
    if (await signIn?.token(env))
      return { level: 'ok', subject: 'forge', message: `${signIn?.title} has a token` };
  const words = (each: (kind: ForgeKind) => string | undefined): string =>
    forges.flatMap((kind) => each(kind) ?? []).join(' or ');
  return {
    level: 'warning',
    subject: 'forge',
    message: `no token for ${words(({ title }) => title)}, so only local repositories get their pull request.`,
    fix: `Set ${words(({ tokenVariables }) => tokenVariables[0])}, or sign in with: ${words(({ signIn }) => signIn?.command)}`,
  };
};

/**
 * Whether an agent's program and its key are there; undefined for one without a program of its own. `isWanted`: it is the default agent, its program is there, or a person
 * set its own variables.
 */
async function examineAgent(
  { name, binary, programVariable = '', keys, install, signIn }: Agent,
  env: NodeJS.ProcessEnv,
): Promise<{ finding: Finding; isWanted: boolean } | undefined> {
  if (!binary) return undefined;
  const wanted = env[programVariable] || binary;
  const program = await run('sh', ['-c', 'command -v "$1"', 'sh', wanted], env);
  const key = keys.find((one) => env[one]);
  const isWanted = Boolean(program || name === DEFAULT_AGENT || env[programVariable] || env[keys[0] ?? '']);
  const subject = `agent ${name}`;
  if (!program)
    return {
      isWanted,
      finding: {
        level: 'warning',
        subject,
        message: `the program ${wanted} is not installed.`,
        fix: `${install ? `Install it: ${install}` : 'Install it.'} Or use another agent: --agent`,
      },
    };
  if (!key && keys.length > 0)
    return {
      isWanted,
      finding: {
        level: 'warning',
        subject,
        message: `${program}, but none of ${keys.join(', ')} is set.`,
        fix: `Set ${keys[0]}.${signIn ? ` With a subscription: ${signIn.command} gives ${signIn.variable}` : ''}`,
      },
    };
  return {
    isWanted,
    finding: { level: 'ok', subject, message: key ? `${program}, with the key in ${key}` : program },
  };
}

/** Of each agent that is used or is the default; the others in one line. */
export async function examineAgents(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const agents = await allAgents();
  const all = (await Promise.all(agents.map((agent) => examineAgent(agent, env)))).filter(
    (each) => each !== undefined,
  );
  const others = all.filter(({ isWanted }) => !isWanted).map(({ finding }) => finding.subject.slice(6));
  return [
    ...all.filter(({ isWanted }) => isWanted).map(({ finding }) => finding),
    ...(others.length > 0
      ? [{ level: 'ok' as const, subject: 'other agents', message: `not installed: ${others.join(', ')}` }]
      : []),
  ];
}
