import { CI, itDetects, pkg, workflow, type Case } from '../memory-repo.ts';

const rows = (...lines: string[]): string => lines.join('\n');
const LOCK = { 'package-lock.json': '{}' };

const suggestions: Case[] = [
  [
    'a script that reads what a build leaves; the usual one for types is asked for',
    {
      ...LOCK,
      [CI]: workflow('npm test'),
      'package.json': pkg({ lint: 'publint', typecheck: 'tsc --noEmit', test: 'mocha' }),
    },
    [
      ['install', 'npm ci'],
      ['typecheck', 'npm run typecheck'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a script of one package of a workspace',
    {
      ...LOCK,
      [CI]: workflow('npm run lint', 'npm test'),
      'package.json': pkg({ lint: 'eslint .', test: 'mocha' }, { workspaces: ['packages/*'] }),
      'packages/consumer/package.json': pkg({ 'test:types': 'tsc' }),
    },
    [
      ['install', 'npm ci'],
      ['lint', 'npm run lint'],
      ['test', 'npm test'],
    ],
  ],
  [
    'other tests where those of CI cannot run',
    {
      ...LOCK,
      [CI]: workflow('npm test'),
      'package.json': pkg({ test: 'vitest', 'test:unit': 'mocha' }),
      'vitest.config.ts': 'export default { test: { browser: { enabled: true } } };\n',
    },
    [['install', 'npm ci']],
  ],
  [
    'the format of .NET in a folder, beside CI that runs its own build script',
    {
      [CI]: workflow('cd src && dotnet make'),
      'src/.editorconfig': '',
      'src/m.slnx': '',
      'src/m.tests/m.tests.csproj': '',
    },
    [
      ['install', 'cd src && dotnet restore'],
      ['test', 'cd src && dotnet test'],
    ],
  ],
];

const sessions: Case[] = [
  [
    'an environment of tox that lints, in place of hooks which CI does not run',
    {
      [CI]: workflow('tox'),
      '.pre-commit-config.yaml': rows('repos:', '- repo: local', '  hooks:', '  - id: ruff', ''),
      'tox.ini': rows(
        '[tox]',
        'envlist = lint, py',
        '[testenv]',
        'commands = pytest',
        '[testenv:lint]',
        'commands = ruff check',
        '',
      ),
      'setup.py': '',
    },
    [
      ['install', 'python3 -m venv .venv && .venv/bin/python -m pip install -e . tox'],
      ['lint', '.venv/bin/tox -e lint'],
      ['test', '.venv/bin/tox --skip-missing-interpreters=true'],
    ],
  ],
  [
    'sessions of nox whose names CI computes',
    {
      [CI]: rows(
        'on: [pull_request]',
        'jobs:',
        '  list:',
        '    runs-on: ubuntu-latest',
        '    outputs: { names: "${{ steps.list.outputs.names }}" }',
        '    steps: [{ id: list, run: nox --list --json }]',
        '  ci:',
        '    needs: list',
        '    runs-on: ubuntu-latest',
        '    strategy:',
        '      matrix:',
        '        session: "${{ fromJson(needs.list.outputs.names) }}"',
        '        include: [{ session: "tests-3.14(format)", posargs: report }]',
        '    steps:',
        '      - run: uvx nox -s "${{ matrix.session }}" -- ${{ matrix.posargs }}',
        '',
      ),
      'noxfile.py': rows(
        '@nox.session(python=["3.13", "3.14"])',
        '@nox.parametrize("extra", ["", "format"])',
        'def tests(session, extra):',
        '    session.run("pytest")',
        '@nox.session(name="style")',
        'def run_style(session):',
        '    session.run("ruff", "check")',
        '@nox.session',
        'def typing(session):',
        '    session.run("mypy")',
        '@nox.session(default=False)',
        'def lint_all(session):',
        '    session.run("x")',
        '@nox.session',
        'def docs(session):',
        '    session.run("sphinx-build")',
        '',
      ),
      'setup.py': '',
    },
    [
      ['lint', 'uvx nox -s style'],
      ['typecheck', 'uvx nox -s typing'],
      ['test', 'uvx nox -s tests'],
    ],
  ],
  [
    'the parameter of a session is not its name',
    { [CI]: workflow('uvx nox -s "tests(format)"'), 'noxfile.py': '', 'setup.py': '' },
    [['test', 'uvx nox -s "tests(format)"']],
  ],
];

const dependencies: Case[] = [
  [
    'a runner that only an extra of setup.cfg brings, which is not installed',
    {
      [CI]: workflow('pip install tox', 'tox -e py'),
      'tox.ini': rows('[tox]', 'envlist = py', '[testenv]', 'commands = pytest', ''),
      'setup.py': '',
      'setup.cfg': rows(
        '[options.extras_require]',
        'dev =',
        '  pre-commit',
        '  tox',
        '[options.package_data]',
        'm = x',
        '',
      ),
    },
    [
      ['install', 'python3 -m venv .venv && .venv/bin/python -m pip install -e . tox'],
      ['test', '.venv/bin/tox -e py'],
    ],
  ],
  [
    'a group and a plugin that the job installs with pip, in a project of uv',
    {
      [CI]: workflow(
        'pip install . --group docs',
        'pip install pytest-cov numpy',
        'codespell docs',
        'pytest --cov=m',
      ),
      'pyproject.toml': rows(
        '[project]',
        'name = "m"',
        '[dependency-groups]',
        'dev = ["pytest"]',
        'docs = ["codespell"]',
        '',
      ),
      'uv.lock': '',
    },
    [
      ['install', 'uv sync --group docs'],
      ['lint', 'uv run --group docs codespell docs'],
      ['test', 'uv run --group docs --with pytest-cov pytest --cov=m'],
    ],
  ],
  [
    'a plugin that the job installs with pip',
    { [CI]: workflow('pip install pytest pytest-cov', 'pytest --cov=m'), 'setup.py': '' },
    [
      ['install', 'python3 -m venv .venv && .venv/bin/python -m pip install -e . pytest pytest-cov'],
      ['test', '.venv/bin/pytest --cov=m'],
    ],
  ],
  [
    "hooks that Hatch's default environment cannot run",
    {
      [CI]: workflow('hatch run test'),
      '.pre-commit-config.yaml': rows('ci:', '  autofix_prs: false', 'repos: []', ''),
      'pyproject.toml': rows(
        '[project]',
        'name = "m"',
        '[project.optional-dependencies]',
        'test = ["pre-commit"]',
        '[tool.hatch.envs.default.scripts]',
        'test = "pytest"',
        '',
      ),
    },
    [
      ['install', 'hatch env create'],
      ['lint', 'pipx run pre-commit run --all-files'],
      ['test', 'hatch run test'],
    ],
  ],
];

describe('checks: what CI bears out, leaves open and brings', () => {
  itDetects(suggestions);
  itDetects(sessions);
  itDetects(dependencies);
});
