import { type GitOptions, gitPaths } from './git.ts';

/** A submodule's path, as gitPaths has it, and the commit that it is at. */
export interface Link {
  path: string;
  commit: string;
}

/** The mode of a commit of another repository in a tree. */
const GITLINK = '160000';

/** The commits of other repositories in a tree: the submodules. */
export async function linksOf(commit: string, options: GitOptions): Promise<Link[]> {
  const tree = await gitPaths(['ls-tree', '-r', '-z', commit], options);
  return tree
    .filter((entry) => entry.startsWith(GITLINK))
    .map((entry) => ({ path: entry.slice(entry.indexOf('\t') + 1), commit: entry.split(/[ \t]/)[2] ?? '' }));
}
