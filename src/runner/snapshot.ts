import type { Stats } from 'node:fs';
import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StageError } from '../domain/reasons.ts';
import { git, gitBytes, gitFailure, type GitOptions, gitPaths, pathInput, readable } from './git.ts';

/** Who the snapshot's commit is by; it is never pushed, publish makes its own commit of the same tree. */
const SNAPSHOT_IDENTITY = {
  GIT_AUTHOR_NAME: 'bgtask',
  GIT_AUTHOR_EMAIL: 'bgtask@localhost',
  GIT_COMMITTER_NAME: 'bgtask',
  GIT_COMMITTER_EMAIL: 'bgtask@localhost',
};
/** The mode of a repository inside a repository. */
const GITLINK = '160000';
const MIB = 1_048_576;

export interface Snapshot {
  commit: string;
  /** Paths that differ from the base, as gitPaths has them, sorted as git sorts them. */
  paths: string[];
  /** Repositories inside the checkout, submodules that somebody filled among them: no part of the change. */
  nested: string[];
}

export interface SnapshotOptions {
  gitDir: string;
  workTree: string;
  /** The commit to compare with. */
  base: string;
  /** Bytes that one file may have. */
  fileBytes: number;
  signal: AbortSignal;
}

/**
 * Commits of what lies in the checkout, made in a repository of our own beside it: whatever the agent does to `.git`, to the branch, the
 * index or the configuration makes no difference, and commits of its own count by what they leave in the files. All paths are as gitPaths
 * has them.
 */
export class Snapshots {
  readonly #o: SnapshotOptions;
  readonly #options: GitOptions;
  #config = '';
  /** The base's submodules. */
  #links: string[] = [];
  #before: string[] = [];

  constructor(options: SnapshotOptions) {
    this.#o = options;
    const { gitDir, workTree, signal } = options;
    const index = join(gitDir, 'bgtask-index');
    this.#options = { gitDir, workTree, index, signal, config: [['core.bare', 'false']] };
  }

