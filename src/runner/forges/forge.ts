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

/** The command line of a forge, in which a person may be signed in. */
export interface ForgeSignIn {
  /** What people call it. */
  title: string;
  /** The command that signs a person in. */
  command: string;
  /** Its token for a host, or for the host that it takes by itself; undefined without one. */
  token(env: NodeJS.ProcessEnv, host?: string): Promise<string | undefined>;
}

/** What git says of a forge, and what to do about it. */
export type Hint = readonly [says: RegExp, sentence: string];

/** A kind of forge. One file and one line of the table each. */
export interface ForgeKind {
  name: string;
  /** What people call it; absent for the one that serves what no other does, whose hosts hear no token by themselves. */
  title?: string;
  /**
   * True when this forge serves the repository; the first kind of the table that does is taken. A host of a kind with a title may hear the token, so this
   * must be true for its own hosts alone.
   */
  serves(repository: string, env: NodeJS.ProcessEnv): boolean;
  /** Where its token is looked for, in order: variables, and keys in the Secret. Forges that share a variable share their hosts. */
  tokenVariables: readonly string[];
  /** The hosts that the environment makes its own. */
  hosts?(env: NodeJS.ProcessEnv): string[];
  signIn?: ForgeSignIn;
  /** Its own words among git's, when a clone or a push fails; the first that fits is said. */
  hints?: readonly Hint[];
  /** Folders of a repository that it reads templates of pull requests from, in its order, with the names of the files in small letters. */
  templates?: readonly (readonly [folder: string, file: RegExp])[];
  /** What its CI obeys, for a forge that is not in domain/protected.ts: globs of paths that a change must not touch. */
  protectedPaths?: readonly string[];
  create(context: ForgeContext, env: NodeJS.ProcessEnv): Promise<Forge> | Forge;
}
