import type { CheckKind, RepoFiles } from '../../check.ts';
import type { Candidate } from '../../candidate.ts';
import { viewYaml } from '../../ci/yaml-view.ts';
import { readCommand } from '../../read-command.ts';
import type { NodeManager } from './manager.ts';
import { parseJsonObject, stringMap, type NodePackage } from './package.ts';
import { kindOfScript, mayProve, PREFERRED } from './scripts.ts';

type Proof = 'lint' | 'typecheck' | 'test';
const PROOFS: readonly Proof[] = ['lint', 'typecheck', 'test'];
/** More packages than any workspace needs to show which scripts it has. */
const MAX_PACKAGES = 300;

/**
 * Scripts that only the packages of a workspace have, by the manager's own way to run one in all of them. A name counts when no
 * package gives it another meaning: one that watches or deploys in one package is run in none.
 */
export function workspaceScripts(
  files: RepoFiles,
  { manager }: NodePackage,
  missing: ReadonlySet<CheckKind>,
): Candidate[] {
  const packages = packagesOf(files);
  if (packages.length === 0) return [];
  return PROOFS.filter((kind) => missing.has(kind)).flatMap((kind): Candidate[] => {
    const name = PREFERRED[kind].find((candidate) => isCommon(packages, candidate, kind));
    const holders = packages.filter(({ scripts }) => name !== undefined && scripts.has(name));
    const run = name === undefined ? undefined : runInAll(manager, name, holders.length === packages.length);
    if (name === undefined || run === undefined) return [];
    const evidence = `${holders[0]?.path ?? ''} scripts.${name}${holders.length > 1 ? ` and ${holders.length - 1} more` : ''}`;
    return [{ kind, label: name, run, evidence, ci: false }];
  });
}

interface WorkspacePackage {
  path: string;
  scripts: ReadonlyMap<string, string>;
}

/** Folders of examples: their scripts do not check the packages of the repository. */
const OF_NO_PACKAGE = /(^|\/)(examples?|samples?|demos?|docs?|website|templates?|fixtures?|playgrounds?)\//i;

function isCommon(packages: readonly WorkspacePackage[], name: string, kind: Proof): boolean {
  const holders = packages.filter(({ scripts }) => scripts.has(name));
  return (
    holders.some(({ path }) => !OF_NO_PACKAGE.test(path)) &&
    holders.every(({ scripts }) => {
      const text = scripts.get(name) ?? '';
      const reading = readCommand(text, scripts);
      return (
        reading.refusal === undefined &&
        !reading.writes &&
        kindOfScript(name, text, reading) === kind &&
        mayProve(name, kind, reading)
      );
    })
  );
}

/** How a manager runs a script in every package that has it; undefined where it would fail in those that do not. */
function runInAll({ name, yarn }: NodeManager, script: string, hasEach: boolean): string | undefined {
  if (name === 'npm') return `npm ${script === 'test' ? 'test' : `run ${script}`} --workspaces --if-present`;
  if (name === 'pnpm') return `pnpm -r --if-present run ${script}`;
  if (name === 'bun') return `bun run --filter '*' ${script}`;
  if (yarn?.isBerry) return `${yarn.program} workspaces foreach --all run ${script}`;
  return hasEach ? `yarn workspaces run ${script}` : undefined;
}

/** The packages that the root's patterns name, with their scripts. */
function packagesOf(files: RepoFiles): WorkspacePackage[] {
  const patterns = patternsOf(files);
  const included = patterns.filter((pattern) => !pattern.startsWith('!')).map(toRegExp);
  const excluded = patterns
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => toRegExp(pattern.slice(1)));
  return files.paths
    .filter((path) => path.endsWith('/package.json'))
    .filter((path) => {
      const dir = path.slice(0, -'/package.json'.length);
      return included.some((pattern) => pattern.test(dir)) && !excluded.some((pattern) => pattern.test(dir));
    })
    .slice(0, MAX_PACKAGES)
    .map((path) => ({ path, scripts: stringMap(parseJsonObject(files.read(path))?.['scripts']) }));
}

/** `packages/*`, `{packages,apps}/**`: a folder is one name, `**` any depth. */
function toRegExp(pattern: string): RegExp {
  const text = pattern
    .replace(/^\.\//, '')
    .replace(/\/$/, '')
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\{([\w,@-]+)\}/g, (_whole, names: string) => `(${names.replaceAll(',', '|')})`)
    .replace(/\/\*\*(\/|$)/g, '/@@$1')
    .replaceAll('**', '@@')
    .replaceAll('*', '[^/]*')
    .replaceAll('@@', '.*');
  return new RegExp(`^${text}$`);
}

function patternsOf(files: RepoFiles): string[] {
  const field = parseJsonObject(files.read('package.json'))?.['workspaces'];
  const list: unknown =
    field !== null && typeof field === 'object' && 'packages' in field ? field.packages : field;
  const own = Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
  return [...own, ...pnpmPatterns(files.read('pnpm-workspace.yaml'))];
}

function pnpmPatterns(text: string | undefined): string[] {
  try {
    return (
      viewYaml(text ?? '')
        ?.itemsAt('packages')
        .flatMap((item) => item.text() ?? []) ?? []
    );
  } catch {
    return [];
  }
}
