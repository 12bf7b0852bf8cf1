import picomatch from 'picomatch';
import { plainText } from '../domain/text.ts';
import { StageError } from '../domain/reasons.ts';
import { git, gitBytes, GitError, gitFailure, gitList, gitTest } from './git.ts';
import type { Remote } from './repository.ts';
import type { StageContext } from './stage-context.ts';

/** Who commits. The creator stands in the message: nobody's address is invented. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'bgtask',
  GIT_AUTHOR_EMAIL: 'bgtask@users.noreply.github.com',
  GIT_COMMITTER_NAME: 'bgtask',
  GIT_COMMITTER_EMAIL: 'bgtask@users.noreply.github.com',
};

/** The trailer by which a later run of publish knows a commit for its own. */
export const TASK_TRAILER = 'Background-Task-Id';

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

/** The change as one commit on the base, made and measured in the pristine copy. */
export class Change {
  readonly #o: ChangeOptions;

  constructor(options: ChangeOptions) {
    this.#o = options;
  }

  get checkedBase(): string {
    return this.#o.checkedBase;
  }

  /** The commit to push; undefined when it would change nothing. Throws ProtectedPath and MergeConflict. */
  async build(): Promise<string | undefined> {
    const { pristine, checkedBase, snapshot, context } = this.#o;
    const tip = await this.#fetchBase();
    const tree = tip === checkedBase ? await this.#tree(snapshot) : await this.#rebase(tip);
    if (tree === (await this.#tree(tip))) return undefined;
    await this.#refuse(tip, tree);
    const { task, spec } = context.input;
    const message = [
      `[Background Task] ${task.name}`,
      '',
      context.log.clean(plainText(spec.prompt ?? '')).slice(0, 1000).trim(),
      '',
      `Requested-by: ${plainText(task.creator).replace(/\s+/g, ' ')}`,
      `${TASK_TRAILER}: ${task.uid}`,
    ].join('\n');
    return git(['commit-tree', tree, '-p', tip, '-F', '-'], { gitDir: pristine, env: IDENTITY, input: message });
  }

  parentOf(commit: string): Promise<string> {
    return git(['rev-parse', `${commit}^`], { gitDir: this.#o.pristine });
  }

  async size(commit: string): Promise<{ files: number; added: number; removed: number }> {
    const lines = await gitList(['diff-tree', '-r', '-z', '--numstat', '--no-renames', `${commit}^`, commit], { gitDir: this.#o.pristine });
    const count = (column: number): number => lines.reduce((sum, line) => sum + (Number(line.split('\t')[column]) || 0), 0);
    return { files: lines.length, added: count(0), removed: count(1) };
  }

  patch(commit: string): Promise<string> {
    return git(['format-patch', '-1', '--stdout', '--no-renames', '--binary', commit], { gitDir: this.#o.pristine, maxBuffer: 268_435_456 });
  }

  async #fetchBase(): Promise<string> {
    const { context, remote, pristine, branch } = this.#o;
    try {
      await git(['fetch', '--quiet', '--no-tags', ...remote.fetchFlags, '--', remote.url, `+refs/heads/${branch}:refs/bgtask/base`], {
        ...remote.options,
        gitDir: pristine,
      });
      return await git(['rev-parse', '--verify', 'refs/bgtask/base^{commit}'], { gitDir: pristine });
    } catch (error) {
      context.signal.throwIfAborted();
      throw gitFailure('PushDenied', `Reading ${branch} again before the push failed.`, error);
    }
  }

  #tree(commit: string): Promise<string> {
    return git(['rev-parse', '--verify', `${commit}^{tree}`], { gitDir: this.#o.pristine });
  }

  /** The tree of the change on a base that moved. Only a clean merge will do, and only when the base went forward. */
  async #rebase(tip: string): Promise<string> {
    const { pristine, checkedBase, snapshot, branch, context } = this.#o;
    const forward = await gitTest(['merge-base', '--is-ancestor', checkedBase, tip], { gitDir: pristine });
    if (!forward)
      throw new StageError('MergeConflict', `${branch} was rewritten while the task ran, so the change has no base any more. Retry the task to start from the new one.`);
    context.log.line(`${branch} moved from ${checkedBase.slice(0, 12)} to ${tip.slice(0, 12)} while the task ran; rebasing`);
    try {
      return (await git(['merge-tree', '--write-tree', '--no-messages', tip, snapshot], { gitDir: pristine })).split('\n')[0] ?? '';
    } catch (error) {
      if (error instanceof GitError && error.exitCode === 1)
        throw new StageError('MergeConflict', `${branch} moved while the task ran and the change conflicts with it. Retry the task to start from the new ${branch}.`, { cause: error });
      throw gitFailure('MergeConflict', `Rebasing onto the new ${branch} failed.`, error);
    }
  }

  /** Refuses what no change may hold: protected paths that the task does not name, and files over the limit. */
  async #refuse(base: string, tree: string): Promise<void> {
    const { pristine, context } = this.#o;
    const { protectedPaths, spec, limits } = context.input;
    const raw = await gitList(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--abbrev=64', base, tree], { gitDir: pristine });
    const entries = raw.flatMap((entry, at) => (entry.startsWith(':') ? [{ fields: entry.slice(1).split(' '), path: raw[at + 1] ?? '' }] : []));
    const options = { dot: true, nocase: true };
    const isProtected = picomatch([...protectedPaths], options);
    const isAllowed = spec.allowedPaths?.length ? picomatch([...spec.allowedPaths], options) : () => false;
    const refused = entries.filter(({ path }) => isProtected(path) && !isAllowed(path)).map(({ path }) => path);
    if (refused.length > 0)
      throw new StageError(
        'ProtectedPath',
        `The change touches protected paths: ${refused.slice(0, 5).map((path) => JSON.stringify(path)).join(', ')}. If that is wanted, create the task with --allow-path for them.`,
      );
    const blobs = entries.filter(({ fields }) => fields[1] !== '000000' && fields[1] !== '160000');
    const sizes = await gitBytes(['cat-file', '--batch-check=%(objectsize)'], { gitDir: pristine, input: blobs.map(({ fields }) => `${fields[3]}\n`).join('') });
    const tooLarge = sizes.toString().split('\n').findIndex((size) => Number(size) > limits.fileBytes);
    if (tooLarge >= 0)
      throw new StageError('AgentFailed', `The change holds ${JSON.stringify(blobs[tooLarge]?.path)}, which is over the limit of ${limits.fileBytes} bytes for one file.`);
  }
}
