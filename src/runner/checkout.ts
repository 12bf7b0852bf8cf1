import { existsSync } from 'node:fs';
import { lstat, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StageError } from '../domain/reasons.ts';
import { git, readable } from './git.ts';
import { fillPointers } from './lfs/fill.ts';
import { LfsStore } from './lfs/store.ts';
import { linksOf } from './links.ts';
import type { Submodule } from './submodules.ts';
import { ancestors } from './work-tree.ts';

/** What `git push origin` in a checkout is told; git quotes it in its error. */
const NO_PUSH = '/dev/null/the-publish-stage-pushes';

/** Repositories beside a checkout, of which it borrows objects. */
export interface Source {
  base: string;
  /** The folder of the submodules' copies, with their list. */
  modules: string;
  /** The folder of the objects of Git LFS. */
  lfs: string;
}

/** The file with the list of submodules, in the folder of their copies. */
export const submoduleList = (modules: string): string => join(modules, 'list.json');

/** The submodules that the clone stage fetched; none where it made no list. */
export async function readSubmodules(modules: string): Promise<Submodule[]> {
  const text = await readFile(submoduleList(modules), 'utf8').catch(() => '[]');
  return JSON.parse(text) as Submodule[];
}

/**
 * Makes a checkout of the base's branch, as `git clone --recurse-submodules` leaves one, in a new folder. With `change`, a commit, HEAD is detached at it, as CI
 * checks a pull request out: the tree is clean, and the branch stays at the base. Throws GitError, and CloneFailed for a submodule where something else is.
 */
export async function checkOut(
  { base, modules, lfs }: Source,
  folder: string,
  change?: string,
): Promise<void> {
  // An agent that pushes out of habit gets an error instead of a stray branch, also where a push needs no credential.
  const flags = ['--quiet', '--shared', `--config=remote.origin.pushurl=${NO_PUSH}`];
  await git(['clone', ...flags, base, folder], { config: SYMLINKS });
  if (change !== undefined) await moveTo(base, folder, change);
  const owners: { path: string; gitDir: string }[] = [{ path: '', gitDir: join(folder, '.git') }];
  for (const { path, name, url, commit, copy } of await submodulesOf(modules, folder, change)) {
    const target = join(folder, path);
    await refuseLinks(folder, path);
    const gitDir = join(target, '.git');
    await git(['clone', ...flags, '--no-checkout', join(modules, copy), target]);
    await detach(target, commit);
    await git(['remote', 'set-url', 'origin', url], { gitDir });
    const owner = owners.findLast((each) => each.path === '' || path.startsWith(`${each.path}/`));
    if (owner) await git(['config', `submodule.${name}.url`, url], { gitDir: owner.gitDir });
    owners.push({ path, gitDir });
  }
  if (existsSync(lfs))
    for (const { path } of owners) await fillPointers(join(folder, path), new LfsStore(lfs));
}

/** Detaches a checkout at a commit of the base's repository. */
async function moveTo(base: string, folder: string, commit: string): Promise<void> {
  const options = { gitDir: join(folder, '.git'), workTree: folder, config: SYMLINKS };
  // Of a shallow repository git copies what its branches have, and borrows nothing.
  await writeFile(join(folder, '.git/objects/info/alternates'), `${join(base, 'objects')}\n`);
  await git(['read-tree', '--reset', '-u', commit], options);
  await git(['update-ref', '--no-deref', 'HEAD', commit], options);
}

/** The submodules of a checkout: without those that a change took away, and what lies in them. */
async function submodulesOf(modules: string, folder: string, change?: string): Promise<Submodule[]> {
  const all = await readSubmodules(modules);
  if (change === undefined || all.length === 0) return all;
  const links = await linksOf(change, { gitDir: join(folder, '.git') });
  const there = new Set(links.map(({ path }) => readable(path)));
  const tops = all.filter(({ path }) => !all.some((other) => path.startsWith(`${other.path}/`)));
  const gone = tops.filter(({ path }) => !there.has(path));
  return all.filter(({ path }) => !gone.some((top) => `${path}/`.startsWith(`${top.path}/`)));
}

async function detach(folder: string, at: string): Promise<void> {
  const options = { gitDir: join(folder, '.git'), workTree: folder, config: SYMLINKS };
  await git(['checkout', '--quiet', '--detach', at], options);
}

const SYMLINKS: [string, string][] = [['core.symlinks', 'true']];

/** A link above a submodule would have its files written elsewhere. */
async function refuseLinks(folder: string, path: string): Promise<void> {
  for (const each of [...ancestors(path), path]) {
    const stat = await lstat(join(folder, each)).catch(() => undefined);
    if (!stat || stat.isDirectory()) continue;
    throw new StageError(
      'CloneFailed',
      `The submodule ${JSON.stringify(path)} is where a file or a link is.`,
    );
  }
}
