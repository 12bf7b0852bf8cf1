import { join } from 'node:path';
import { git, type GitOptions } from '../git.ts';
import { WorkTree } from '../work-tree.ts';
import { inParallel } from './parallel.ts';
import { parsePointer } from './pointer.ts';
import type { LfsStore } from './store.ts';
import { smallText, type Tracked, trackedPointers } from './tracked.ts';

/** The options of git's calls in a checkout that no program has been run in. */
export const inCheckout = (folder: string): GitOptions => ({
  gitDir: join(folder, '.git'),
  workTree: folder,
});

/**
 * Puts the content of files of Git LFS in the place of their pointers, in a checkout that no program has been run in, as far as the store
 * has it. Tells git-lfs where the objects are. Throws an LfsError for an object that is not what its name says.
 */
export async function fillPointers(folder: string, store: LfsStore): Promise<Tracked[]> {
  const files = await trackedPointers(inCheckout(folder));
  if (files.length === 0) return [];
  await git(['config', 'lfs.storage', store.folder], { gitDir: join(folder, '.git') });
  const tree = new WorkTree(folder);
  const left: Tracked[] = [];
  await inParallel(files, async (file) => {
    if (!(await fillOne(tree, file, store))) left.push(file);
  });
  return left;
}

/** Fills one file that holds its pointer. False when the store does not have the object. */
export async function fillOne(
  tree: WorkTree,
  { path, mode, pointer }: Tracked,
  store: LfsStore,
): Promise<boolean> {
  const there = parsePointer((await smallText(tree, path)) ?? '');
  if (there?.oid !== pointer.oid) return true;
  return store.copyTo(pointer, tree.full(path), mode === '100755' ? 0o755 : 0o644);
}
