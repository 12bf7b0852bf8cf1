import type { CiCommand, RepoFiles } from '../check.ts';
import { readCommand } from '../read-command.ts';
import { unwrap } from '../unwrap.ts';
import { noxFunctions, toxEnvironments } from './tox-nox.ts';

export const PRE_COMMIT_FILE = '.pre-commit-config.yaml';
/** Programs that a local hook may call, by the words of its entry. */
const ENTRY_TOOL = /\b(ruff|black|isort|flake8|mypy|pyright|pylint|codespell)\b( format\b)?/;
const RUNS_HOOKS = /\b(pre-commit|prek) run\b/;

/**
 * The ids of pre-commit's hooks, and the programs that local hooks call (`ruff format` as `ruff-format`): linters that it brings
 * need not be installed by the project.
 */
export function hookIds(files: RepoFiles): Set<string> {
  const text = files.read(PRE_COMMIT_FILE) ?? '';
  const ids = [...text.matchAll(/(?:^|[\s{,-])id:\s*["']?([\w-]+)/gm)].flatMap((match) => match[1] ?? []);
  const entries = [...text.matchAll(/(?:^|[\s{,-])entry:\s*["']?([^\n"'}]+)/gm)].flatMap(([, entry = '']) => {
    const [, tool = '', formats] = ENTRY_TOOL.exec(entry) ?? [];
    return tool === '' ? [] : [formats ? `${tool}-format` : tool];
  });
  return new Set([...ids, ...entries]);
}

/** True when the hosted service pre-commit.ci runs the hooks on pull requests. */
export const isHosted = (files: RepoFiles): boolean => /^ci:/m.test(files.read(PRE_COMMIT_FILE) ?? '');

/** The line of CI that runs the hooks on all files. */
export const hookLine = (ci: readonly CiCommand[]): CiCommand | undefined =>
  ci.find(({ run }) => RUNS_HOOKS.test(run) && !/ --(from-ref|files|source|origin)\b/.test(run));

/**
 * True when CI runs the hooks on the changed files only: over all files they find what the repository never fixed. Reads the
 * workflows' text, because a step that may fail is not among the commands of CI.
 */
export function isForChangedFiles(files: RepoFiles, ci: readonly CiCommand[]): boolean {
  if (isHosted(files) || hookLine(ci)) return false;
  const workflows = files.paths.filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
  return workflows.some((path) =>
    /\b(pre-commit|prek)\b[^\n]* --(from-ref|files)\b|extra[_-]args:[^\n]*--from-ref/.test(
      files.read(path) ?? '',
    ),
  );
}

/** What environments of tox and functions of a noxfile that lint are called; `[testenv]` holds for all. */
const LINTS_IN_TOX = /^$|lint|style|flake|ruff|black|pep8|format/;
const LINTS_IN_NOX = /lint|style|flake/;
const LINTER = /\b(ruff|flake8|black|pylint|pycodestyle|isort)\b/;

/** True for a call of tox or nox that names no environment, where one that runs by default lints without pre-commit. */
function lintsByTox(run: string, files: RepoFiles): boolean {
  const { tool, args } = unwrap(run.replace(/^(\w+=\S* )+/, '').split(/\s+/));
  if (!/^(tox|nox)$/.test(tool) || args.some((word) => /^(-e|-s|-m|-f|--sessions?)/.test(word))) return false;
  const found =
    tool === 'tox'
      ? toxEnvironments(files.read('tox.ini') ?? '').filter(({ name }) => LINTS_IN_TOX.test(name))
      : noxFunctions(files.read('noxfile.py') ?? '').filter(({ name }) => LINTS_IN_NOX.test(name));
  return found.some(({ name, body }) => {
    const text = `${name}\n${body}`;
    return LINTER.test(text) && !/\bpre-commit\b/.test(text);
  });
}

/**
 * Whether pre-commit judges here: CI runs it, the hosted service is configured, or CI runs no linter of its own. Most Python
 * repositories lint through it alone.
 */
export function usesPreCommit(files: RepoFiles, ci: readonly CiCommand[]): boolean {
  if (!files.has(PRE_COMMIT_FILE) || isForChangedFiles(files, ci)) return false;
  if (isHosted(files) || hookLine(ci) !== undefined) return true;
  const lints = ci.some(({ run }) => readCommand(run).kind === 'lint' || lintsByTox(run, files));
  return !lints;
}