  /** Keeps what must not change under us. Call once, before anything runs in the checkout. */
  async begin(): Promise<void> {
    this.#config = await readFile(join(this.#o.gitDir, 'config'), 'utf8');
    const tree = await gitPaths(['ls-tree', '-r', '-z', this.#o.base], this.#options);
    this.#links = tree
      .filter((entry) => entry.startsWith(GITLINK))
      .map((entry) => entry.slice(entry.indexOf('\t') + 1));
  }

  /** Remembers what is untracked now, ignored or not: it is no part of any change. */
  async forgetUntracked(): Promise<void> {
    const args = ['ls-files', '-z', '--others', '--directory', '--no-empty-directory'];
    const now = await gitPaths(args, this.#options);
    this.#before = [...new Set([...this.#before, ...now.map((path) => path.replace(/\/$/, ''))])];
  }

  /** Tracked paths whose files differ from a commit. */
  async changedSince(commit: string): Promise<string[]> {
    await this.#read(commit);
    return gitPaths(['diff-files', '-z', '--name-only', '--ignore-submodules=all'], this.#options);
  }

  /** Puts tracked files back to what a commit has. */
  async restore(commit: string, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    await this.#read(commit);
    const input = pathInput(paths);
    await gitBytes(['checkout-index', '-f', '-z', '--stdin'], { ...this.#options, input });
  }

  /** Commits what the checkout holds now. Throws AgentFailed for a change that cannot be one: a file too large, or unreadable. */
  async take(): Promise<Snapshot> {
    try {
      await this.#read(this.#o.base);
      const nested = await this.#survey();
      await this.#add([...nested, ...this.#links]);
      const filled = await this.#dropLinks();
      const tree = await git(['write-tree'], this.#options);
      const message = ['-p', this.#o.base, '-m', 'bgtask snapshot'];
      const commit = await git(['commit-tree', tree, ...message], {
        ...this.#options,
        env: SNAPSHOT_IDENTITY,
      });
      const diff = ['diff-tree', '-r', '-z', '--name-only', '--no-renames'];
      const paths = await gitPaths([...diff, this.#o.base, commit], this.#options);
      return { commit, paths, nested: [...nested, ...filled] };
    } catch (error) {
      this.#o.signal.throwIfAborted();
      throw gitFailure('AgentFailed', 'The change cannot be taken from the checkout.', error);
    }
  }

  /** A pack with what the snapshot has and the base has not: plain data, which the publish stage reads without running git here. */
  async pack(snapshot: string, file: string): Promise<void> {
    await this.#own();
    // What stands there may be a link of the agent's.
    await rm(dirname(file), { recursive: true, force: true });
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const input = `${snapshot}\n^${this.#o.base}\n`;
    const args = ['pack-objects', '--quiet', '--revs', '--thin', '--delta-base-offset', '--stdout'];
    await git(args, { ...this.#options, input, outputFile: file });
  }

  /**
   * Makes sure that git works as it was set up: the agent can write to this repository too, and a filter in its configuration would be a
   * program that nobody limits and nobody ends.
   */
  async #own(): Promise<void> {
    const { gitDir, workTree } = this.#o;
    const stat = await lstat(workTree).catch(() => undefined);
    if (!stat?.isDirectory())
      throw new StageError(
        'AgentFailed',
        'The checkout is gone: the agent removed or replaced its folder. Retry the task.',
      );
    for (const name of ['config', 'config.worktree', 'commondir', 'info'])
      await rm(join(gitDir, name), { recursive: true, force: true });
    await writeFile(join(gitDir, 'config'), this.#config, { flag: 'wx' });
  }

  /**
   * Loads a commit into the index and looks into every file, not at its times alone: git compares those in whole seconds, and a change of
   * the same length within one would be lost.
   */
  async #read(commit: string): Promise<void> {
    await this.#own();
    await git(['read-tree', commit], this.#options);
    // It exits with 1 when files differ.
    await git(['update-index', '-q', '--really-refresh'], this.#options).catch(() => undefined);
  }

  /** The repositories that the agent left in the checkout. Throws AgentFailed when a file of the change is too large. */
  async #survey(): Promise<string[]> {
    const args = [
      'status',
      '-z',
      '--porcelain',
      '--no-renames',
      '--untracked-files=all',
      '--ignore-submodules=all',
    ];
    const before = new Set(this.#before);
    const isKnown = (path: string): boolean =>
      ancestors(path).some((folder) => before.has(folder)) || before.has(path);
    const status = (await gitPaths(args, this.#options)).map((entry) => entry.slice(3));
    const nested = status.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1));
    for (const path of status) {
      const stat = await this.#stat(path);
      if (!stat?.isFile() || stat.size <= this.#o.fileBytes || isKnown(path)) continue;
      throw new StageError(
        'AgentFailed',
        `The change holds ${JSON.stringify(readable(path))} of ${Math.ceil(stat.size / MIB)} MiB; a file may have ${Math.floor(this.#o.fileBytes / MIB)} MiB. Have it ignored or removed, or raise change.maxFileBytes.`,
      );
    }
    return nested.filter((path) => !isKnown(path));
  }

  #stat(path: string): Promise<Stats | undefined> {
    const full = Buffer.concat([Buffer.from(`${this.#o.workTree}/`), Buffer.from(path, 'latin1')]);
    return lstat(full).catch(() => undefined);
  }

  async #add(without: readonly string[]): Promise<void> {
    const excluded = await this.#reachable([...this.#before, ...without]);
    const pathspecs = [':(top)', ...excluded.map((path) => `:(exclude,literal)${path}`)];
    await gitBytes(['add', '--all', '--ignore-errors', '--pathspec-from-file=-', '--pathspec-file-nul'], {
      ...this.#options,
      input: pathInput(pathspecs),
      config: [
        ...(this.#options.config ?? []),
        ['advice.addEmbeddedRepo', 'false'],
        ['core.safecrlf', 'false'],
      ],
    });
  }

  /** The paths with no symbolic link above them: git refuses to name a path behind one, and adds nothing there either. */
  async #reachable(paths: readonly string[]): Promise<string[]> {
    const links = new Map<string, boolean>();
    const reachable: string[] = [];
    for (const path of paths) {
      let isBehind = false;
      for (const folder of ancestors(path)) {
        if (!links.has(folder)) links.set(folder, (await this.#stat(folder))?.isSymbolicLink() ?? false);
        isBehind ||= links.get(folder) ?? false;
      }
      if (!isBehind) reachable.push(path);
    }
    return reachable;
  }

  /**
   * Takes submodules that are gone out of the index; gives those that hold a repository now. `git add` is told of none of them: it would run
   * git inside, with the configuration that lies there.
   */
  async #dropLinks(): Promise<string[]> {
    const gone: string[] = [];
    const filled: string[] = [];
    for (const link of this.#links) {
      if (!(await this.#stat(link))) gone.push(link);
      else if (await this.#stat(`${link}/.git`)) filled.push(link);
    }
    if (gone.length > 0)
      await gitBytes(['update-index', '--force-remove', '-z', '--stdin'], {
        ...this.#options,
        input: pathInput(gone),
      });
    return filled;
  }
}

/** The folders above a path, outermost first. */
function ancestors(path: string): string[] {
  const names = path.split('/');
  return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'));
}
