import type { CheckKind, CiCommand, RepoFiles } from '../../check.ts';
import { hookIds, usesPreCommit } from '../../common/pre-commit-config.ts';
import { ecosystemsIn } from '../../plugs.ts';
import { isTable, tableAt, type PythonProject } from './project.ts';

/** A tool that the repository configures or declares. */
export interface PythonTool {
  tool: string;
  kind: CheckKind;
  run: string;
  evidence: string;
}

const TEST_FILE = /(^|\/)(test_[^/]+|[^/]+_test)\.py$/;

/** The tools that a project configures, in its own manifest or a file of theirs, without asking whether CI runs them. */
export function pythonTools(
  files: RepoFiles,
  project: PythonProject,
  ci: readonly CiCommand[],
): PythonTool[] {
  const hooks = hookIds(files);
  const isHooked = usesPreCommit(files, ci);
  return [
    ...linters(files, project, { hooks, isHooked }),
    ...typeCheckers(files, project, { hooks, isHooked }),
    ...tests(files, project, ci),
  ];
}

/** Where a tool is configured or declared. */
function evidenceOf(
  files: RepoFiles,
  project: PythonProject,
  tool: string,
  configs: readonly string[],
): string | undefined {
  const hooks = hookIds(files);
  if (isLeftOver(project, tool, hooks)) return undefined;
  if (isTable(project.tool[tool])) return `pyproject.toml [tool.${tool}]`;
  const file = configs.find((path) => files.has(path));
  if (file !== undefined) return file;
  for (const path of ['setup.cfg', 'tox.ini']) {
    if (new RegExp(`^\\[${tool}\\]`, 'm').test(files.read(path) ?? '')) return `${path} [${tool}]`;
  }
  // Where there are hooks, they say what judges; a program may also be declared because the project itself calls it.
  const isUsed = project.declared.has(tool) && (hooks.size === 0 || tool === 'pytest');
  return isUsed ? `the manifests ask for ${tool}` : undefined;
}

/** A table that stayed when the hooks went over to another tool: nothing installs it and no hook runs it. */
const isLeftOver = ({ declared }: PythonProject, tool: string, hooks: ReadonlySet<string>): boolean =>
  !declared.has(tool) && hooks.size > 0 && tool !== 'pytest' && ![...hooks].some((id) => id.startsWith(tool));

interface Hooks {
  hooks: ReadonlySet<string>;
  /** True when pre-commit itself will run: what it runs need not run twice. */
  isHooked: boolean;
}

type Add = (tool: string, kind: CheckKind, run: string, evidence: string) => void;

function linters(files: RepoFiles, project: PythonProject, hooked: Hooks): PythonTool[] {
  const tools: PythonTool[] = [];
  const add: Add = (tool, kind, run, evidence) => void tools.push({ tool, kind, run, evidence });
  const isHook = (tool: string, ...ids: string[]): boolean =>
    (hooked.isHooked || !project.declared.has(tool)) && ids.some((id) => hooked.hooks.has(id));
  const black = evidenceOf(files, project, 'black', []);
  if (black && (project.declared.has('black') || !hooked.hooks.has('black')))
    add('black', 'format', 'black .', black);
  if (black && !isHook('black', 'black', 'black-jupyter')) add('black', 'lint', 'black --check .', black);
  const ruff = evidenceOf(files, project, 'ruff', ['ruff.toml', '.ruff.toml']);
  if (ruff)
    addRuff({ files, project, add }, ruff, {
      isHook: isHook('ruff', 'ruff', 'ruff-check', 'ruff-format'),
      black,
      hooked,
    });
  const flake8 = evidenceOf(files, project, 'flake8', ['.flake8']);
  if (flake8 && !ruff && !isHook('flake8', 'flake8')) add('flake8', 'lint', 'flake8', flake8);
  return tools;
}

