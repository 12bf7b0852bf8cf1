import { foldPath } from './path-folding.ts';

/** Why a reviewer reads a file first. */
export type ReadFirstWhy = 'checks' | 'agents' | 'machine';

/** Files of a change by the reason to read them first; a file may be in several. */
export type ReadFirst = Record<ReadFirstWhy, string[]>;

/** What each reason says, in front of the files. */
export const READ_FIRST_WORDS: Record<ReadFirstWhy, string> = {
  checks: 'Decides what the checks do',
  agents: 'Instructs the agents that work on this repository',
  machine: 'Runs on the machine of a person who opens this repository',
};

/** Instructions that several agents share, and instructions and settings of those that are not ours: Cursor, Copilot, Windsurf and Aider. */
const OTHER_AGENTS =
  /(^|\/)(agents(\.local)?\.md|\.mcp\.json|\.cursorrules|\.windsurfrules|\.aider[^/]*)$|(^|\/)\.(cursor|windsurf)\/|(^|\/)\.github\/(copilot-instructions\.md$|instructions\/|prompts\/)/;

/** What editors, shells, git and package managers run or obey in a checkout: tasks, containers, hooks, environments, another shell or registry. */
const MACHINE =
  /(^|\/)\.(vscode|idea|devcontainer|husky|githooks|yarn)\/|(^|\/)(\.envrc|\.devcontainer\.json|\.?mise\.toml|\.pre-commit-config\.yaml|\.?lefthook[^/]*\.(ya?ml|toml|json)|\.npmrc|\.yarnrc(\.yml)?|\.pnpmfile\.c?js|bunfig\.toml|sitecustomize\.py|usercustomize\.py)$/;

/** Files besides tests that decide how a check's programs run: an npm setting can name another shell for all scripts. */
const TOOLS =
  /(^|\/)(package\.json|composer\.json|pyproject\.toml|cargo\.toml|\.npmrc|\.yarnrc(\.yml)?|\.pnpmfile\.c?js|bunfig\.toml|\.?mise\.toml|\.pre-commit-config\.yaml|sitecustomize\.py|\.(eslint|oxlint|prettier|stylelint)[^/]*|(eslint|prettier|stylelint|biome|tsconfig|ruff|mypy)[^/]*\.(json|jsonc|toml|ini|[cm]?[jt]s)|\.(flake8|pylintrc|rubocop\.yml|golangci\.ya?ml))$/;

export interface ReadFirstOptions {
  /** True for a file that holds tests, or configures them. */
  isTest: (path: string) => boolean;
  /** Commands of the checks, and the text of files that define commands: a script that one of them names is part of the check. */
  commands: readonly string[];
  /** Instructions and settings of our agents, as paths in small letters. */
  instructions: readonly RegExp[];
}

/** The files of a change that a reviewer reads first. Paths are compared as Windows and macOS would open them. */
export function readFirst(
  paths: readonly string[],
  { isTest, commands, instructions }: ReadFirstOptions,
): ReadFirst {
  const named = new Set(commands.flatMap((text) => text.split(/[^\w./@+-]+/)).map(bare));
  const decides = (path: string): boolean =>
    isTest(path) || TOOLS.test(foldPath(path)) || named.has(path) || path.startsWith('scripts/');
  return {
    checks: paths.filter(decides),
    agents: paths.filter((path) => [OTHER_AGENTS, ...instructions].some((one) => one.test(foldPath(path)))),
    machine: paths.filter((path) => MACHINE.test(foldPath(path))),
  };
}

/** A word of a command as a path from the repository's root. */
const bare = (word: string): string => word.replace(/^(\.\/)+/, '');
