import { StageError } from '../domain/reasons.ts';
import { type GitOptions, gitList, gitPaths, readable } from './git.ts';
import { beginsAsPointer } from './lfs/pointer.ts';
import { filtersOf, smallText } from './lfs/tracked.ts';
import { named } from './work/say-snapshot.ts';
import type { WorkTree } from './work-tree.ts';

/** Names of filters that encrypt: git-crypt, transcrypt, git-agecrypt. */
const ENCRYPTS = /crypt/i;
/** Filters whose result is what belongs into the repository, and what would be there without them. */
const STORED: readonly [filter: RegExp, what: string][] = [
  [/^lfs$/, 'kept in Git LFS, and is not any more with the change: the file itself would be in the repository'],
  [ENCRYPTS, 'encrypted by a filter that bgtask does not have: its text would be in the repository for all to read'],
]; // prettier-ignore

/** What is done with a changed file of a filter other than that of Git LFS. */
const ENCRYPTED =
  'bgtask does not have it, so they stay encrypted in the checkout, and a change to one is refused. Have the instructions leave them alone.';
const AS_LEFT =
  'bgtask runs no filter of a repository, so they are in the checkout as the repository stores them, and a change to one is published as the agent leaves it.';

/**
 * A sentence for each filter of `.gitattributes` that files of a commit have, Git LFS' own excepted: what the agent finds in them, and what becomes
 * of a change. `options` name a repository whose index holds the commit.
 */
export async function filterNotes(commit: string, options: GitOptions): Promise<string[]> {
  const args = ['grep', '-l', '-z', '-e', 'filter=', commit, '--', ':(glob)**/.gitattributes'];
  // It exits with 1 when there is none.
  const speaking = await gitList(args, options).catch(() => []);
  if (speaking.length === 0) return [];
  const files = new Map<string, string[]>();
  for (const [path, filter] of await filtersOf(await gitPaths(['ls-files', '-z'], options), 'index', options))
    if (filter !== 'lfs') pushTo(files, filter, path);
  return [...files].map(
    ([filter, paths]) =>
      `The filter ${JSON.stringify(filter)} of .gitattributes is for ${paths.length === 1 ? '1 file' : `${paths.length} files`}: ${named(paths)}. ${ENCRYPTS.test(filter) ? ENCRYPTED : AS_LEFT}`,
  );
}

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

function pushTo(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
