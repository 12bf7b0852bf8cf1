import { plugInto } from '../../domain/plug.ts';
import { StageError } from '../../domain/reasons.ts';
import { file } from './file.ts';
import type { ForgeKind } from './forge.ts';
import { githubRecord } from './github-record.ts';

/** Octokit is loaded by the tasks that need it only. */
const github: ForgeKind = {
  ...githubRecord,
  create: async (context, env) => (await import('./github.ts')).github.create(context, env),
};

/** The forges that know their hosts. A new one is a file and a line here. */
const table: ForgeKind[] = [github];

/** All forges; the first that serves a repository is taken. `file` serves what no other does. */
export const forgeKinds = (): readonly ForgeKind[] => [...table, file];

/** The forge of a repository. Throws a StageError when a setting that it depends on is malformed. */
export function forgeFor(repository: string, env: NodeJS.ProcessEnv): ForgeKind {
  const kind = forgeKinds().find((kind) => kind.serves(repository, env));
  if (kind) return kind;
  throw new StageError('PullRequestFailed', "No forge serves the task's repository.");
}

/** True for a URL of a forge that knows its hosts. */
export const isForgeUrl = (url: string, env: NodeJS.ProcessEnv): boolean =>
  table.some((kind) => kind.serves(url, env));

/** Adds a forge at run time. Returns what takes it out again. Throws when the name is taken. */
export const plugForge = (kind: ForgeKind): (() => void) => plugInto(table, kind);