function addRuff(
  { files, project, add }: { files: RepoFiles; project: PythonProject; add: Add },
  evidence: string,
  { isHook, black, hooked }: { isHook: boolean; black: string | undefined; hooked: Hooks },
): void {
  const config = files.read('ruff.toml') ?? files.read('.ruff.toml') ?? '';
  const table = tableAt(project.tool, 'ruff');
  const fixes = table['fix'] === true || /^fix\s*=\s*true/m.test(config);
  const formats = isTable(table['format']) || hooked.hooks.has('ruff-format') || /^\[format\]/m.test(config);
  if (!isHook) add('ruff', 'lint', fixes ? 'ruff check --no-fix .' : 'ruff check .', evidence);
  if (!formats || black) return;
  if (project.declared.has('ruff') || !hooked.hooks.has('ruff-format'))
    add('ruff', 'format', 'ruff format .', evidence);
  if (!isHook) add('ruff', 'lint', 'ruff format --check .', evidence);
}

function typeCheckers(files: RepoFiles, project: PythonProject, { hooks, isHooked }: Hooks): PythonTool[] {
  const tools: PythonTool[] = [];
  const mypy = evidenceOf(files, project, 'mypy', ['mypy.ini', '.mypy.ini']);
  if (mypy && !(hooks.has('mypy') && (isHooked || !project.declared.has('mypy')))) {
    const config = `${files.read('mypy.ini') ?? ''}${files.read('setup.cfg') ?? ''}`;
    const table = tableAt(project.tool, 'mypy');
    const hasTarget =
      'files' in table || 'packages' in table || 'modules' in table || /^(files|packages)\s*=/m.test(config);
    tools.push({ tool: 'mypy', kind: 'typecheck', run: hasTarget ? 'mypy' : 'mypy .', evidence: mypy });
  }
  const pyright = evidenceOf(files, project, 'pyright', ['pyrightconfig.json']);
  if (pyright && !mypy) tools.push({ tool: 'pyright', kind: 'typecheck', run: 'pyright', evidence: pyright });
  return tools;
}

function tests(files: RepoFiles, project: PythonProject, ci: readonly CiCommand[]): PythonTool[] {
  const isRun = (tool: string): string | undefined =>
    ci.find(({ run }) => new RegExp(`\\b${tool}\\b`).test(run))?.source;
  const pytest = evidenceOf(files, project, 'pytest', ['pytest.ini', 'conftest.py', 'tests/conftest.py']);
  const manage = files.has('manage.py') && !pytest ? 'manage.py' : undefined;
  if (pytest && !isSideTool(files, pytest))
    return [{ tool: 'pytest', kind: 'test', run: pytestOf(project), evidence: pytest }];
  if (files.has('noxfile.py'))
    return [{ tool: 'nox', kind: 'test', run: 'nox', evidence: isRun('nox') ?? 'noxfile.py' }];
  if (files.has('tox.ini') || isTable(project.tool['tox'])) {
    return [
      {
        tool: 'tox',
        kind: 'test',
        run: 'tox -e py',
        evidence: files.has('tox.ini') ? 'tox.ini' : 'pyproject.toml [tool.tox]',
      },
    ];
  }
  if (manage) return [{ tool: 'python', kind: 'test', run: 'python manage.py test', evidence: manage }];
  return testFiles(files, project);
}

/** pytest among the dependencies of a project in another language, without one test file, tests nothing here. */
const isSideTool = (files: RepoFiles, evidence: string): boolean =>
  evidence.startsWith('the manifests') &&
  ecosystemsIn(files).length > 1 &&
  !files.paths.some((path) => TEST_FILE.test(path));

/** As a module it finds packages in the root, which nothing installed into a bare virtual environment. */
const pytestOf = ({ manager }: PythonProject): string => (manager === 'pip' ? 'python -m pytest' : 'pytest');

/** Tests without a declared runner: unittest's own where they use it and nothing else, pytest where not. */
function testFiles(files: RepoFiles, project: PythonProject): PythonTool[] {
  const paths = files.paths.filter((path) => TEST_FILE.test(path));
  const [first] = paths;
  if (first === undefined) return [];
  const texts = paths.slice(0, 5).map((path) => files.read(path) ?? '');
  const isUnittest = texts.every((text) => /\bunittest\b/.test(text) && !/\bpytest\b|^def test_/m.test(text));
  return isUnittest
    ? [{ tool: 'python', kind: 'test', run: 'python -m unittest', evidence: first }]
    : [{ tool: 'pytest', kind: 'test', run: pytestOf(project), evidence: first }];
}
