import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { StageError } from '../domain/reasons.ts';
import { git, gitBytes, gitFailure, gitList, type GitOptions } from './git.ts';

/** Who the snapshot's commit is by; it is never pushed, publish makes its own commit of the same tree. */
const SNAPSHOT_IDENTITY = {
  GIT_AUTHOR_NAME: 'bgtask',
  GIT_AUTHOR_EMAIL: 'bgtask@localhost',
  GIT_COMMITTER_NAME: 'bgtask',
  GIT_COMMITTER_EMAIL: 'bgtask@localhost',
};
/** The ref under which the work stage hands its snapshot over. */
export const SNAPSHOT_REF = 'refs/bgtask/snapshot';
/** The mode of a repository inside a repository. */
const GITLINK = '160000';

export interface Snapshot {
  commit: string;
  /** Paths that differ from the base, sorted as git sorts them. */
  paths: string[];
}

/**
 * Commits of what lies in the checkout, made in a repository of our own beside it: whatever the agent does to `.git`, to the branch, the
 * index or the configuration makes no difference, and commits of its own count by what they leave in the files.
 */
export class Snapshots {
  readonly #options: GitOptions;
  readonly #base: string;
  readonly #workTree: string;
  readonly #fileBytes: number;
  #before: string[] = [];

  constructor(gitDir: string, workTree: string, base: string, fileBytes: number) {
    this.#workTree = workTree;
    this.#base = base;
    this.#fileBytes = fileBytes;
    this.#options = { gitDir, workTree, index: join(gitDir, 'bgtask-index'), config: [['core.bare', 'false']] };
  }

  /** Takes the base as the state to compare with. Call once, before anything runs in the checkout. */
  async begin(): Promise<void> {
    await git(['read-tree', this.#base], this.#options);
    await git(['update-index', '-q', '--refresh'], this.#options).catch(() => undefined);
  }

  /** Remembers what is untracked now, ignored or not: it is no part of any change. */
  async forgetUntracked(): Promise<void> {
    const now = await gitList(['ls-files', '-z', '--others', '--directory', '--no-empty-directory'], this.#options);
    this.#before = [...new Set([...this.#before, ...now])];
  }

  /** Tracked paths whose files differ from a commit. */
  async changedSince(commit: string): Promise<string[]> {
    await git(['read-tree', commit], this.#options);
    await git(['update-index', '-q', '--really-refresh'], this.#options).catch(() => undefined);
    return gitList(['diff-files', '-z', '--name-only', '--ignore-submodules=all'], this.#options);
  }

  /** Puts tracked files back to what a commit has. */
  async restore(commit: string, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    await git(['read-tree', commit], this.#options);
    await gitBytes(['checkout-index', '-f', '-z', '--stdin'], { ...this.#options, input: paths.map((path) => `${path}\0`).join('') });
  }

  /** Commits what the checkout holds now. Throws AgentFailed for a change that cannot be one: a file too large, or unreadable. */
  async take(): Promise<Snapshot> {
    await git(['read-tree', this.#base], this.#options);
    await this.#refuseLargeFiles();
    try {
      const exclude = this.#before.map((path) => `:(exclude,literal)${path.replace(/\/$/, '')}`);
      await gitBytes(['add', '--all', '--ignore-errors', '--pathspec-from-file=-', '--pathspec-file-nul'], {
        ...this.#options,
        input: [':(top)', ...exclude].map((path) => `${path}\0`).join(''),
        config: [...(this.#options.config ?? []), ['advice.addEmbeddedRepo', 'false'], ['core.safecrlf', 'false']],
      });
      await this.#dropNestedRepositories();
      const tree = await git(['write-tree'], this.#options);
      const commit = await git(['commit-tree', tree, '-p', this.#base, '-m', 'bgtask snapshot'], { ...this.#options, env: SNAPSHOT_IDENTITY });
      const paths = await gitList(['diff-tree', '-r', '-z', '--name-only', '--no-renames', this.#base, commit], this.#options);
      return { commit, paths };
    } catch (error) {
      throw gitFailure('AgentFailed', 'The change cannot be taken from the checkout.', error);
    }
  }

  /** A bundle file with what the snapshot has and the base has not: plain data, which the publish stage reads without running git here. */
  async bundle(snapshot: string, file: string): Promise<void> {
    await git(['update-ref', SNAPSHOT_REF, snapshot], this.#options);
    await git(['bundle', 'create', '--quiet', file, SNAPSHOT_REF, `^${this.#base}`], this.#options);
  }

  async #refuseLargeFiles(): Promise<void> {
    const status = await gitList(['status', '-z', '--porcelain', '--no-renames', '--untracked-files=all', '--ignore-submodules=all'], this.#options);
    const skipped = (path: string): boolean => this.#before.some((entry) => path === entry || (entry.endsWith('/') && path.startsWith(entry)));
    for (const path of status.map((entry) => entry.slice(3))) {
      const stat = await lstat(join(this.#workTree, path)).catch(() => undefined);
      if (!stat?.isFile() || stat.size <= this.#fileBytes || skipped(path)) continue;
      throw new StageError(
        'AgentFailed',
        `The change holds ${JSON.stringify(path)} of ${Math.ceil(stat.size / 1_048_576)} MiB; a file may have ${Math.floor(this.#fileBytes / 1_048_576)} MiB. Have it ignored or removed, or raise change.maxFileBytes.`,
      );
    }
  }

  /** A repository that the agent left inside the checkout would become a link to a commit nobody has. */
  async #dropNestedRepositories(): Promise<void> {
    const raw = await gitList(['diff-index', '-z', '--cached', '--no-renames', '--ignore-submodules=none', this.#base], this.#options);
    const nested = raw.flatMap((entry, at) => (entry.startsWith(':') && entry.split(' ')[1] === GITLINK ? [raw[at + 1] ?? ''] : []));
    if (nested.length > 0)
      await gitBytes(['reset', '--quiet', this.#base, '--pathspec-from-file=-', '--pathspec-file-nul'], {
        ...this.#options,
        input: nested.map((path) => `:(literal)${path}\0`).join(''),
      });
  }
}
