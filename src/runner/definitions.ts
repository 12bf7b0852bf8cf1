import { basename } from 'node:path/posix';
import type { Check, RepoFiles } from '../checks/check.ts';

/** Files in which a repository writes its own commands: what `npm test` or `make lint` does is decided there. */
const COMMAND_FILE =
  /^(package\.json|composer\.json|(GNU)?[Mm]akefile|.*\.mk|\.?[Jj]ustfile|[Tt]askfile\.ya?ml|tox\.ini|noxfile\.py|Rakefile|\.pre-commit-config\.yaml|\.bgtask\.yaml)$/;

/** A file's commands, as far as they can be told from the rest: a new dependency in package.json redefines no check. */
function commandsOf(path: string, text: string): string {
  if (!/(package|composer)\.json$/.test(path)) return text;
  try {
    const { scripts } = JSON.parse(text) as { scripts?: unknown };
    return JSON.stringify(scripts ?? {});
  } catch {
    return text;
  }
}

/** The files that a check's evidence names and that define it, with the commands in them. What CI runs is evidence, no definition. */
export function definitionsOf(check: Check, files: RepoFiles): Map<string, string> {
  const named = check.evidence
    .split(/;\s*/)
    .filter((part) => !part.endsWith(' runs it'))
    .flatMap((part) => part.split(/[\s,]+/))
    .map((word) => word.replace(/:\d+$/, ''));
  const paths = named.filter((path) => COMMAND_FILE.test(basename(path)) && files.has(path));
  return new Map(paths.map((path) => [path, commandsOf(path, files.read(path) ?? '')]));
}

/** The first of the files whose commands are others now, or which is gone; undefined when the check is what it was. */
export function redefinedIn(definitions: ReadonlyMap<string, string>, files: RepoFiles): string | undefined {
  return [...definitions].find(
    ([path, commands]) => commandsOf(path, files.read(path) ?? '') !== commands,
  )?.[0];
}
