import { branchName } from '../api/names.ts';
import { StageError } from '../domain/reasons.ts';
import { TASK_TRAILER } from './change.ts';
import { git, GitError, gitFailure } from './git.ts';
import { parseLsRemote, type Remote } from './repository.ts';
import type { StageContext } from './stage-context.ts';

interface Push {
  pristine: string;
  remote: Remote;
  commit: string;
}

/** What remotes say, with what to do. The first that fits is said. */
const HINTS: readonly [RegExp, string][] = [
  [/refusing to allow .*workflow/i, 'The token may not change workflows: it needs the workflow scope.'],
  [/protected branch|GH006|GH013|rule violations/i, "The repository's rules refuse this branch: allow background-task-* in its branch rules."],
  [/Authentication failed|could not read Username|401|invalid credentials/i, 'The credential is missing or refused: set GITHUB_TOKEN.'],
  [/403|Permission .*denied|not allowed|access denied/i, 'The credential may not push: a token needs contents: write on this repository.'],
  [/pre-receive hook declined|hook declined/i, "The remote's own hook refused the push."],
  [/exceeds GitHub's file size limit|file size limit/i, 'A file of the change is too large for the forge.'],
  [/Could not resolve host|Connection refused|timed out|unable to access/i, 'The host cannot be reached from here.'],
];

/**
 * Pushes the commit as the task's branch and makes sure that the remote has it. A branch that an earlier run of the same task pushed is taken as
 * it is; one that somebody else made is never overwritten. The remote branch's commit. Throws PushDenied.
 */
export async function pushChange(context: StageContext, { pristine, remote, commit }: Push): Promise<string> {
  const branch = branchName(context.input.task.name);
  const ref = `refs/heads/${branch}`;
  const tip = async (): Promise<string | undefined> =>
    parseLsRemote(await git(['ls-remote', ...remote.fetchFlags, '--', remote.url, ref], remote.options), ref);
  try {
    const there = await tip();
    if (there) return await earlier(context, { pristine, remote, ref, there });
    // An empty expectation after the colon: the branch must not exist.
    await git(['push', '--quiet', '--no-verify', `--force-with-lease=${ref}:`, ...remote.pushFlags, '--', remote.url, `${commit}:${ref}`], {
      ...remote.options,
      gitDir: pristine,
    });
    const now = await tip();
    if (now !== commit) throw new StageError('PushDenied', `The remote took the push and has ${now ?? 'no branch'} at ${branch} instead of ${commit}. Look at the remote's hooks.`);
    return commit;
  } catch (error) {
    context.signal.throwIfAborted();
    const hint = error instanceof GitError ? HINTS.find(([pattern]) => pattern.test(error.stderr))?.[1] : undefined;
    throw gitFailure('PushDenied', `Pushing ${branch} failed.${hint ? ` ${hint}` : ''}`, error);
  }
}

async function earlier(context: StageContext, at: { pristine: string; remote: Remote; ref: string; there: string }): Promise<string> {
  const { pristine, remote, ref, there } = at;
  await git(['fetch', '--quiet', '--no-tags', ...remote.fetchFlags, '--', remote.url, `+${ref}:refs/bgtask/pushed`], { ...remote.options, gitDir: pristine });
  const id = await git(['log', '-1', `--format=%(trailers:key=${TASK_TRAILER},valueonly)`, there], { gitDir: pristine });
  if (id.trim() === context.input.task.uid) {
    context.log.line(`The branch was pushed by an earlier run of this task`);
    return there;
  }
  throw new StageError('PushDenied', `The remote has a branch ${ref.replace('refs/heads/', '')} already that is not this task's. Delete it, or create the task under another name.`);
}
