import type { PullRequestSpec } from '../../api/types.ts';

/** What a pull request is made of. Every text is already redacted and free of control characters. */
export interface PullRequestDraft {
  /** The head branch, already pushed, without `refs/heads/`. */
  branch: string;
  /** The base branch, without `refs/heads/`. */
  base: string;
  title: string;
  /** Markdown. At most 65,536 characters (GitHub's limit). */
  body: string;
  options: Pick<PullRequestSpec, 'draft' | 'labels' | 'reviewers' | 'assignees'>;
  /** The change as `git format-patch` text, for forges that keep it as a file. */
  patch: string;
  /** True when a pull request that is found was opened for another change, so that its text is to be replaced. */
  isReplaced?: boolean;
}

export interface PullRequestRef {
  url: string;
  /** RFC 3339. */
  createdAt: string;
  /** False when the pull request had been made before. */
  created: boolean;
  /** Things that did not work and that do not fail the task, e.g. a reviewer the forge refused. */
  warnings: string[];
}

/** A place where a pull request can be opened. Only the publish stage uses one. */
export interface Forge {
  name: string;
  /**
   * Opens the pull request, or finds the one that an earlier run opened for the same head and base (open, or made for this very commit).
   * Throws a StageError with reason PullRequestFailed or PushDenied and a sentence that names the next step, and the signal's own reason at once when
   * that aborts.
   */
  open(draft: PullRequestDraft): Promise<PullRequestRef>;
}

/** What a forge is told of the repository and of the credential. */
export interface ForgeContext {
  /** The repository's URL as the task has it. */
  repository: string;
  /** The task's name: file forges name their files after it. */
  task: string;
  /** Sent to the forge only; never logged. */
  token?: string;
  /** Where file forges write: a folder that outlives the job. */
  outputDir: string;
  log(line: string): void;
  /** The end of the stage: what is under way is broken off. */
  signal: AbortSignal;
}

export interface ForgeKind {
  name: string;
  /** True when this forge serves the repository; the first kind of the table that does is taken. */
  serves(repository: string, env: NodeJS.ProcessEnv): boolean;
  create(context: ForgeContext, env: NodeJS.ProcessEnv): Promise<Forge> | Forge;
}
