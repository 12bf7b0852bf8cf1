import { parse } from 'smol-toml';
import type { CiCommand, RepoFiles } from '../../check.ts';
import { stringMap } from '../node/package.ts';

type PythonManager = 'uv' | 'poetry' | 'pdm' | 'hatch' | 'pipenv' | 'pip';

/** A Python repository as detection needs it. */
export interface PythonProject {
  manager: PythonManager;
  /** The file that decided on the manager. */
  evidence: string;
  /** Names of everything that its manifests ask for, lower case, `_` as `-`. */
  declared: ReadonlySet<string>;
  /** Names of `[project.optional-dependencies]`. */
  extras: readonly string[];
  /** Names of `[dependency-groups]` and Poetry's groups. */
  groups: readonly string[];
  /** True when `pip install -e .` can work. */
  isPackage: boolean;
  /** Requirement files to install, in order. */
  requirements: readonly string[];
  /** What each group and extra of these names brings: names as in `declared`. */
  contents: ReadonlyMap<string, ReadonlySet<string>>;
  /** Named commands of hatch, pdm or poe, and what calls one. */
  scripts: ReadonlyMap<string, string>;
  /** `[tool]` of pyproject.toml. */
  tool: Table;
  /** Set when pyproject.toml cannot be read. */
  note?: string;
}

export type Table = Record<string, unknown>;

const MANIFESTS = [
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'requirements.txt',
  'Pipfile',
  'tox.ini',
  'noxfile.py',
];
const REQUIREMENTS =
  /^(requirements\/)?((dev|test|tests|ci|lint)[-_.])?requirements([-_.](dev|develop|test|tests|testing|ci|lint|all))?\.txt$|^requirements\/(dev|test|tests|testing|ci|lint|base|main)\.txt$/;

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Walks down tables; an empty table where one is missing. */
export function tableAt(table: Table, ...keys: string[]): Table {
  let here: Table = table;
  for (const key of keys) {
    const next = Object.hasOwn(here, key) ? here[key] : undefined;
    if (!isTable(next)) return {};
    here = next;
  }
  return here;
}

/** Reads the Python manifests of a folder; undefined when it has none. */
export function readPythonProject(files: RepoFiles, ci: readonly CiCommand[]): PythonProject | undefined {
  if (!MANIFESTS.some((path) => files.has(path))) return undefined;
  const { toml, note } = readToml(files, 'pyproject.toml');
  const hatch = readToml(files, 'hatch.toml').toml;
  const tool = { ...tableAt(toml, 'tool'), ...(files.has('hatch.toml') && { hatch }) };
  const choice = chooseManager(files, tool, ci);
  const requirements = requirementFiles(files, ci);
  return {
    ...choice,
    declared: declaredNames(files, toml, requirements),
    extras: Object.keys(tableAt(toml, 'project', 'optional-dependencies')),
    groups: [
      ...Object.keys(tableAt(toml, 'dependency-groups')),
      ...Object.keys(tableAt(tool, 'poetry', 'group')),
    ],
    contents: contentsOf(toml),
    isPackage:
      files.has('setup.py') ||
      isTable(toml['project']) ||
      isTable(toml['build-system']) ||
      /^\[metadata\]/m.test(files.read('setup.cfg') ?? ''),
    requirements,
    scripts: new Map([
      ...stringMap(tableAt(tool, 'pdm', 'scripts')),
      ...stringMap(tableAt(tool, 'poe', 'tasks')),
      ...hatchScripts(tableAt(tool, 'hatch', 'envs')),
    ]),
    tool,
    note,
  };
}

/** Scripts of Hatch's environments: `check` of the default one, `types:check` of another. A list is run in order. */
function hatchScripts(environments: Table): [string, string][] {
  return Object.keys(environments).flatMap((environment) =>
    Object.entries(tableAt(environments, environment, 'scripts')).flatMap(
      ([name, body]): [string, string][] => {
        const lines = (Array.isArray(body) ? body : [body]).filter((line) => typeof line === 'string');
        const key = environment === 'default' ? name : `${environment}:${name}`;
        return lines.length > 0 ? [[key, lines.join(' && ')]] : [];
      },
    ),
  );
}

function readToml(files: RepoFiles, path: string): { toml: Table; note?: string } {
  const text = files.read(path);
  if (text === undefined) return { toml: {} };
  try {
    return { toml: parse(text, { maxDepth: 100 }) };
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { toml: {}, note: `${path} was not read: ${why}` };
  }
}

const LOCKS = [
  ['uv', 'uv.lock'],
  ['poetry', 'poetry.lock'],
  ['pdm', 'pdm.lock'],
] as const;

/** The managers whose lock file is there; of two, the one that CI calls comes first. */
function lockedManagers(files: RepoFiles, ci: readonly CiCommand[]): (readonly [PythonManager, string])[] {
  const locked = LOCKS.filter(([, lock]) => files.has(lock));
  const called = locked.filter(([manager]) =>
    ci.some(({ run }) => new RegExp(`(^|\\s)${manager} (run|install|sync)\\b`).test(run)),
  );
  return [...called, ...locked];
}

