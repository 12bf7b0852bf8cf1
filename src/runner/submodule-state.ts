import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSubmodules } from './checkout.ts';
import { git, gitBytes, type GitOptions, gitPaths, readable } from './git.ts';
import { WorkTree } from './work-tree.ts';

interface Place {
  gitDir: string;
  workTree: string;
  /** The folder of the submodules' copies. */
  modules: string;
}

/**
 * True unless a submodule of the checkout is as the clone stage left it, but for files that it does not track. Git is never run with what
 * lies there as its configuration: our own repository borrows the objects of the submodule's copy.
 *
 * @param path From the top of the checkout, as gitPaths has it.
 */
export async function isTouched(
  place: Place,
  link: { path: string; commit: string },
  options: GitOptions,
): Promise<boolean> {
  const known = (await readSubmodules(place.modules)).find((each) => each.path === readable(link.path));
  const head = new WorkTree(place.workTree).full(`${link.path}/.git/HEAD`);
  const tip = (await readFile(head, 'latin1').catch(() => '')).trim();
  if (known?.commit !== link.commit || tip !== link.commit) return true;
  const inside: GitOptions = {
    ...options,
    workTree: join(place.workTree, known.path),
    index: join(place.gitDir, 'bgtask-module-index'),
    env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(place.modules, known.copy, 'objects') },
  };
  await git(['read-tree', known.commit], inside);
  // It exits with 1 when files differ.
  await gitBytes(['update-index', '-q', '--really-refresh'], inside).catch(() => undefined);
  const differ = ['diff-files', '-z', '--name-only', '--ignore-submodules=all'];
  return (await gitPaths(differ, inside)).length > 0;
}
