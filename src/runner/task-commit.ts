import { commitMessage, DEFAULT_AUTHOR } from '../domain/commit-message.ts';
import { git } from './git.ts';
import { houseRules } from './house-rules.ts';
import type { StageContext } from './stage-context.ts';

/** The message of a task's commit on a commit of the base. */
async function messageOn({ input, log }: StageContext, pristine: string, parent: string): Promise<string> {
  const { task, spec, author } = input;
  const { name, email } = author ?? DEFAULT_AUTHOR;
  const { signsOff } = await houseRules(pristine, parent);
  return commitMessage({
    ...task,
    prompt: log.clean(spec.prompt ?? ''),
    title: log.clean(spec.pullRequest?.title ?? ''),
    ...((signsOff || author?.signOff) && { signedOffBy: `${name} <${email}>` }),
  });
}

/** Makes the task's one commit in the pristine copy, with the author of the settings. Returns its id. */
export async function makeCommit(
  context: StageContext,
  { pristine, parent, tree }: { pristine: string; parent: string; tree: string },
): Promise<string> {
  const { name, email } = context.input.author ?? DEFAULT_AUTHOR;
  return git(['commit-tree', tree, '-p', parent, '-F', '-'], {
    gitDir: pristine,
    env: {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    },
    input: await messageOn(context, pristine, parent),
  });
}

/**
 * Returns true if `makeCommit` made the commit: same message, author and committer, and equal dates (amending a commit changes the committer date). The trailer
 * alone is not enough: a person can copy it, and that person's work must not be lost.
 */
export async function isOwnCommit(
  context: StageContext,
  { pristine, commit, parent }: { pristine: string; commit: string; parent: string },
): Promise<boolean> {
  const { name, email } = context.input.author ?? DEFAULT_AUTHOR;
  const text = await git(['log', '-1', '--format=%at %ct%n%an%n%ae%n%cn%n%ce%n%B', commit], {
    gitDir: pristine,
  });
  const [times = '', ...said] = text.trimEnd().split('\n');
  const [authored, committed] = times.split(' ');
  if (authored !== committed) return false;
  const message = await messageOn(context, pristine, parent);
  return said.join('\n') === [name, email, name, email, message.trimEnd()].join('\n');
}
