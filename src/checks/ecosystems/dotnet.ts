import type { RepoFiles } from '../check.ts';
import { DOTNET_RULES } from '../tools/others.ts';
import { CONFIGURED, type Ecosystem, type Suggestion } from './ecosystem.ts';

const SOLUTION = /^[^/]+\.slnx?$/;
const PROJECT = /\.(cs|fs|vb)proj$/;

/** .NET: dotnet format where an .editorconfig rules it, dotnet test or, without tests, dotnet build. */
export const dotnet: Ecosystem = {
  name: 'dotnet',
  manifests: ['*.sln', '*.slnx', '*.csproj', '*.fsproj', '*.vbproj'],
  locks: ['packages.lock.json', 'Directory.Packages.props', 'global.json', 'dotnet-tools.json'],
  downloads: [['dotnet', / tool (restore|install) /]],
  registries: {
    defaults: ['api.nuget.org', 'www.nuget.org', 'globalcdn.nuget.org'],
    named: [[['nuget.config', 'NuGet.config', 'NuGet.Config'], /\bvalue="(https?:[^\s"]{1,500})/g]],
  },
  toolchain: { dotnet: 'Install the .NET SDK from https://dotnet.microsoft.com/download.' },
  rules: DOTNET_RULES,
  subcommands: ['dotnet'],
  formatters: [
    [/\bdotnet format\b.* --verify-no-changes\b/, (run) => run.replace(/ --verify-no-changes\b/, '')],
    [/\bcsharpier\b.* (check|--check)\b/, (run) => run.replace(/ (check|--check)\b/, ' format')],
  ],
  suggest: (files) => {
    const target = targetOf(files);
    if (target === undefined) return undefined;
    const install = { run: `dotnet restore${target.argument}`, evidence: target.path };
    return { install, proofs: proofs(files, target), notes: notes(target) };
  },
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
  if (files.has('.editorconfig') && !files.paths.some((name) => name.startsWith('.github/workflows/'))) {
    list.push(['format', 'dotnet format', `dotnet format${argument}`, '.editorconfig', CONFIGURED]);
    list.push([
      'lint',
      'dotnet format',
      `dotnet format${argument} --verify-no-changes`,
      '.editorconfig',
      CONFIGURED,
    ]);
  }
  const test = files.paths.find((name) => PROJECT.test(name) && /tests?\b|\bspecs?\b/i.test(name));
  if (test === undefined)
    return [...list, ['typecheck', 'dotnet build', `dotnet build${argument}`, path, CONFIGURED]];
  return [...list, ['test', 'dotnet test', `dotnet test${argument}`, `${path}; ${test}`]];
}

function notes(target: Target): string[] {
  return target.argument
    ? [`several .NET solutions: ${target.path} is taken; name another in .bgtask.yaml`]
    : [];
}
