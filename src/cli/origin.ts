import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { git, type GitOptions } from '../runner/git.ts';

/** What a clone says of the repository it came from, and of what that has not seen. */
export interface CloneFacts {
  /** Where `origin` is, without a user's name or password; undefined when there is none. */
  origin?: string;
  /** The checked-out branch; undefined on a detached HEAD. */
  branch?: string;
  /** The default branch of origin, as far as the clone knows. */
  base?: string;
  /** Files with changes that no commit has, untracked ones too. */
  uncommitted: number;
  /** Commits of HEAD that no branch of origin has, as of the last fetch. */
  unpushed: number;
}

const withoutUser = (url: string): string => url.replace(/^(https?:\/\/)[^/@]*@/i, '$1');

/** Reads a repository with a work tree: its own configuration and the person's count, its hooks do not run. */
export async function cloneFacts(root: string): Promise<CloneFacts> {
  const options: GitOptions = { gitDir: join(root, '.git'), workTree: root, userConfig: true };
  // Each exits with another code than 0 where there is nothing to say.
  const ask = (...args: string[]): Promise<string> => git(args, options).catch(() => '');
  const ignored = await ask('config', '--global', '--path', '--get', 'core.excludesFile');
  options.config = [['core.excludesFile', ignored || defaultExcludes()]];
  const url = withoutUser(await ask('remote', 'get-url', 'origin'));
  const status = await ask('status', '-z', '--porcelain', '--no-renames', '--ignore-submodules=dirty');
  const base = await ask('symbolic-ref', '--short', 'refs/remotes/origin/HEAD');
  const unpushed = url ? Number(await ask('rev-list', '--count', 'HEAD', '--not', '--remotes=origin')) : 0;
  return {
    origin: url === '' ? undefined : absoluteUrl(url, root),
    branch: (await ask('symbolic-ref', '--short', 'HEAD')) || undefined,
    base: base.replace(/^origin\//, '') || undefined,
    uncommitted: status.split('\0').filter(Boolean).length,
    unpushed,
  };
}

/** Where git looks for a person's ignored files when no configuration says (gitignore(5)). */
const defaultExcludes = (): string =>
  join(process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'git/ignore');

/** Git takes a relative path of a remote from the repository's root. */
const absoluteUrl = (url: string, root: string): string =>
  /^\.{1,2}(\/|$)/.test(url) || (!/[:@]/.test(url) && !url.startsWith('/')) ? resolve(root, url) : url;

/** True for a repository with files beside it: a bare one is where others push to, and means itself. */
export const hasWorkTree = (root: string): boolean => existsSync(join(root, '.git'));

const count = (number: number, one: string): string => `${number} ${one}${number === 1 ? '' : 's'}`;

/** One sentence about what the task will not have of the person's work; undefined when it has all of it. */
export function leftBehind({ origin, uncommitted, unpushed }: CloneFacts): string | undefined {
  const left = [
    uncommitted > 0 && `uncommitted changes in ${count(uncommitted, 'file')}`,
    unpushed > 0 && count(unpushed, 'unpushed commit'),
  ].filter((each) => each !== false);
  if (left.length === 0) return undefined;
  return `The task does not see ${left.join(' and ')}: ${origin ? 'commit and push first' : 'commit first'} to have that in it.`;
}
