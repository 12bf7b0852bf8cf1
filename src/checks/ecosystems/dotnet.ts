import type { CiCommand, Detector, RepoFiles } from '../check.ts';
import { checksOf, type Suggestion } from './suggest.ts';

const SOLUTION = /^[^/]+\.slnx?$/;
const PROJECT = /\.(cs|fs|vb)proj$/;

/** .NET: dotnet format where an .editorconfig rules it, dotnet test or, without tests, dotnet build. */
export const dotnet: Detector = {
  name: 'dotnet',
  detect: (files, ci) => {
    const target = targetOf(files);
    if (target === undefined) return [];
    const install = { run: `dotnet restore${target.argument}`, evidence: target.path };
    return checksOf({ ecosystem: 'dotnet', install, proofs: proofs(files, target) }, ci);
  },
  notes,
};

interface Target {
  path: string;
  /** Names the solution where dotnet would not know which one is meant. */
  argument: string;
}

function targetOf(files: RepoFiles): Target | undefined {
  const solutions = files.paths.filter((path) => SOLUTION.test(path));
  const inRoot =
    solutions.length > 0
      ? solutions
      : files.paths.filter((path) => PROJECT.test(path) && !path.includes('/'));
  const [path] = inRoot;
  return path === undefined
    ? undefined
    : { path, argument: inRoot.length > 1 ? ` '${path.replaceAll("'", '')}'` : '' };
}

function proofs(files: RepoFiles, { path, argument }: Target): Suggestion[] {
  const list: Suggestion[] = [];
  if (files.has('.editorconfig')) {
    list.push(['format', 'dotnet format', `dotnet format${argument}`, '.editorconfig']);
    list.push(['lint', 'dotnet format', `dotnet format${argument} --verify-no-changes`, '.editorconfig']);
  }
  const test = files.paths.find((name) => PROJECT.test(name) && /tests?\b|\bspecs?\b/i.test(name));
  if (test === undefined) return [...list, ['typecheck', 'dotnet build', `dotnet build${argument}`, path]];
  return [...list, ['test', 'dotnet test', `dotnet test${argument}`, `${path}; ${test}`]];
}

function notes(files: RepoFiles, _ci: readonly CiCommand[]): string[] {
  const target = targetOf(files);
  return target?.argument
    ? [`several .NET solutions: ${target.path} is taken; name another in .bgtask.yaml`]
    : [];
}
