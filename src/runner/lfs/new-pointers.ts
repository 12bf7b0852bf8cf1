import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { git, gitPaths } from '../git.ts';
import type { Pointer } from './pointer.ts';
import { filtersOf, pointersIn } from './tracked.ts';

/** A file of Git LFS that a commit adds. */
export interface NewPointer {
  /** As gitPaths has it. */
  path: string;
  pointer: Pointer;
}

/**
 * The pointers that a commit adds to its base, where its own attributes put them into Git LFS: a pointer elsewhere is a text like any other.
 * What the base has, at any path, is where it was.
 *
 * @param gitDir A bare repository that nothing untrusted wrote to.
 */
export async function newPointers(gitDir: string, base: string, commit: string): Promise<NewPointer[]> {
  const files = await changedFiles(gitDir, base, commit);
  const pointers = await pointersIn(
    files.map(({ blob }) => blob),
    { gitDir },
  );
  if (pointers.size === 0) return [];
  for (const entry of await gitPaths(['ls-tree', '-r', '-z', base], { gitDir }))
    pointers.delete(entry.split(/[ \t]/)[2] ?? '');
  const found = files.flatMap(({ path, blob }) => {
    const pointer = pointers.get(blob);
    return pointer ? [{ path, pointer }] : [];
  });
  if (found.length === 0) return [];
  const index = join(gitDir, 'bgtask-lfs-index');
  try {
    await git(['read-tree', commit], { gitDir, index });
    const paths = found.map(({ path }) => path);
    const filters = await filtersOf(paths, 'index', { gitDir, index });
    return found.filter(({ path }) => filters.get(path) === 'lfs');
  } finally {
    await rm(index, { force: true });
  }
}

async function changedFiles(
  gitDir: string,
  base: string,
  commit: string,
): Promise<{ path: string; blob: string }[]> {
  const flags = ['-r', '-z', '--raw', '--no-renames', '--ignore-submodules=none', '--abbrev=64'];
  const raw = await gitPaths(['diff-tree', ...flags, '--diff-filter=AMT', base, commit], { gitDir });
  const files = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [, mode = '', , blob = ''] = raw[at]?.split(' ') ?? [];
    if (mode.startsWith('100')) files.push({ path: raw[at + 1] ?? '', blob });
  }
  return files;
}
