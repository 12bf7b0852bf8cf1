import { existsSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StageError } from '../domain/reasons.ts';
import { git } from './git.ts';
import { fillPointers } from './lfs/fill.ts';
import { LfsStore } from './lfs/store.ts';
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
 * A checkout of the base's branch, or of a commit on no branch, as `git clone --recurse-submodules` leaves one, in a folder that is not there
 * yet. Throws GitError, and CloneFailed for a submodule where something else is.
 */
export async function checkOut({ base, modules, lfs }: Source, folder: string, at?: string): Promise<void> {
  // An agent that pushes out of habit gets an error instead of a stray branch, also where a push needs no credential.
  const flags = ['--quiet', '--shared', `--config=remote.origin.pushurl=${NO_PUSH}`];
  await git(['clone', ...flags, ...(at ? ['--no-checkout'] : []), base, folder], { config: SYMLINKS });
  if (at) await detach(folder, at);
  const owners: { path: string; gitDir: string }[] = [{ path: '', gitDir: join(folder, '.git') }];
  for (const { path, name, url, commit, copy } of await readSubmodules(modules)) {
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

async function detach(folder: string, commit: string): Promise<void> {
  const options = { gitDir: join(folder, '.git'), workTree: folder, config: SYMLINKS };
  await git(['checkout', '--quiet', '--detach', commit], options);
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
