import { open } from 'node:fs/promises';
import { StageError } from '../domain/reasons.ts';
import { gitBytes, type GitOptions, pathInput, readable } from './git.ts';
import type { WorkTree } from './work-tree.ts';

/** What a Git LFS pointer begins with (git-lfs/docs/spec.md); one has less than 1,024 bytes. */
const POINTER = 'version https://git-lfs.github.com/spec/v1\n';

/** Filters whose result is what belongs into the repository, and what would be there without them. */
const STORED: readonly [filter: RegExp, what: string][] = [
  [/^lfs$/, 'kept in Git LFS, and bgtask uploads nothing there: the file itself would be in the repository'],
  [/crypt/i, 'encrypted by a filter that bgtask does not have: its text would be in the repository for all to read'],
]; // prettier-ignore

/** The filter that attributes name for each path that has one. `from`: what the files or the index say. */
async function filtersOf(
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

/** Refuses a change to files that belong elsewhere than into the repository. Throws AgentFailed; pointers of Git LFS pass. */
export async function refuseStoredElsewhere(
  paths: readonly string[],
  tree: WorkTree,
  options: GitOptions,
): Promise<void> {
  if (paths.length === 0) return;
  // The change itself may say so, or not say so any more.
  const filters = [
    ...(await filtersOf(paths, 'index', options)),
    ...(await filtersOf(paths, 'files', options)),
  ];
  for (const [path, filter] of filters) {
    const what = STORED.find(([pattern]) => pattern.test(filter))?.[1];
    if (what === undefined || (await isPointer(tree, path))) continue;
    throw new StageError(
      'AgentFailed',
      `The change holds ${JSON.stringify(readable(path))}, which .gitattributes says is ${what}. Have the instructions leave such files alone.`,
    );
  }
}

async function isPointer(tree: WorkTree, path: string): Promise<boolean> {
  const stat = await tree.reach(path);
  if (!stat?.isFile()) return true;
  if (stat.size >= 1024) return false;
  const file = await open(tree.full(path)).catch(() => undefined);
  try {
    return (await file?.readFile('utf8'))?.startsWith(POINTER) ?? false;
  } finally {
    await file?.close();
  }
}

/** Tracked files of a checkout that are pointers of Git LFS, as gitPaths has them. */
export async function lfsPointers(checkout: string, options: GitOptions): Promise<string[]> {
  const all = await gitBytes(['ls-files', '-z', ':(attr:filter=lfs)'], { ...options, workTree: checkout });
  return all.toString('latin1').split('\0').filter(Boolean);
}