function chooseManager(
  files: RepoFiles,
  tool: Table,
  ci: readonly CiCommand[],
): Pick<PythonProject, 'manager' | 'evidence'> {
  const table: readonly (readonly [PythonManager, string | undefined])[] = [
    ...lockedManagers(files, ci),
    ['pipenv', files.has('Pipfile') ? 'Pipfile' : undefined],
    ['poetry', isTable(tool['poetry']) ? 'pyproject.toml [tool.poetry]' : undefined],
    ['pdm', isTable(tool['pdm']) ? 'pyproject.toml [tool.pdm]' : undefined],
    ['uv', isTable(tool['uv']) ? 'pyproject.toml [tool.uv]' : undefined],
    ['hatch', isTable(tableAt(tool, 'hatch')['envs']) ? hatchFile(files) : undefined],
    ['uv', ci.find(({ run }) => /^uv (run|sync)\b/.test(run))?.source],
  ];
  for (const [manager, evidence] of table)
    if (evidence !== undefined && !(evidence.startsWith('pyproject.toml [') && isLeftToPip(manager, ci)))
      return { manager, evidence };
  return { manager: 'pip', evidence: MANIFESTS.find((path) => files.has(path)) ?? '' };
}

/** `[tool.pdm]` may hold what the build backend asks for: CI that installs with pip and never calls the manager does not use it. */
const isLeftToPip = (manager: PythonManager, ci: readonly CiCommand[]): boolean =>
  ci.some(
    ({ run }) => /\bpip3? install\b.*\s(-r|--requirement|-e|--editable|\.)/.test(run) && !/\buv\b/.test(run),
  ) && !ci.some(({ run }) => new RegExp(`(^|\\s)${manager}\\s`).test(run));

const hatchFile = (files: RepoFiles): string =>
  files.has('hatch.toml') ? 'hatch.toml' : 'pyproject.toml [tool.hatch.envs]';

/** The usual requirement files, and those that CI installs. */
function requirementFiles(files: RepoFiles, ci: readonly CiCommand[]): string[] {
  const named = ci.flatMap(({ run }) =>
    /\bpip3? install\b/.test(run)
      ? [...run.matchAll(/(?:-r|--requirement)[ =]?([\w./-]+)/g)].flatMap((match) => match[1] ?? [])
      : [],
  );
  const usual = files.paths.filter((path) => REQUIREMENTS.test(path));
  return [...new Set([...named.map((path) => path.replace(/^\.\//, '')), ...usual])].filter(
    (path) => files.has(path) && !/(^|\/)docs?\/|\/.*\//.test(path),
  );
}

const normal = (name: string): string => name.toLowerCase().replaceAll('_', '-');
const nameIn = (requirement: string): string | undefined => /^\s*([A-Za-z0-9][\w.-]*)/.exec(requirement)?.[1];

/** A tool among those that build the documents judges nothing here. */
const withoutDocs = ([name, list]: [string, unknown]): unknown[] =>
  /^(docs?|documentation|rtd|site|website)$/i.test(name) ? [] : [list];

/** The names that each group and extra brings, groups that it includes as well. */
function contentsOf(toml: Table): Map<string, Set<string>> {
  const groups = tableAt(toml, 'dependency-groups');
  const all = [
    ...Object.entries(tableAt(toml, 'project', 'optional-dependencies')),
    ...Object.entries(groups),
  ];
  const namesOf = (list: unknown, depth: number): string[] =>
    (Array.isArray(list) ? list : []).flatMap((item: unknown): string[] => {
      if (typeof item === 'string') return (nameIn(item) ?? '').split(' ').filter(Boolean).map(normal);
      const included = isTable(item) ? item['include-group'] : undefined;
      return typeof included === 'string' && depth < 5 ? namesOf(groups[included], depth + 1) : [];
    });
  return new Map(all.map(([name, list]) => [name, new Set(namesOf(list, 0))]));
}

/** Every name in any list or table of dependencies; being generous costs an unneeded mention, being strict a missing tool. */
function declaredNames(files: RepoFiles, toml: Table, requirements: readonly string[]): Set<string> {
  const poetry = tableAt(toml, 'tool', 'poetry');
  const lists: unknown[] = [
    tableAt(toml, 'project')['dependencies'],
    ...Object.entries(tableAt(toml, 'project', 'optional-dependencies')).flatMap(withoutDocs),
    ...Object.entries(tableAt(toml, 'dependency-groups')).flatMap(withoutDocs),
    ...Object.values(tableAt(toml, 'tool', 'pdm', 'dev-dependencies')),
    tableAt(toml, 'tool', 'uv')['dev-dependencies'],
    tableAt(toml, 'tool', 'hatch', 'envs', 'default')['dependencies'],
    ...requirements.map((path) => (files.read(path) ?? '').split('\n')),
  ];
  const tables = [
    tableAt(poetry, 'dependencies'),
    tableAt(poetry, 'dev-dependencies'),
    ...Object.keys(tableAt(poetry, 'group')).map((group) => tableAt(poetry, 'group', group, 'dependencies')),
  ];
  const texts = lists.flatMap((list): unknown[] => (Array.isArray(list) ? list : []));
  const names = [
    ...texts.flatMap((item) => (typeof item === 'string' ? (nameIn(item) ?? []) : [])),
    ...tables.flatMap((table) => Object.keys(table)),
    ...(files.read('Pipfile') ?? '')
      .split('\n')
      .flatMap((line) => /^"?([\w.-]+)"?\s*=/.exec(line)?.[1] ?? []),
    ...legacyNames(files),
  ];
  return new Set(names.map(normal));
}

/** The extras of setup.cfg, which `pip install -e .` leaves out. */
const EXTRAS = /^\[options\.extras_require\][^]*?(?=^\[|$(?![^]))/m;

/** setup.py is a program: only the tools that checks need are looked for in it. */
function legacyNames(files: RepoFiles): string[] {
  const text = `${files.read('setup.py') ?? ''}\n${(files.read('setup.cfg') ?? '').replace(EXTRAS, '')}`;
  const tools = ['pytest', 'ruff', 'black', 'mypy', 'flake8', 'tox', 'nox'];
  return tools.filter((tool) => new RegExp(`["'\\s]${tool}(["'\\s\\[=<>~!;]|$)`, 'm').test(text));
}
