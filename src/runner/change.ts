import { TASK_TRAILER } from '../domain/commit-message.ts';
import { StageError } from '../domain/reasons.ts';
import { BGTASK_FILE, readBgtaskFile } from '../checks/bgtask-yaml.ts';
import { knownForge } from './forges/tokens.ts';
import { git, gitBytes, GitError, gitFailure, gitList, gitTest } from './git.ts';
import { checkMovedLinks } from './moved-links.ts';
import { pathMatcher, protectedMatcher, refusedPaths } from './protected-paths.ts';
import type { Remote } from './repository.ts';
import type { StageContext } from './stage-context.ts';
import { isOwnCommit, makeCommit } from './task-commit.ts';

/** Modes in git's raw diff: no file, and a commit of another repository. */
const ABSENT = '000000';
const GITLINK = '160000';
/** The base's own .gitmodules may say that a submodule's changes are to be ignored. */
const SHOW_LINKS = '--ignore-submodules=none';

export interface ChangeOptions {
  context: StageContext;
  remote: Remote;
  pristine: string;
  /** The base branch. */
  branch: string;
  /** The commit of the base that the checks ran on. */
  checkedBase: string;
  snapshot: string;
}

/**
 * `same`: what `build` would make, on the base as it was cloned or as it was at some time since. `earlier`: this task's one commit on the base with
 * another change, which a pod pushed that was replaced. `foreign`: anything else, also with commits of others on top.
 */
export type BranchState = 'same' | 'earlier' | 'foreign';

interface Entry {
  /** The mode that it had. */
  before: string;
  mode: string;
  id: string;
  path: string;
}

/** The change as one commit on the base, made and measured in the pristine copy. */
export class Change {
  readonly #o: ChangeOptions;

  constructor(options: ChangeOptions) {
    this.#o = options;
  }

  get checkedBase(): string {
    return this.#o.checkedBase;
  }

  /** The base branch's commit at the remote, now. Throws PushDenied. */
  async fetchBase(): Promise<string> {
    const { context, remote, pristine, branch } = this.#o;
    try {
      const refspec = `+refs/heads/${branch}:refs/bgtask/base`;
      const flags = ['--quiet', '--no-tags', '--update-shallow', ...remote.fetchFlags];
      await git(['fetch', ...flags, '--', remote.url, refspec], {
        ...remote.options,
        gitDir: pristine,
      });
      return await git(['rev-parse', '--verify', 'refs/bgtask/base^{commit}'], { gitDir: pristine });
    } catch (error) {
      context.signal.throwIfAborted();
      throw gitFailure('PushDenied', `Reading ${branch} again before the push failed.`, error);
    }
  }

