import { StageError } from '../../domain/reasons.ts';
import { file } from './file.ts';
import type { ForgeKind } from './forge.ts';
import { isGithub } from './github-address.ts';

/** Octokit is loaded by the tasks that need it only. */
const github: ForgeKind = {
  name: 'github',
  serves: isGithub,
  create: async (context, env) => (await import('./github.ts')).github.create(context, env),
};

/** The forges; the first that serves a repository is taken. `file` serves what no other does. */
export const forgeKinds: readonly ForgeKind[] = [github, file];

/** The forge of a repository. Throws a StageError when a setting that it depends on is malformed. */
export function forgeFor(repository: string, env: NodeJS.ProcessEnv): ForgeKind {
  const kind = forgeKinds.find((kind) => kind.serves(repository, env));
  if (kind) return kind;
  throw new StageError('PullRequestFailed', "No forge serves the task's repository.");
}
