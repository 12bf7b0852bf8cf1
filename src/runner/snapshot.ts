import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomic } from '../engine/atomic-file.ts';
import { forcedPaths } from './agent-index.ts';
import { git, gitBytes, gitFailure, type GitOptions, gitPaths, pathInput } from './git.ts';
import { LfsStore } from './lfs/store.ts';
import { WorkFiles } from './lfs/work-files.ts';
import {
  bareConfig,
  type ChangeSize,
  notedFile,
  putConfigBack,
  SNAPSHOT_IDENTITY,
  writePack,
  writePatch,
} from './snapshot-files.ts';
import { refuseStoredElsewhere } from './stored-elsewhere.ts';
import { refuseLarge, tooLarge } from './refuse-large.ts';
import { type Link, linksOf } from './links.ts';
import { surveyLinks } from './submodule-state.ts';
import { emptySurvey, type Snapshot, type Survey } from './survey.ts';
import { Untracked } from './untracked.ts';
import { WorkTree } from './work-tree.ts';

export interface SnapshotOptions {
  gitDir: string;
  workTree: string;
  /** The folder of the submodules' copies. */
  modules: string;
  /** The folder of the objects of Git LFS. */
  lfs: string;
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
  #links: Link[] = [];
  readonly #tree: WorkTree;
  readonly #untracked: Untracked;
  readonly #large: WorkFiles;
  #salvaging = false;

  constructor(options: SnapshotOptions) {
    this.#o = options;
    const { gitDir, workTree, signal } = options;
    const index = join(gitDir, 'bgtask-index');
    this.#options = { gitDir, workTree, index, signal, config: [['core.bare', 'false']] };
    this.#tree = new WorkTree(workTree);
    this.#untracked = new Untracked(this.#tree, this.#options);
    this.#large = new WorkFiles(this.#tree, this.#options, new LfsStore(options.lfs));
  }

  /** Keeps what must not change under us. Call once, before anything runs in the checkout. */
  async begin(): Promise<void> {
    this.#config = await readFile(join(this.#o.gitDir, 'config'), 'utf8');
    this.#links = await linksOf(this.#o.base, this.#options);
  }

  /** As `begin`, for another process after the agent has worked: with a configuration of our own, because the agent could write to the one there. */
  async resume(): Promise<void> {
    this.#config = bareConfig(this.#o.base);
    await this.#own();
    this.#links = await linksOf(this.#o.base, this.#options);
    this.#untracked.fromJson(await readFile(notedFile(this.#o.gitDir), 'utf8'));
  }

