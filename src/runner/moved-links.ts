import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StageError } from '../domain/reasons.ts';
import { git, gitFailure } from './git.ts';
import { urlOfModule } from './gitmodules.ts';
import { withheldHint } from './repository.ts';
import type { StageContext } from './stage-context.ts';
import { submoduleRemote } from './submodule-remote.ts';
import { submoduleUrl } from './submodule-url.ts';

/** A submodule's commit in a change. */
export interface MovedLink {
  path: string;
  commit: string;
  /** True for a path that is a submodule on the base. */
  wasLink: boolean;
}

/**
 * Refuses submodules at commits that others could not fetch: each must be on a branch or a tag of the submodule's own repository, whose URL
 * is the one that `.gitmodules` of the base has. A commit that a server merely gives out proves nothing: GitHub gives those of forks too.
 * Throws AgentFailed.
 */
export async function checkMovedLinks(
  context: StageContext,
  { pristine, base }: { pristine: string; base: string },
  links: readonly MovedLink[],
): Promise<void> {
  for (const link of links) {
    if (!link.wasLink)
      throw new StageError(
        'AgentFailed',
        `The change adds a submodule or nested repository at ${JSON.stringify(link.path)} that is not in the base branch, so it is not published. Add the submodule to the base branch first, or tell the agent not to create it.`,
      );
    const what = `The change moves the submodule ${JSON.stringify(link.path)} to ${link.commit.slice(0, 12)}`;
    const named = await urlOfModule(pristine, base, link.path);
    if (named === undefined)
      throw new StageError(
        'AgentFailed',
        `${what}, and .gitmodules of the base does not say where its repository is, so it is not published.`,
      );
    const url = submoduleUrl(link.path, named, context.input.spec.repos?.[0]?.input?.url ?? '');
    if (
      !(await isPublished(
        context,
        { url, commit: link.commit, gitDir: join(pristine, 'bgtask-module.git') },
        what,
      ))
    )
      throw new StageError(
        'AgentFailed',
        `${what}, which is on no branch and no tag of ${url}, so it is not published. Push that commit there first, or have the instructions leave the submodule alone.`,
      );
    context.log.line(`${what}, which ${url} has`);
  }
}

interface Wanted {
  url: string;
  commit: string;
  /** A folder for a repository of this look alone. */
  gitDir: string;
}

/** True when a branch or a tag of a repository holds the commit. Commits alone are fetched, where the server can do that. */
async function isPublished(
  context: StageContext,
  { url, commit, gitDir }: Wanted,
  what: string,
): Promise<boolean> {
  const remote = await submoduleRemote(context, url);
  try {
    await rm(gitDir, { recursive: true, force: true });
    const format = commit.length === 64 ? 'sha256' : 'sha1';
    await git(['init', '--quiet', '--bare', `--object-format=${format}`, gitDir]);
    const flags = ['--quiet', '--no-tags', '--update-shallow', '--filter=tree:0', ...remote.fetchFlags];
    const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
    await git(['fetch', ...flags, '--', remote.url, ...refs], { ...remote.options, gitDir });
  } catch (error) {
    context.signal.throwIfAborted();
    const sentence = `${what}, and ${url} cannot be asked for it, so it is not published.`;
    throw gitFailure('AgentFailed', [sentence, withheldHint(remote, error)].filter(Boolean).join(' '), error);
  }
  const args = ['for-each-ref', '--count=1', `--contains=${commit}`];
  // git fails if the commit was not fetched.
  const found = await git(args, { gitDir }).catch(() => '');
  await rm(gitDir, { recursive: true, force: true });
  return found !== '';
}
