import { type Reason, StageError } from '../domain/reasons.ts';
import { isUntrusted, type Stage } from '../domain/report.ts';
import type { RunnerInput } from '../engine/runner-input.ts';
import { githubAddress, isGithub } from './forges/github-address.ts';
import type { AppPermissions } from './forges/github-app.ts';
import { pathMatcher } from './protected-paths.ts';
import type { StageSecrets } from './stage-context.ts';
import { untilAborted } from './until-aborted.ts';

const WORKFLOWS = '.github/workflows';

/** True when the task may change workflows: for that GitHub demands a permission of its own. */
export function mayChangeWorkflows(allowed: readonly string[] = []): boolean {
  if (allowed.some((glob) => glob.replace(/^\//, '').toLowerCase().startsWith(WORKFLOWS))) return true;
  const matches = pathMatcher(allowed);
  return ['x.yml', 'x.yaml'].some((file) => matches(`${WORKFLOWS}/${file}`));
}

/** What a stage's token may do: read for the clone; push and open the pull request for the publication. */
export const permissionsFor = (
  stage: 'clone' | 'publish',
  allowedPaths?: readonly string[],
): AppPermissions =>
  stage === 'clone'
    ? { contents: 'read' }
    : {
        contents: 'write',
        pull_requests: 'write',
        ...(mayChangeWorkflows(allowedPaths) && { workflows: 'write' }),
      };

const REASONS: Record<'clone' | 'publish', Reason> = { clone: 'CloneFailed', publish: 'PushDenied' };

interface Minting {
  input: RunnerInput;
  secrets: StageSecrets;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  log: (line: string) => void;
}

/**
 * The stage's secrets with a fresh token of the GitHub App in place of any other, where one was given and the repository is on GitHub. Each stage
 * asks for its own: a token lives for an hour, and the work between them may take as long. The clone stage gets one more, which may do what
 * publish will: a permission that the App lacks is found before the agent is paid. Throws a StageError.
 */
export async function withFreshToken(stage: Stage, minting: Minting): Promise<StageSecrets> {
  const { input, secrets, env, signal, log } = minting;
  const { forgeApp: app, ...rest } = secrets;
  const repository = input.spec.repos?.[0]?.input?.url ?? '';
  if (!app || isUntrusted(stage) || !isGithub(repository, env)) return rest;
  const { AppError, mintToken } = await import('./forges/github-app.ts');
  const tokenFor = async (use: 'clone' | 'publish'): Promise<string> => {
    const permissions = permissionsFor(use, input.spec.allowedPaths);
    try {
      const address = githubAddress(repository, env);
      const mint = () => mintToken({ app, address, permissions, env, log, signal });
      return await untilAborted(signal, mint);
    } catch (error) {
      if (error instanceof AppError) throw new StageError(REASONS[use], error.message, { cause: error });
      throw error;
    }
  };
  const forgeToken = await tokenFor(stage);
  return { ...secrets, forgeToken, ...(stage === 'clone' && { pushToken: await tokenFor('publish') }) };
}
