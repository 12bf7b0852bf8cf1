import type { Check, CiCommand } from '../../check.ts';
import { readCommand } from '../../read-command.ts';
import type { PythonProject } from './project.ts';

const DEV_NAMES =
  /^(dev|develop|development|test|tests|testing|lint|linting|typing|types|typecheck|mypy|qa|ci|check|style|format)$/i;
const OWN_RUNNER = /^((\w+=\S*\s+)*)(uv|uvx|poetry|pdm|pipenv|hatch|rye|pipx|pixi|make|just)\b/;

/** Puts the project's runner before a command; what names a runner already stays. */
export function inProject(project: PythonProject, run: string): string {
  if (OWN_RUNNER.test(run)) return run;
  const assignments = /^(\w+=\S*\s+)*/.exec(run)?.[0] ?? '';
  const command = run.slice(assignments.length).replace(/^python3?(\.\d+)? /, 'python ');
  if (project.manager !== 'pip') return `${assignments}${project.manager} run ${command}`;
  return `${assignments}.venv/bin/${command}`;
}

/** Runs a command whose own commands look for the project's Python on the path, as a Makefile's do. */
export const inEnvironment = ({ manager }: PythonProject, run: string): string =>
  manager === 'pip' ? `PATH="$PWD/.venv/bin:$PATH" ${run}` : `${manager} run ${run}`;

/** Runs a program that the project does not declare, where the runner can bring it; undefined where it cannot. */
export function withTool(project: PythonProject, tool: string, run: string): string | undefined {
  const isThere = tool === 'python' || project.declared.has(tool) || project.manager === 'pip';
  if (isThere) return inProject(project, run);
  if (project.manager === 'hatch' && tool === 'pytest') return 'hatch test';
  return project.manager === 'uv' ? `uv run --with ${tool} ${run}` : undefined;
}

/**
 * What installs the project. CI's own line for uv, Poetry, PDM and Pipenv. For pip a virtual environment in `.venv`: it needs no
 * root and leaves the system's Python alone; `tools` are added that the checks need and no manifest declares.
 */
export function installPython(
  project: PythonProject,
  ci: readonly CiCommand[],
  tools: readonly string[],
): Check {
  const { manager, evidence } = project;
  const line = ci.find(
    ({ run }) => new RegExp(`^${manager} (sync|install)\\b`).test(run) && readCommand(run).kind === 'install',
  );
  if (line && manager !== 'pip' && manager !== 'hatch') {
    return {
      kind: 'install',
      name: `install (${manager})`,
      run: line.run,
      evidence: `${evidence}; ${line.source} runs it`,
    };
  }
  return { kind: 'install', name: `install (${manager})`, run: installCommand(project, ci, tools), evidence };
}

function installCommand(project: PythonProject, ci: readonly CiCommand[], tools: readonly string[]): string {
  const extras = project.extras.filter((name) => DEV_NAMES.test(name));
  const groups = project.groups.filter((name) => DEV_NAMES.test(name));
  switch (project.manager) {
    case 'uv':
      return [
        'uv sync',
        ...extras.map((name) => `--extra ${name}`),
        ...groups.map((name) => `--group ${name}`),
      ].join(' ');
    case 'poetry':
      return ['poetry install', ...groups.length ? [`--with ${groups.join(',')}`] : [], ...extras.map((name) => `--extras ${name}`)].join(' '); // prettier-ignore
    case 'pdm':
      return ['pdm install', ...groups.filter((name) => name !== 'dev').map((name) => `-G ${name}`)].join(
        ' ',
      );
    case 'pipenv':
      return 'pipenv install --dev';
    case 'hatch':
      return 'hatch env create';
    case 'pip':
      return pipInstall(project, extrasOf(extras, ci), { groups, tools });
  }
}

/** Extras that CI installs with `.[a,b]` are right even when their name says nothing. */
function extrasOf(usual: readonly string[], ci: readonly CiCommand[]): string[] {
  const named = ci.flatMap(({ run }) =>
    /\bpip3? install\b/.test(run) ? (/(?:^|[\s"'])\.\[([\w,\s-]+)\]/.exec(run)?.[1]?.split(',') ?? []) : [],
  );
  const all = named.length > 0 ? named.map((name) => name.trim()) : usual;
  return [...new Set(all)];
}

function pipInstall(
  project: PythonProject,
  extras: readonly string[],
  more: { groups: readonly string[]; tools: readonly string[] },
): string {
  const pip = '.venv/bin/python -m pip install';
  const words = [
    ...project.requirements.map((path) => `-r ${path}`),
    ...(project.isPackage ? [extras.length > 0 ? `-e '.[${extras.join(',')}]'` : '-e .'] : []),
    ...more.groups.map((name) => `--group ${name}`),
    ...more.tools,
  ];
  const upgrade = more.groups.length > 0 ? [`${pip} --upgrade pip`] : [];
  return [
    'python3 -m venv .venv',
    ...upgrade,
    ...(words.length > 0 ? [`${pip} ${words.join(' ')}`] : []),
  ].join(' && ');
}
