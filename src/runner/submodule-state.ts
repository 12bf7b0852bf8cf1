import { join } from 'node:path';
import { readUntrusted } from '../engine/untrusted-file.ts';
import { readSubmodules } from './checkout.ts';
import { git, gitBytes, GitError, type GitOptions, gitPaths, readable } from './git.ts';
import { type Link, linksOf } from './links.ts';
import { LfsStore } from './lfs/store.ts';
import { WorkFiles } from './lfs/work-files.ts';
import { WorkTree } from './work-tree.ts';

interface Place {
  gitDir: string;
  workTree: string;
  /** The folder of the submodules' copies. */
  modules: string;
  /** The folder of the objects of Git LFS. */
  lfs: string;
}

/** What became of the base's submodules in the checkout. */
export interface LinkSurvey {
  gone: string[];
  /** Those whose files are not the files of a commit of theirs. */
  nested: string[];
  /** Those that are at another commit, with that commit. */
  moved: Link[];
}

/** Looks at each submodule. Git is never run with what lies there as its configuration. */
export async function surveyLinks(
  place: Place,
  links: readonly Link[],
  options: GitOptions,
): Promise<LinkSurvey> {
  const tree = new WorkTree(place.workTree);
  const survey: LinkSurvey = { gone: [], nested: [], moved: [] };
  for (const link of links) {
    const stat = await tree.reach(link.path);
    if (!stat) survey.gone.push(link.path);
    else if (!stat.isDirectory()) survey.nested.push(link.path);
    else if (await tree.reach(`${link.path}/.git`)) {
      const commit = await commitThere(place, link, options);
      if (commit === undefined) survey.nested.push(link.path);
      else if (commit !== link.commit) survey.moved.push({ path: link.path, commit });
    }
  }
  return survey;
}

/**
 * The commit whose files lie in a submodule, but for files that it does not track; undefined when they are edited, or cannot be told. Our own
 * repository borrows the objects of the submodule's copy, and those that the agent fetched: publish asks the remote whether it has the commit.
 */
async function commitThere(place: Place, link: Link, options: GitOptions): Promise<string | undefined> {
  const known = (await readSubmodules(place.modules)).find((each) => each.path === readable(link.path));
  const folder = join(place.workTree, readable(link.path));
  const tip = await tipOf(join(folder, '.git'));
  if (!known || tip?.length !== link.commit.length) return undefined;
  const borrowed = [
    join(place.modules, known.copy, 'objects'),
    ...(tip === link.commit ? [] : [join(folder, '.git/objects')]),
  ];
  const inside: GitOptions = {
    ...options,
    workTree: folder,
    index: join(place.gitDir, 'bgtask-module-index'),
    env: { GIT_ALTERNATE_OBJECT_DIRECTORIES: borrowed.map((each) => JSON.stringify(each)).join(':') },
  };
  try {
    return (await isAt(tip, inside, place)) ? tip : undefined;
  } catch (error) {
    options.signal?.throwIfAborted();
    // The objects of the commit are not there.
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

async function isAt(commit: string, inside: GitOptions, { lfs }: Place): Promise<boolean> {
  await git(['read-tree', commit], inside);
  // It exits with 1 when files differ.
  await gitBytes(['update-index', '-q', '--really-refresh'], inside).catch(() => undefined);
  const differ = await gitPaths(['diff-files', '-z', '--name-only', '--ignore-submodules=all'], inside);
  const folder = inside.workTree ?? '';
  const files = new WorkFiles(new WorkTree(folder), inside, new LfsStore(lfs));
  if ((await files.changed(differ)).length > 0) return false;
  // The checks saw what is in the submodules of this one, too.
  for (const { path, commit: wanted } of await linksOf(commit, inside)) {
    const tip = await tipOf(join(folder, readable(path), '.git'));
    if (tip !== undefined && tip !== wanted) return false;
  }
  return true;
}

/** Bytes of a HEAD, a ref or packed refs: some 100,000 refs. */
const REFS_MAX = 16_777_216;

/** Returns the commit that a HEAD names, read as data, or undefined if it does not name one. */
async function tipOf(gitDir: string): Promise<string | undefined> {
  const text = async (name: string): Promise<string> =>
    ((await readUntrusted(join(gitDir, name), REFS_MAX))?.toString('latin1') ?? '').trim();
  const head = await text('HEAD');
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
  if (ref === undefined) return asCommit(head);
  if (ref.includes('..')) return undefined;
  const packed = (await text('packed-refs')).split('\n').find((line) => line.endsWith(` ${ref}`));
  return asCommit(await text(ref)) ?? asCommit(packed?.split(' ')[0] ?? '');
}

const asCommit = (text: string): string | undefined => /^([0-9a-f]{40}|[0-9a-f]{64})$/.exec(text)?.[0];
