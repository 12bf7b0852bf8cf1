import { lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StageError } from '../domain/reasons.ts';
import { git, type GitOptions, gitPaths } from './git.ts';

/** Who the snapshot's commit is by; it is never pushed, publish makes its own commit of the same tree. */
export const SNAPSHOT_IDENTITY = {
  GIT_AUTHOR_NAME: 'bgtask',
  GIT_AUTHOR_EMAIL: 'bgtask@localhost',
  GIT_COMMITTER_NAME: 'bgtask',
  GIT_COMMITTER_EMAIL: 'bgtask@localhost',
};

/** The file that says what was untracked before the agent began; it is there from then on. */
export const notedFile = (gitDir: string): string => join(gitDir, 'bgtask-untracked');

/** How much a change changes; a file without lines counts none. */
export interface ChangeSize {
  files: number;
  added: number;
  removed: number;
}

/** The base's own .gitmodules may say that a submodule's changes are to be ignored. */
const LINKS = '--ignore-submodules=none';

/** Two commits, and the repository that has them. */
interface Between {
  base: string;
  snapshot: string;
  options: GitOptions;
}

/** Writes a pack with what the snapshot has and the base has not. Its folder is replaced: what stands there may be a link of the agent's. */
export async function writePack({ base, snapshot, options }: Between, file: string): Promise<void> {
  await rm(dirname(file), { recursive: true, force: true });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const input = `${snapshot}\n^${base}\n`;
  const args = ['pack-objects', '--quiet', '--revs', '--thin', '--delta-base-offset', '--stdout'];
  await git(args, { ...options, input, outputFile: file });
}

/** Writes the change as a patch that `git apply` takes, with the bytes of binary files; its size. */
export async function writePatch({ base, snapshot, options }: Between, file: string): Promise<ChangeSize> {
  const args = [
    'diff-tree',
    '-r',
    '-p',
    '--binary',
    '--full-index',
    '--no-ext-diff',
    '--no-textconv',
    '-M',
    LINKS,
  ];
  const prefixes = ['--src-prefix=a/', '--dst-prefix=b/'];
  await git([...args, ...prefixes, base, snapshot], { ...options, outputFile: file });
  const numbers = ['diff-tree', '-r', '-z', '--numstat', '--no-renames', LINKS, base, snapshot];
  const lines = (await gitPaths(numbers, options)).map((line) => line.split('\t').map(Number));
  const sum = (at: number): number => lines.reduce((all, line) => all + (line[at] || 0), 0);
  return { files: lines.length, added: sum(0), removed: sum(1) };
}

/**
 * Makes sure that git works as it was set up: the agent can write to this repository too, and a filter in its configuration would be a
 * program without a limit that is never ended. Throws AgentFailed when the checkout is gone.
 */
export async function putConfigBack(gitDir: string, workTree: string, config: string): Promise<void> {
  const stat = await lstat(workTree).catch(() => undefined);
  if (!stat?.isDirectory())
    throw new StageError(
      'AgentFailed',
      'The checkout is gone: the agent removed or replaced its folder. Retry the task.',
    );
  for (const name of ['config', 'config.worktree', 'commondir', 'info'])
    await rm(join(gitDir, name), { recursive: true, force: true });
  await writeFile(join(gitDir, 'config'), config, { flag: 'wx' });
}

/** The configuration of a bare repository that has this commit. */
export const bareConfig = (commit: string): string =>
  [
    '[core]',
    '\trepositoryformatversion = 1',
    '\tfilemode = true',
    '\tbare = true',
    ...(commit.length === 64 ? ['[extensions]', '\tobjectformat = sha256'] : []),
    '',
  ].join('\n');
