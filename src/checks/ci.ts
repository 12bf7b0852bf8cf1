import type { CiCommand, RepoFiles } from './check.ts';
import { readGitHub } from './ci/github.ts';
import { readOtherCi } from './ci/others.ts';
import { CommandList } from './ci/command-list.ts';

/** What a repository's own CI runs for changes. */
export interface CiReading {
  /** In the order of the files, pull-request workflows first; at most 2,000, each text once. */
  commands: CiCommand[];
  /** True where CI's tests cannot run in a plain checkout: others that the files suggest need the same. */
  lacksTests: boolean;
  /** Files that could not be read, and services that tests may need. */
  notes: string[];
}

/**
 * Reads the CI files of a repository as data: GitHub workflows that a pull request or a push starts, GitLab, CircleCI and Azure
 * pipelines. Commands of another working folder read `cd folder && command`. Never throws: a file that cannot be read is a note.
 */
export function readCi(files: RepoFiles): CiReading {
  const list = new CommandList();
  readGitHub(files, list);
  readOtherCi(files, list);
  const commands = list.settle();
  return { commands, notes: list.notes, lacksTests: list.lacksTests };
}

const IN_FOLDER = /^cd ([^\s&]+) && (.*)$/s;

/** The folders below the root in which CI runs a command, in order, each once. */
export const ciFolders = (commands: readonly CiCommand[]): string[] => [
  ...new Set(commands.flatMap(({ run }) => IN_FOLDER.exec(run)?.[1] ?? [])),
];

/** The commands that CI runs in one folder (empty: the root), as they read there. */
export function ciIn(commands: readonly CiCommand[], dir: string): CiCommand[] {
  return commands.flatMap((command) => {
    const match = IN_FOLDER.exec(command.run);
    const folder = match?.[1] ?? '';
    return folder === dir ? [{ ...command, run: match?.[2] ?? command.run }] : [];
  });
}
