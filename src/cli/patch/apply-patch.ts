import { BgtaskError } from '../../domain/errors.ts';
import { git, GitError, type GitOptions, gitPaths, readable } from '../../runner/git.ts';
import { pathMatcher, protectedMatcher, refusedPaths } from '../../runner/protected-paths.ts';
import { namedFiles } from './files.ts';

/** Paths that no patch may write, whatever is allowed: git's own files, under every name that a file system may take for them. */
const NEVER = ['.git'];

export interface ApplyOptions {
  /** The folder that the user stands in. */
  cwd: string;
  protectedPaths: readonly string[];
  allowedPaths: readonly string[];
}

export interface Applied {
  /** Files that the patch names, one character a byte. */
  files: string[];
  /** Files with marks of a conflict. */
  conflicts: string[];
}

const shown = (paths: readonly string[]): string =>
  `${paths
    .slice(0, 5)
    .map((path) => JSON.stringify(readable(path)))
    .join(', ')}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;

const leadsOut = (path: string): boolean =>
  path.startsWith('/') || path.split('/').some((part) => part === '..' || part === '.' || part === '');

/** Refuses what a change must not touch: the patch is data of an untrusted stage. Throws Forbidden. */
function checkPaths(
  paths: readonly string[],
  { protectedPaths, allowedPaths }: Omit<ApplyOptions, 'cwd'>,
): void {
  const isOwn = protectedMatcher(NEVER);
  const hostile = paths.filter((path) => leadsOut(path) || isOwn(readable(path)));
  if (hostile.length > 0)
    throw new BgtaskError(
      'Forbidden',
      `The change is not applied: it writes to ${shown(hostile)}, which no change may.`,
    );
  const isAllowed = pathMatcher(allowedPaths);
  const isProtected = protectedMatcher(protectedPaths);
  const refused = refusedPaths(paths.map(readable), { isProtected, isAllowed });
  if (refused.length > 0)
    throw new BgtaskError(
      'Forbidden',
      `The change is not applied: it touches protected paths: ${refused
        .slice(0, 5)
        .map((path) => JSON.stringify(path))
        .join(', ')}.`,
      {
        hint: `If that is wanted, allow them: --allow-path ${JSON.stringify(refused[0])}`,
      },
    );
}

/** The checkout that a folder is in. Throws Usage. */
async function checkoutOf(cwd: string): Promise<GitOptions> {
  try {
    const where = ['-C', cwd, 'rev-parse', '--absolute-git-dir', '--show-toplevel'];
    const folders = await git(where, { userConfig: true });
    const [gitDir = '', workTree = ''] = folders.split('\n');
    await git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { gitDir });
    return { gitDir, workTree, userConfig: true };
  } catch (error) {
    throw new BgtaskError('Usage', `${JSON.stringify(cwd)} is not in a checkout of git with a commit.`, {
      hint: "Go to a checkout of the task's repository, then apply the change there.",
      cause: error,
    });
  }
}

/** The next step after git refused a patch, from what it said. */
const HINTS: readonly [RegExp, string][] = [
  [/does not match index|local changes|not uptodate/i, 'Commit or stash your own changes to these files, then apply it again.'],
  [/already exists in (index|working directory)/i, 'The file is there already: move it away, or see the change with bgtask diff.'],
  [/beyond a symbolic link/i, 'The change writes through a symbolic link, which git refuses.'],
  [/does not apply|repository lacks the necessary blob|No such file|does not exist in index/i, "The checkout has another state than the change's base: fetch, and switch to the base branch."],
]; // prettier-ignore

function refusal(error: unknown): unknown {
  if (!(error instanceof GitError)) return error;
  const said = error.stderr.trim().split('\n').slice(-5).join('\n');
  const hint = HINTS.find(([pattern]) => pattern.test(error.stderr))?.[1];
  return new BgtaskError(
    'Conflict',
    `The change does not apply here, and nothing was changed. Git said: ${said}`,
    {
      ...(hint && { hint }),
      cause: error,
    },
  );
}

/**
 * Puts a patch into the checkout and the index, as `git apply --3way --index` does. Nothing is changed when it is refused; a conflict leaves git's marks in the
 * files. Throws Usage outside of a checkout, Forbidden for paths that no change may touch, Conflict when it does not apply.
 */
export async function applyPatch(patch: Uint8Array, options: ApplyOptions): Promise<Applied> {
  const files = await namedFiles(patch);
  checkPaths(files, options);
  const checkout = await checkoutOf(options.cwd);
  const input = Buffer.from(patch.buffer, patch.byteOffset, patch.byteLength);
  try {
    await git(['apply', '--3way', '--index', '--binary', '--whitespace=nowarn', '-'], { ...checkout, input });
    return { files, conflicts: [] };
  } catch (error) {
    const unmerged = await gitPaths(['diff', '--name-only', '--diff-filter=U', '-z'], checkout);
    const conflicts = unmerged.filter((path) => files.includes(path));
    if (conflicts.length > 0) return { files, conflicts };
    throw refusal(error);
  }
}
