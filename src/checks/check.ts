/** What a command proves. `install` makes the others possible and is not a proof itself. */
export type CheckKind = 'install' | 'format' | 'lint' | 'typecheck' | 'test';

/** A command that makes a check possible, and why: CI runs it before that check in the same job. */
interface Preparation {
  /** A POSIX shell command, run in the repository's root. At most 1,024 characters. */
  run: string;
  /** The file and line it was read from, e.g. `.github/workflows/ci.yml:21`. */
  evidence: string;
  /** True for a command that downloads what it needs while it runs, as Maven and tox do; else absent. */
  downloads?: true;
}

/** One command that would be run in a checkout, in the order of KIND_ORDER. */
export interface Check {
  kind: CheckKind;
  /** Short and unique in the list, e.g. `lint` or `lint (ruff)`. At most 64 characters. */
  name: string;
  /** A POSIX shell command, run in the repository's root. At most 1,024 characters. */
  run: string;
  /** Why this command: files and lines a person can open, e.g. `package.json scripts.lint; .github/workflows/ci.yml runs it`. */
  evidence: string;
  /**
   * What CI does in the same job before this check, in order: builds, code generation, copies of configuration; at most 10.
   * Absent when there is nothing. Runs after install. A command that ran already for this state of the checkout (as a preparation
   * or as a check) need not run again. When one fails, the check is not run: its own words say nothing then.
   * Nothing here installs programs on a machine, starts services or publishes.
   */
  before?: readonly Preparation[];
  /** As in a preparation. Absent for an install. */
  downloads?: true;
}

export const KIND_ORDER: readonly CheckKind[] = ['install', 'format', 'lint', 'typecheck', 'test'];

/**
 * The repository as detectors see it: regular files inside the tree only, never through a symlink that leaves it.
 * Paths are relative to the root with `/`.
 */
export interface RepoFiles {
  /** Every regular file's path, sorted; at most 50,000, `node_modules`, `.git`, `vendor` and their like left out. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** The text of a file, cut at 1 MiB; undefined when it is absent, no regular file, or not UTF-8. */
  read(path: string): string | undefined;
}

/** A command that the repository's own CI runs for pull requests. */
export interface CiCommand {
  /** The file and line it was read from, e.g. `.github/workflows/ci.yml:23`. */
  source: string;
  run: string;
  /** The job it belongs to: its key and, where it differs, its title, e.g. `unit: Unit tests`. */
  job?: string;
  /** The title of its step. */
  step?: string;
  /** Variables that CI sets for it. */
  env?: Readonly<Record<string, string>>;
  /** What the job does before it that it may need, installs included; at most 10. */
  before?: readonly CiPreparation[];
}

/** What a job of CI does before a command. */
export interface CiPreparation extends Preparation {
  /** Its folder and the ecosystems whose dependencies it installs, where that is all it does. */
  dir?: string;
  installs?: readonly string[];
}

/** One ecosystem: looks at the files (and what CI runs) and says what would prove a change. Pure. */
export interface Detector {
  /** The ecosystem's name, e.g. `node`. */
  name: string;
  detect(files: RepoFiles, ci: readonly CiCommand[]): Check[];
  /** What was left out and why, and what the image must bring: a sentence each, for the log. */
  notes?(files: RepoFiles, ci: readonly CiCommand[]): string[];
}

/** What would be run to prove a change, and what a person should know about it. */
export interface Detection {
  /** In the order they run: install, format, lint, typecheck, test. Names are unique. At most 40. */
  checks: Check[];
  /** A sentence each: what was left out and why, what the image must bring. */
  notes: string[];
  /** Commands of the repository's own linters, type checks and tests that `spec.checks` replaces; absent without `spec.checks`. */
  replaced?: string[];
}
