import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StageError } from '../domain/reasons.ts';
import { forcedPaths } from './agent-index.ts';
import { git, gitBytes, gitFailure, type GitOptions, gitPaths, pathInput, readable } from './git.ts';
import { refuseStoredElsewhere } from './stored-elsewhere.ts';
import { isTouched } from './submodule-state.ts';
import { Untracked } from './untracked.ts';
import { WorkTree } from './work-tree.ts';

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
  /** Ignored files that the agent added by itself, with git's --force: part of the change. */
  forced: string[];
  /** Lock files that installing dependencies wrote, which are no part of the change. */
  locks: string[];
}

/** What differs from the base. */
interface Survey extends Omit<Snapshot, 'commit' | 'paths'> {
  /** Files to take as they are now. */
  added: string[];
  /** Tracked paths to leave out. */
  gone: string[];
}

export interface SnapshotOptions {
  gitDir: string;
  workTree: string;
  /** The folder of the submodules' copies. */
  modules: string;
  /** The commit to compare with. */
  base: string;
  /** The task's instructions: they may ask for a lock file. */
  instructions: string;
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
  /** The base's submodules, with their commits. */
  #links: { path: string; commit: string }[] = [];
  readonly #tree: WorkTree;
  readonly #untracked: Untracked;

  constructor(options: SnapshotOptions) {
    this.#o = options;
    const { gitDir, workTree, signal } = options;
    const index = join(gitDir, 'bgtask-index');
    this.#options = { gitDir, workTree, index, signal, config: [['core.bare', 'false']] };
    this.#tree = new WorkTree(workTree);
    this.#untracked = new Untracked(this.#tree, this.#options);
  }

  /** Keeps what must not change under us. Call once, before anything runs in the checkout. */
  async begin(): Promise<void> {
    this.#config = await readFile(join(this.#o.gitDir, 'config'), 'utf8');
    const tree = await gitPaths(['ls-tree', '-r', '-z', this.#o.base], this.#options);
    this.#links = tree
      .filter((entry) => entry.startsWith(GITLINK))
      .map((entry) => ({
        path: entry.slice(entry.indexOf('\t') + 1),
        commit: entry.split(/[ \t]/)[2] ?? '',
      }));
  }

  /** Remembers what is untracked now, ignored or not: it is no part of any change, but for lock files that are asked for or changed. */
  async forgetUntracked(): Promise<void> {
    await this.#untracked.note();
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
      const survey = await this.#survey();
      await this.#stage(survey);
      const tree = await git(['write-tree'], this.#options);
      const message = ['-p', this.#o.base, '-m', 'bgtask snapshot'];
      const commit = await git(['commit-tree', tree, ...message], {
        ...this.#options,
        env: SNAPSHOT_IDENTITY,
      });
      const diff = ['diff-tree', '-r', '-z', '--name-only', '--no-renames'];
      const paths = await gitPaths([...diff, this.#o.base, commit], this.#options);
      const { nested, forced, locks } = survey;
      return { commit, paths, nested, forced, locks };
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

  /** What differs from the base. Throws AgentFailed when a file of the change is too large. */
  async #survey(): Promise<Survey> {
    const survey: Survey = { added: [], gone: [], nested: [], forced: [], locks: [] };
    const tracked = ['diff-files', '-z', '--name-only', '--ignore-submodules=all'];
    for (const path of await gitPaths(tracked, this.#options)) {
      const stat = await this.#tree.reach(path);
      if (!stat || (stat.isDirectory() && !(await this.#isRepository(path)))) survey.gone.push(path);
      else if (stat.isDirectory()) survey.nested.push(path);
      else survey.added.push(path);
    }
    await this.#surveyUntracked(survey);
    await this.#surveyForced(survey);
    await this.#surveyLinks(survey);
    await this.#refuseLarge(survey.added);
    await refuseStoredElsewhere(survey.added, this.#tree, this.#options);
    return survey;
  }

  async #surveyUntracked(survey: Survey): Promise<void> {
    const others = ['ls-files', '-z', '--others', '--exclude-standard'];
    for (const path of await gitPaths(others, this.#options))
      if (await this.#untracked.isWantedLock(path, this.#o.instructions)) survey.added.push(path);
      else if (this.#untracked.isLock(path)) survey.locks.push(path);
      else if (!this.#untracked.has(path.replace(/\/$/, '')))
        if (path.endsWith('/')) survey.nested.push(path.slice(0, -1));
        else survey.added.push(path);
  }

  /** `git add --all` takes no ignored file, so one in the agent's index is there on purpose. */
  async #surveyForced(survey: Survey): Promise<void> {
    const tracked = new Set(await gitPaths(['ls-files', '-z'], this.#options));
    const copy = join(this.#o.gitDir, 'agent-index');
    for (const path of await forcedPaths(this.#o.workTree, copy, this.#options)) {
      if (tracked.has(path) || this.#untracked.hasPlain(path)) continue;
      const stat = await this.#tree.reach(path);
      if (!stat?.isFile() && !stat?.isSymbolicLink()) continue;
      survey.forced.push(path);
      survey.added.push(path);
    }
  }

  /** Submodules that are gone, and those that hold a repository now, which git is never run in. */
  async #surveyLinks(survey: Survey): Promise<void> {
    for (const link of this.#links) {
      const stat = await this.#tree.reach(link.path);
      if (!stat) survey.gone.push(link.path);
      else if (!stat.isDirectory()) survey.nested.push(link.path);
      else if ((await this.#isRepository(link.path)) && (await isTouched(this.#o, link, this.#options)))
        survey.nested.push(link.path);
    }
  }

  async #isRepository(path: string): Promise<boolean> {
    return (await this.#tree.reach(`${path}/.git`)) !== undefined;
  }

  async #refuseLarge(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const stat = await this.#tree.stat(path);
      if (!stat?.isFile() || stat.size <= this.#o.fileBytes) continue;
      throw new StageError(
        'AgentFailed',
        `The change holds ${JSON.stringify(readable(path))} of ${Math.ceil(stat.size / MIB)} MiB; a file may have ${Math.floor(this.#o.fileBytes / MIB)} MiB. Have it ignored or removed, or raise change.maxFileBytes.`,
      );
    }
  }

  /** Exact paths, never patterns: git refuses a pattern that names an ignored path. What is gone goes first, it may stand in the way. */
  async #stage({ gone, added }: Survey): Promise<void> {
    const config: [string, string][] = [...(this.#options.config ?? []), ['core.safecrlf', 'false']];
    const options = { ...this.#options, config };
    const stdin = ['-z', '--stdin'];
    await gitBytes(['update-index', '--force-remove', ...stdin], { ...options, input: pathInput(gone) });
    await gitBytes(['update-index', '--add', '--remove', ...stdin], { ...options, input: pathInput(added) });
  }
}
