import type { CiCommand, RepoFiles } from '../check.ts';
import { readCommand } from '../read-command.ts';

export const PRE_COMMIT_FILE = '.pre-commit-config.yaml';

/** The ids of pre-commit's hooks: linters that it brings need not be installed by the project. */
export function hookIds(files: RepoFiles): Set<string> {
  const text = files.read(PRE_COMMIT_FILE) ?? '';
  return new Set(
    [...text.matchAll(/^\s*(?:- )?\s*id:\s*["']?([\w-]+)/gm)].flatMap((match) => match[1] ?? []),
  );
}

/** True when the hosted service pre-commit.ci runs the hooks on pull requests. */
export const isHosted = (files: RepoFiles): boolean => /^ci:/m.test(files.read(PRE_COMMIT_FILE) ?? '');

/**
 * Whether pre-commit judges here: CI runs it, the hosted service is configured, or CI runs no linter of its own. Most Python
 * repositories lint through it alone.
 */
export function usesPreCommit(files: RepoFiles, ci: readonly CiCommand[]): boolean {
  if (!files.has(PRE_COMMIT_FILE)) return false;
  const lints = ci.filter(({ run }) => readCommand(run).kind === 'lint');
  return (
    isHosted(files) || lints.length === 0 || lints.some(({ run }) => /\b(pre-commit|prek) run\b/.test(run))
  );
}
