import type { CheckKind, CiCommand, RepoFiles } from '../check.ts';
import type { Row } from '../tools/rule.ts';
import type { Registries } from './registries.ts';

/** What an ecosystem's files suggest: the command, its label, the file that says so. */
export type Suggestion = readonly [
  kind: CheckKind,
  label: string,
  run: string,
  evidence: string,
  /** Suggestions of one slot compete with what CI runs; `configured` ones count only where no CI speaks of the ecosystem. */
  slot?: string,
];

/** What a folder's files say of an ecosystem. */
export interface Suggestions {
  /** The command that installs dependencies, where one exists. */
  install?: { run: string; evidence: string };
  proofs: readonly Suggestion[];
  /** Rewrites or refuses (undefined) what CI runs. */
  adapt?: (run: string) => string | undefined;
  /** Sentences for the log. */
  notes?: readonly string[];
}

/** A program and its arguments. */
export type DownloadRow = readonly [tool: string, args?: RegExp];

/** How a command that checks the format becomes the one that writes it. */
export type FormatterRow = readonly [judge: RegExp, change: (run: string) => string];

/**
 * One ecosystem, as one record: everything that the search for checks must know of it. A new one is a file with a record and
 * a line in `table.ts`; the search for projects in subfolders, installs, ignored folders, the reading of CI commands, labels
 * and the programs that checks need derive from it.
 */
export interface Ecosystem {
  /** A short name, e.g. `go`. It stands in the names of checks. */
  name: string;
  /** Files that make their folder a project: names at the end of a path, `*` stands for any characters but `/`. */
  manifests: readonly string[];
  /** Further files that decide which dependencies are installed, in the same form. A change of one installs again. */
  locks?: readonly string[];
  /** The hosts that its package managers download from. A room may reach them while dependencies are installed. Absent for an ecosystem without a package manager. */
  registries?: Registries;
  /**
   * Programs that download dependencies while they run, and the arguments with which they do: matched as those of `rules`, all where
   * absent. An install step does not bring everything that these need.
   */
  downloads?: readonly DownloadRow[];
  /** Names of folders with dependencies and build results: never read. */
  ignored?: readonly string[];
  /** Files of ignored folders in the root that are listed all the same, because their presence says something. */
  listed?: readonly string[];
  /** The language's own programs, and a sentence that says how to install each. */
  toolchain: Readonly<Record<string, string>>;
  /** Programs that do not come with the language, likewise. A check that needs one gets a note. */
  extras?: Readonly<Record<string, string>>;
  /** What its programs do. The first row that fits holds. */
  rules: readonly Row[];
  /** Programs whose first argument says what they do: it belongs to the label, as in `go vet`. */
  subcommands?: readonly string[];
  /** Commands that check one part: they give way to those for the whole. */
  partial?: RegExp;
  formatters?: readonly FormatterRow[];
  /**
   * What the files of a folder suggest; undefined when it is not a project of this ecosystem. Pure. Absent where a manifest
   * names commands itself, as package.json does: then `detectors.ts` names the detector.
   */
  suggest?(files: RepoFiles, ci: readonly CiCommand[]): Suggestions | undefined;
}

/** The slot of a suggestion that counts only where CI runs nothing of the ecosystem. */
export const CONFIGURED = 'configured';