  /**
   * What a commit at the task's branch is. `tip` is the base's commit now. Throws ProtectedPath for one that is the same change and must not be
   * published.
   */
  async stateOf(commit: string, tip: string): Promise<BranchState> {
    const { pristine, checkedBase, context } = this.#o;
    const [, parent, ...others] = (
      await git(['rev-list', '--parents', '--max-count=1', commit], { gitDir: pristine })
    ).split(' ');
    if (parent === undefined || others.length > 0) return 'foreign';
    const message = await git(['log', '-1', `--format=%(trailers:key=${TASK_TRAILER},valueonly)`, commit], {
      gitDir: pristine,
    });
    if (message.trim() !== context.input.task.uid) return 'foreign';
    if (parent !== checkedBase && !(await this.#isBefore(parent, tip))) return 'foreign';
    const tree = await this.#treeOn(parent).catch(() => undefined);
    if (tree !== (await this.#tree(commit)))
      return (await isOwnCommit(context, { pristine, commit, parent })) ? 'earlier' : 'foreign';
    await this.#refuse(parent, tree);
    return 'same';
  }

  /** The commit to push, on the base's commit; undefined when it would change nothing. Throws ProtectedPath and MergeConflict. */
  async build(tip: string): Promise<string | undefined> {
    const { pristine, context } = this.#o;
    const tree = await this.#treeOn(tip);
    if (tree === (await this.#tree(tip))) return undefined;
    await this.#refuse(tip, tree);
    return makeCommit(context, { pristine, parent: tip, tree });
  }

  parentOf(commit: string): Promise<string> {
    return git(['rev-parse', `${commit}^`], { gitDir: this.#o.pristine });
  }

  async size(commit: string): Promise<{ files: number; added: number; removed: number }> {
    const lines = await gitList(
      ['diff-tree', '-r', '-z', '--numstat', '--no-renames', SHOW_LINKS, `${commit}^`, commit],
      { gitDir: this.#o.pristine },
    );
    const count = (column: number): number =>
      lines.reduce((sum, line) => sum + (Number(line.split('\t')[column]) || 0), 0);
    return { files: lines.length, added: count(0), removed: count(1) };
  }

  patch(commit: string): Promise<string> {
    return git(['format-patch', '-1', '--stdout', '--no-renames', '--binary', commit], {
      gitDir: this.#o.pristine,
      maxBuffer: 268_435_456,
    });
  }

  /** The paths that a commit of this change differs in from its parent. */
  async paths(commit: string): Promise<string[]> {
    const entries = await this.#entries(await this.parentOf(commit), commit);
    return entries.map(({ path }) => path);
  }

  #tree(commit: string): Promise<string> {
    return git(['rev-parse', '--verify', `${commit}^{tree}`], { gitDir: this.#o.pristine });
  }

  #isBefore(commit: string, later: string): Promise<boolean> {
    return gitTest(['merge-base', '--is-ancestor', commit, later], { gitDir: this.#o.pristine });
  }

  /** The tree of the change on a commit of the base. On a moved base only a clean merge will do, and only when the base went forward. */
  async #treeOn(tip: string): Promise<string> {
    const { pristine, checkedBase, snapshot, branch, context } = this.#o;
    if (tip === checkedBase) return this.#tree(snapshot);
    if (!(await this.#isBefore(checkedBase, tip)))
      throw new StageError(
        'MergeConflict',
        `${branch} was rewritten while the task ran, so the change has no base any more. Retry the task to start from the new one.`,
      );
    context.log.line(
      `${branch} moved from ${checkedBase.slice(0, 12)} to ${tip.slice(0, 12)} while the task ran; rebasing`,
    );
    try {
      const merged = await git(['merge-tree', '--write-tree', '--no-messages', tip, snapshot], {
        gitDir: pristine,
      });
      return merged.split('\n')[0] ?? '';
    } catch (error) {
      if (error instanceof GitError && error.exitCode === 1)
        throw new StageError(
          'MergeConflict',
          `${branch} moved while the task ran and the change conflicts with it. Retry the task to start from the new ${branch}.`,
          { cause: error },
        );
      throw gitFailure('MergeConflict', `Rebasing onto the new ${branch} failed.`, error);
    }
  }

  /** Refuses what no change may hold: protected paths that the task does not name, commits of submodules that others cannot fetch, files over the limit. */
  async #refuse(base: string, tree: string): Promise<void> {
    const { pristine, context } = this.#o;
    const { spec, limits } = context.input;
    const entries = await this.#entries(base, tree);
    const paths = entries.map(({ path }) => path);
    const isProtected = protectedMatcher(await this.#protectedPaths(base));
    const refused = refusedPaths(paths, { isProtected, isAllowed: pathMatcher(spec.allowedPaths ?? []) });
    if (refused.length > 0)
      throw new StageError(
        'ProtectedPath',
        `The change touches protected paths: ${refused
          .slice(0, 5)
          .map((path) => JSON.stringify(path))
          .join(', ')}. If that is wanted, retry the task with --allow-path for them.`,
      );
    const links = entries.filter(({ mode }) => mode === GITLINK);
    const moved = links.map(({ path, id, before }) => ({ path, commit: id, wasLink: before === GITLINK }));
    await checkMovedLinks(context, { pristine, base }, moved);
    const blobs = entries.filter(({ mode }) => mode !== ABSENT && mode !== GITLINK);
    const sizes = await gitBytes(['cat-file', '--batch-check=%(objectsize)'], {
      gitDir: pristine,
      input: blobs.map(({ id }) => `${id}\n`).join(''),
    });
    const tooLarge = sizes
      .toString()
      .split('\n')
      .findIndex((size) => Number(size) > limits.fileBytes);
    if (tooLarge >= 0)
      throw new StageError(
        'AgentFailed',
        `The change holds ${JSON.stringify(blobs[tooLarge]?.path)}, which is over the limit of ${limits.fileBytes} bytes for one file.`,
      );
  }

  /** What differs between two trees, with the modes and ids of the second. */
  async #entries(base: string, tree: string): Promise<Entry[]> {
    const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', SHOW_LINKS, '--abbrev=64', base, tree];
    const raw = await gitList(args, { gitDir: this.#o.pristine });
    return raw.flatMap((entry, at) => {
      const [before, mode, , id] = entry.split(' ');
      if (!before?.startsWith(':') || !mode || !id) return [];
      return [{ before: before.slice(1), mode, id, path: raw[at + 1] ?? '' }];
    });
  }

  /** What the settings protect, the forge, and what the base's own `.bgtask.yaml` does. Throws InvalidTask when that is malformed. */
  async #protectedPaths(base: string): Promise<string[]> {
    const { pristine, context } = this.#o;
    const text = await git(['cat-file', 'blob', `${base}:${BGTASK_FILE}`], { gitDir: pristine }).catch(
      () => undefined,
    );
    const paths = text === undefined ? [] : [BGTASK_FILE];
    const file = readBgtaskFile({ paths, has: (path) => paths.includes(path), read: () => text });
    const { input, env } = context;
    const forge = knownForge({ repository: input.spec.repos?.[0]?.input?.url ?? '', env });
    return [...input.protectedPaths, ...(forge?.protectedPaths ?? []), ...(file?.protectedPaths ?? [])];
  }
}