  /** Remembers what is untracked now, ignored or not: it is not part of any change, except for lock files that are asked for or changed. */
  async forgetUntracked(): Promise<void> {
    await this.#untracked.note();
    writeAtomic(notedFile(this.#o.gitDir), this.#untracked.toJson());
  }

  /** What was untracked when that was noted, ignored or not: files, and folders of which nothing is tracked. */
  get untracked(): string[] {
    return this.#untracked.all;
  }

  /** Tracked paths whose files differ from a commit. */
  async changedSince(commit: string): Promise<string[]> {
    await this.#read(commit);
    return this.#differing();
  }

  /** Puts tracked files back to what a commit has. */
  async restore(commit: string, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    await this.#read(commit);
    const input = pathInput(paths);
    await gitBytes(['checkout-index', '-f', '-z', '--stdin'], { ...this.#options, input });
    await this.#large.refill(paths);
  }

  /** Commits what the checkout holds now. Throws AgentFailed for a change that cannot be one: a file too large, or unreadable. */
  async take(): Promise<Snapshot> {
    try {
      await this.#read(this.#o.base);
      const survey = await this.#survey();
      await this.#stage(survey);
      const tree = await git(['write-tree'], this.#options);
      const message = ['-p', this.#o.base, '-m', 'bgtask snapshot'];
      const asUs = { ...this.#options, env: SNAPSHOT_IDENTITY };
      const commit = await git(['commit-tree', tree, ...message], asUs);
      const diff = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--ignore-submodules=none'];
      const paths = await gitPaths([...diff, this.#o.base, commit], this.#options);
      const { added: _, gone: __, ...found } = survey;
      return { commit, paths, ...found };
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      throw gitFailure('AgentFailed', 'The change cannot be taken from the checkout.', error);
    }
  }

  /**
   * As `take`, of a change that is to be kept and not published: without files over the limit, and whatever .gitattributes says. From here on all calls
   * obey `signal`: the task's own may have aborted.
   */
  salvage(signal: AbortSignal): Promise<Snapshot> {
    this.obey(signal);
    this.#salvaging = true;
    return this.take();
  }

  /** From here on calls are ended by this signal alone. */
  obey(signal: AbortSignal): void {
    this.#options.signal = signal;
  }

  /** A pack with what the snapshot has and the base has not: plain data, which the publish stage reads without running git here. */
  async pack(snapshot: string, file: string): Promise<void> {
    await this.#own();
    await writePack({ base: this.#o.base, snapshot, options: this.#options }, file);
  }

  /** The change as a patch that `git apply` takes; its size. */
  async patch(snapshot: string, file: string): Promise<ChangeSize> {
    await this.#own();
    return writePatch({ base: this.#o.base, snapshot, options: this.#options }, file);
  }

  #own(): Promise<void> {
    return putConfigBack(this.#o.gitDir, this.#o.workTree, this.#config);
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
    const survey = emptySurvey();
    for (const path of await this.#differing()) {
      const stat = await this.#tree.reach(path);
      if (!stat || (stat.isDirectory() && !(await this.#isRepository(path)))) survey.gone.push(path);
      else if (stat.isDirectory()) survey.nested.push(path);
      else survey.added.push(path);
    }
    await this.#surveyUntracked(survey);
    await this.#surveyForced(survey);
    const links = await surveyLinks(this.#o, this.#links, this.#options);
    survey.gone.push(...links.gone);
    survey.nested.push(...links.nested);
    survey.moved = links.moved;
    survey.large = await this.#large.among(survey.added);
    if (this.#salvaging) return this.#withoutLarge(survey);
    await refuseLarge(this.#tree, survey, this.#o.fileBytes);
    await refuseStoredElsewhere(survey.added, this.#tree, this.#options);
    return survey;
  }

  /** Tracked paths whose files are not as the index has them. */
  async #differing(): Promise<string[]> {
    const args = ['diff-files', '-z', '--name-only', '--ignore-submodules=all'];
    return this.#large.changed(await gitPaths(args, this.#options));
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

  async #isRepository(path: string): Promise<boolean> {
    return (await this.#tree.reach(`${path}/.git`)) !== undefined;
  }

  async #withoutLarge(survey: Survey): Promise<Survey> {
    const large = await tooLarge(this.#tree, survey, this.#o.fileBytes);
    const leftOut = large.map(({ path }) => path);
    return { ...survey, leftOut, added: survey.added.filter((path) => !leftOut.includes(path)) };
  }

  /** Exact paths, never patterns: git refuses a pattern that names an ignored path. What is gone goes first, it may stand in the way. */
  async #stage({ gone, added, large, moved }: Survey): Promise<void> {
    const config: [string, string][] = [...(this.#options.config ?? []), ['core.safecrlf', 'false']];
    const options = { ...this.#options, config };
    const stdin = ['-z', '--stdin'];
    await gitBytes(['update-index', '--force-remove', ...stdin], { ...options, input: pathInput(gone) });
    await gitBytes(['update-index', '--add', '--remove', ...stdin], {
      ...options,
      input: pathInput(added.filter((path) => !large.has(path))),
    });
    const links = moved.map(({ path, commit }) => `160000 ${commit}\t${path}\0`).join('');
    const input = Buffer.from(links, 'latin1');
    await gitBytes(['update-index', '-z', '--index-info'], { ...options, input });
    await this.#large.stage(large);
  }
}
