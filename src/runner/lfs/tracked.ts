import { open } from 'node:fs/promises';
import { gitBytes, type GitOptions, gitPaths, pathInput } from '../git.ts';
import type { WorkTree } from '../work-tree.ts';
import { parsePointer, type Pointer, POINTER_MAX } from './pointer.ts';

/** A file of Git LFS in an index. */
export interface Tracked {
  /** As gitPaths has it. */
  path: string;
  /** Git's mode. */
  mode: string;
  pointer: Pointer;
}

/** Files of the index that the attributes, of the work tree or else of the index, put into Git LFS, and that hold a pointer. */
export async function trackedPointers(options: GitOptions): Promise<Tracked[]> {
  const entries = await gitPaths(['ls-files', '-s', '-z', ':(attr:filter=lfs)'], options);
  const files = entries.flatMap((entry) => {
    const [facts = '', path = ''] = entry.split('\t');
    const [mode = '', blob = ''] = facts.split(' ');
    return mode.startsWith('100') ? [{ mode, blob, path: entry.slice(facts.length + 1) || path }] : [];
  });
  const pointers = await pointersIn(
    files.map(({ blob }) => blob),
    options,
  );
  return files.flatMap(({ path, mode, blob }) => {
    const pointer = pointers.get(blob);
    return pointer ? [{ path, mode, pointer }] : [];
  });
}

/** Those of the blobs that are pointers. */
export async function pointersIn(
  blobs: readonly string[],
  options: GitOptions,
): Promise<Map<string, Pointer>> {
  const found = new Map<string, Pointer>();
  const all = [...new Set(blobs)];
  if (all.length === 0) return found;
  const sizes = (
    await gitBytes(['cat-file', '--batch-check=%(objectname) %(objectsize)'], {
      ...options,
      input: lines(all),
    })
  ).toString();
  const small = sizes.split('\n').flatMap((line) => {
    const [blob = '', size] = line.split(' ');
    return Number(size) < POINTER_MAX ? [blob] : [];
  });
  if (small.length === 0) return found;
  const bytes = await gitBytes(['cat-file', '--batch'], { ...options, input: lines(small) });
  let at = 0;
  for (const blob of small) {
    const end = bytes.indexOf(10, at);
    const size = Number(bytes.toString('latin1', at, end).split(' ')[2]);
    const pointer = parsePointer(bytes.toString('latin1', end + 1, end + 1 + size));
    if (pointer) found.set(blob, pointer);
    at = end + 1 + size + 1;
  }
  return found;
}

const lines = (words: readonly string[]): string => words.map((word) => `${word}\n`).join('');

/** The filter that attributes name for each path that has one. `from`: what the files or the index say. */
export async function filtersOf(
  paths: readonly string[],
  from: 'files' | 'index',
  options: GitOptions,
): Promise<Map<string, string>> {
  const args = ['check-attr', '-z', '--stdin', ...(from === 'index' ? ['--cached'] : []), 'filter'];
  const words = (await gitBytes(args, { ...options, input: pathInput(paths) }))
    .toString('latin1')
    .split('\0');
  const filters = new Map<string, string>();
  for (let at = 0; at + 2 < words.length; at += 3) {
    const value = words[at + 2] ?? '';
    if (!['unspecified', 'unset', 'set'].includes(value)) filters.set(words[at] ?? '', value);
  }
  return filters;
}

/** The first bytes of a file, where a pointer would be; undefined for what is larger than a pointer, or no file. */
export async function smallText(tree: WorkTree, path: string): Promise<string | undefined> {
  const stat = await tree.reach(path);
  if (!stat?.isFile() || stat.size >= POINTER_MAX) return undefined;
  const file = await open(tree.full(path)).catch(() => undefined);
  try {
    return await file?.readFile('latin1');
  } finally {
    await file?.close();
  }
}
