import { StageError } from '../domain/reasons.ts';
import { type GitOptions, readable } from './git.ts';
import { beginsAsPointer } from './lfs/pointer.ts';
import { filtersOf, smallText } from './lfs/tracked.ts';
import type { WorkTree } from './work-tree.ts';

/** Filters whose result is what belongs into the repository, and what would be there without them. */
const STORED: readonly [filter: RegExp, what: string][] = [
  [/^lfs$/, 'kept in Git LFS, and is not any more with the change: the file itself would be in the repository'],
  [/crypt/i, 'encrypted by a filter that bgtask does not have: its text would be in the repository for all to read'],
]; // prettier-ignore

/**
 * Refuses a change to files that belong elsewhere than into the repository. Throws AgentFailed; pointers of Git LFS pass, and files that become
 * some.
 */
export async function refuseStoredElsewhere(
  paths: readonly string[],
  tree: WorkTree,
  options: GitOptions,
): Promise<void> {
  if (paths.length === 0) return;
  // The change itself may say so, or not say so any more.
  const before = await filtersOf(paths, 'index', options);
  const now = await filtersOf(paths, 'files', options);
  for (const [path, filter] of [...before, ...now]) {
    const what = STORED.find(([pattern]) => pattern.test(filter))?.[1];
    const isLarge = filter === 'lfs' && now.get(path) === 'lfs';
    if (what === undefined || isLarge || (await isPointer(tree, path))) continue;
    throw new StageError(
      'AgentFailed',
      `The change holds ${JSON.stringify(readable(path))}, which .gitattributes says is ${what}. Have the instructions leave such files alone.`,
    );
  }
}

async function isPointer(tree: WorkTree, path: string): Promise<boolean> {
  const stat = await tree.reach(path);
  if (!stat?.isFile()) return true;
  return beginsAsPointer((await smallText(tree, path)) ?? '');
}
