import type { Check, CiCommand } from '../../check.ts';
import { readCommand } from '../../read-command.ts';
import type { PythonProject } from './project.ts';
import { asWord } from './brought.ts';

const DEV_NAMES =
  /^(dev|develop|development|test|tests|testing|lint|linting|typing|types|typecheck|mypy|qa|ci|check|style|format)$/i;
/** Programs whose name is also that of the package which brings them. */
const INSTALLABLE =
  /^(ruff|black|isort|flake8|pylint|mypy|pyright|pytest|tox|nox|pre-commit|bandit|codespell)$/;
/** Their plugins, likewise. */
const PLUGIN = /^(pytest|flake8|pylint|mypy|types)-[\w.-]+/;
const isInstallable = (tool: string): boolean => INSTALLABLE.test(tool) || PLUGIN.test(tool);
/** Type checkers that look for the project's packages with the Python on PATH. */
const LOOKS_AT_PATH = /^(\.venv\/bin\/)?(python -m )?(pyright|basedpyright|ty|pyrefly)\b/;
const OWN_RUNNER = /^((\w+=\S*\s+)*)(uv|uvx|poetry|pdm|pipenv|hatch|rye|pipx|pixi|make|just)\b/;

/** Puts the project's runner before a command; what names a runner already stays. */
export function inProject(project: PythonProject, run: string, options = ''): string {
  if (OWN_RUNNER.test(run)) return run;
  const assignments = /^(\w+=\S*\s+)*/.exec(run)?.[0] ?? '';
  const command = run.slice(assignments.length).replace(/^python3?(\.\d+)? /, 'python ');
  if (project.manager !== 'pip') return `${assignments}${project.manager} run ${options}${command}`;
  const path = LOOKS_AT_PATH.test(command) ? 'PATH="$PWD/.venv/bin:$PATH" ' : '';
  return `${assignments}${path}.venv/bin/${command}`;
}

/** Runs a command whose own commands look for the project's Python on the path, as a Makefile's do. */
export function inEnvironment({ manager }: PythonProject, run: string): string {
  const [set = ''] = /^(\w+=[\w./:,+-]* )*/.exec(run) ?? [];
  const rest = run.slice(set.length);
  return manager === 'pip' ? `PATH="$PWD/.venv/bin:$PATH" ${run}` : `${set}${manager} run ${rest}`;
}

/** Runs a program that the project does not declare, where the runner can bring it; undefined where it cannot. */
export function withTool(project: PythonProject, tool: string, run: string): string | undefined {
  const isThere = tool === 'python' || project.declared.has(tool) || project.manager === 'pip';
  if (isThere) return inProject(project, run);
  if (project.manager === 'hatch' && tool === 'pytest') return 'hatch test';
  return project.manager === 'uv' ? `uv run --with ${tool} ${run}` : undefined;
}

/**
 * What installs the project. CI's own line for uv, Poetry, PDM and Pipenv. For pip a virtual environment in `.venv`: it needs no
 * root and leaves the system's Python alone. `tools` are the programs that the checks run: they decide on groups and extras, and
 * those that no manifest declares are added.
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
  const extras = neededOf(project, project.extras, tools);
  const groups = neededOf(project, groupsOf(project, ci), tools, namedGroups(ci));
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

/** The groups that CI installs with `pip install --group`, else all. */
const namedGroups = (ci: readonly CiCommand[]): string[] =>
  ci.flatMap(({ run }) =>
    /\bpip3? install\b/.test(run)
      ? [...run.matchAll(/ --group[= ](?:[\w./-]+:)?([\w-]+)/g)].flatMap((match) => match[1] ?? [])
      : [],
  );

function groupsOf({ groups }: PythonProject, ci: readonly CiCommand[]): readonly string[] {
  const named = namedGroups(ci);
  const known = groups.filter((name) => named.includes(name));
  return known.length > 0 ? known : groups;
}

/** Which group is asked first for a program, by the group's name. */
const FOR_PROGRAM: readonly (readonly [program: RegExp, group: RegExp])[] = [
  [/^(pytest|tox|nox|hypothesis|coverage)/, /^tests?$|^testing$/i],
  [/^(mypy|pyright|basedpyright|pyrefly|ty|pytype)$/, /^(typing|types?|typecheck|type-check|mypy)$/i],
  [/./, /^(lint|linting|style|format|check|qa)$/i],
];

/**
 * Only what the checks need is installed: for each program the group or extra that brings it and is called after it, else the
 * first that brings it. All groups for development where none brings a program that is needed.
 */
function neededOf(
  project: PythonProject,
  names: readonly string[],
  tools: readonly string[],
  named: readonly string[] = [],
): string[] {
  const usual = names.filter((name) => DEV_NAMES.test(name) || named.includes(name));
  const brings = (name: string, tool: string): boolean => project.contents.get(name)?.has(tool) === true;
  const chosen = tools.flatMap((tool) => {
    const able = usual.filter((name) => brings(name, tool));
    const preferred = FOR_PROGRAM.find(([program]) => program.test(tool))?.[1] ?? /^$/;
    return able.find((name) => preferred.test(name)) ?? able[0] ?? [];
  });
  return chosen.length === 0 ? usual : usual.filter((name) => chosen.includes(name));
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
    ...more.tools.filter((tool) => isInstallable(tool) && !project.declared.has(tool)).map(asWord),
  ];
  const upgrade = more.groups.length > 0 ? [`${pip} --upgrade pip`] : [];
  return [
    'python3 -m venv .venv',
    ...upgrade,
    ...(words.length > 0 ? [`${pip} ${words.join(' ')}`] : []),
  ].join(' && ');
}
