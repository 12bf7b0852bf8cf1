import { StageError } from '../domain/reasons.ts';
import { parseDefaultBranch, parseLsRemote } from './repository.ts';

/** The branch that a task's change is based on, and its tip. */
export interface Base {
  branch: string;
  commit: string;
}

/**
 * The base in what `ls-remote --symref` says of HEAD and the branches: the one that the task names, else the default branch. Throws CloneFailed
 * with the way out.
 */
export function chooseBase(refs: string, url: string, wanted: string | undefined): Base {
  const branch = wanted ?? parseDefaultBranch(refs) ?? refuseHead(refs, url);
  const commit = parseLsRemote(refs, `refs/heads/${branch}`);
  if (commit) return { branch, commit };
  throw new StageError('CloneFailed', `Branch "${branch}" not found in ${url}. Check --branch.`);
}

/** Why there is no default branch: CI checks out a commit, and leaves no branch to base a pull request on. */
function refuseHead(refs: string, url: string): never {
  const head = parseLsRemote(refs, 'HEAD');
  if (!head)
    throw new StageError(
      'CloneFailed',
      `Default branch not found in ${url}: the repository is empty, or its HEAD names a missing branch. Name a branch with --branch.`,
    );
  const branches = [...refs.matchAll(/^(\S+)\trefs\/heads\/(.+)$/gm)];
  const here = branches.filter(([, commit]) => commit === head);
  const [, , branch] = [...here, ...branches][0] ?? [];
  const hint =
    branch === undefined
      ? 'Create a branch with git switch -c, or give the URL it was cloned from.'
      : `Name the base with --branch, for example --branch ${branch}.`;
  throw new StageError(
    'CloneFailed',
    `${url} has a detached HEAD: it is at the commit ${head.slice(0, 12)} and on no branch. ${hint}`,
  );
}
