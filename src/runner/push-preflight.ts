import { branchName } from '../api/names.ts';
import { TASK_TRAILER } from '../domain/commit-message.ts';
import { StageError } from '../domain/reasons.ts';
import { git } from './git.ts';
import { deletion, pushFailure, takenBranch } from './push.ts';
import { asPublish, parseLsRemote, type Remote, remoteOf } from './repository.ts';
import type { StageContext } from './stage-context.ts';

interface Preflight {
  pristine: string;
  remote: Remote;
  /** What `ls-remote` says of the branches. */
  refs: string;
  /** A commit that the remote has. */
  base: string;
}

/**
 * What would keep publish from pushing the task's branch, found out before the agent is paid: a branch of that name that is another's, one
 * whose name is a folder of it, or no right to push. Throws PushDenied with the command that cures it.
 */
export async function checkPush(context: StageContext, look: Preflight): Promise<void> {
  const { pristine, refs, base } = look;
  const branch = branchName(context.input.task.name);
  const ref = `refs/heads/${branch}`;
  const below = new RegExp(`^\\S+\\trefs/heads/(${branch}/.+)$`, 'm').exec(refs)?.[1];
  if (below !== undefined)
    throw new StageError(
      'PushDenied',
      `The remote has a branch ${below}, so there cannot be one ${branch}: ${deletion(context, below)}`,
    );
  const there = parseLsRemote(refs, ref);
  if (there !== undefined) return refuseOthers(context, look, there);
  const push = remoteOf(asPublish(context), context.input.spec.repos?.[0]?.input?.url ?? '');
  try {
    const flags = ['--quiet', '--dry-run', '--no-verify', ...push.pushFlags];
    await git(['push', ...flags, '--', push.url, `${base}:${ref}`], {
      ...push.options,
      gitDir: pristine,
    });
  } catch (error) {
    throw pushFailure(context, push, error);
  }
}

/** A branch that an earlier run of this task pushed is found again by publish; it carries the task's own mark. */
async function refuseOthers(
  context: StageContext,
  { pristine, remote }: Preflight,
  commit: string,
): Promise<void> {
  const { task } = context.input;
  const branch = branchName(task.name);
  let mark: string;
  try {
    const flags = ['--quiet', '--no-tags', '--update-shallow', ...remote.fetchFlags];
    await git(['fetch', ...flags, '--', remote.url, `+refs/heads/${branch}:refs/bgtask/there`], {
      ...remote.options,
      gitDir: pristine,
    });
    const format = `--format=%(trailers:key=${TASK_TRAILER},valueonly)`;
    mark = await git(['log', '-1', format, commit], { gitDir: pristine });
  } catch (error) {
    throw pushFailure(context, remote, error);
  }
  if (mark.trim() === task.uid) return;
  throw new StageError('PushDenied', takenBranch(context));
}
