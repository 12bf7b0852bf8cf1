import assert from 'node:assert/strict';
import { detectChecks } from '../../../src/checks/detect.ts';
import { CI, itDetects, memoryRepo, workflow, type Case } from '../memory-repo.ts';

const UV =
  '[project]\nname = "app"\n[dependency-groups]\ndev = ["pytest", "ruff", "mypy"]\n[tool.ruff]\n[tool.mypy]\n';
const VENV = 'python3 -m venv .venv';
const PIP = '.venv/bin/python -m pip install';

const managers: Case[] = [
  [
    'uv by its lock file',
    { 'pyproject.toml': UV, 'uv.lock': '' },
    [
      ['install', 'uv sync --group dev'],
      ['lint', 'uv run ruff check .'],
      ['typecheck', 'uv run mypy .'],
      ['test', 'uv run pytest'],
    ],
  ],
  [
    'uv brings a tool that no manifest declares',
    {
      'pyproject.toml': '[project]\nname="a"\n[tool.uv]\n[tool.ruff]\n',
      'tests/test_a.py': 'def test_a(): pass',
    },
    [
      ['install', 'uv sync'],
      ['lint', 'uv run --with ruff ruff check .'],
      ['test', 'uv run --with pytest pytest'],
    ],
  ],
  [
    'Poetry with its groups',
    {
      'pyproject.toml':
        '[tool.poetry]\nname="a"\n[tool.poetry.group.dev.dependencies]\npytest = "^8"\nblack = "*"\n[tool.black]\nline-length = 100\n',
      'poetry.lock': '',
    },
    [
      ['install', 'poetry install --with dev'],
      ['format', 'poetry run black .'],
      ['lint', 'poetry run black --check .'],
      ['test', 'poetry run pytest'],
    ],
  ],
  [
    'PDM',
    {
      'pyproject.toml': '[project]\nname="a"\n[tool.pdm.dev-dependencies]\ntest = ["pytest"]\n',
      'pdm.lock': '',
    },
    [
      ['install', 'pdm install'],
      ['test', 'pdm run pytest'],
    ],
  ],
  [
    'Pipenv',
    { Pipfile: '[dev-packages]\npytest = "*"\n' },
    [
      ['install', 'pipenv install --dev'],
      ['test', 'pipenv run pytest'],
    ],
  ],
  [
    "Hatch's scripts by the commands behind them",
    {
      'pyproject.toml':
        '[project]\nname="a"\n[tool.hatch.envs.default]\ndependencies=["pytest","ruff"]\n[tool.hatch.envs.default.scripts]\nunit="pytest tests"\nstyle="ruff check ."\nfix="ruff check --fix ."\n',
    },
    [
      ['install', 'hatch env create'],
      ['lint', 'hatch run style'],
      ['test', 'hatch run unit'],
    ],
  ],
  [
    'Hatch without scripts of its own',
    { 'pyproject.toml': '[project]\nname="a"\n[tool.hatch.envs.docs]\n', 'tests/test_a.py': 'import pytest' },
    [
      ['install', 'hatch env create'],
      ['test', 'hatch test'],
    ],
  ],
  [
    'pip with extras in a virtual environment that needs no root',
    {
      'pyproject.toml':
        '[project]\nname="a"\n[project.optional-dependencies]\ndev=["pytest","ruff"]\ndocs=["sphinx"]\n[tool.ruff]\n',
    },
    [
      ['install', `${VENV} && ${PIP} -e '.[dev]'`],
      ['lint', '.venv/bin/ruff check .'],
      ['test', '.venv/bin/python -m pytest'],
    ],
  ],
  [
    'pip with requirement files and a tool that none of them names',
    {
      'requirements.txt': 'flask\n',
      'requirements-dev.txt': 'mypy\n',
      'mypy.ini': '[mypy]\nfiles = src\n',
      'tests/test_a.py': 'def test_a(): pass',
    },
    [
      ['install', `${VENV} && ${PIP} -r requirements-dev.txt -r requirements.txt pytest`],
      ['typecheck', '.venv/bin/mypy'],
      ['test', '.venv/bin/python -m pytest'],
    ],
  ],
  [
    'setup.py with unittest needs no pytest',
    { 'setup.py': 'from setuptools import setup\n', 'tests/test_a.py': 'import unittest\n' },
    [
      ['install', `${VENV} && ${PIP} -e .`],
      ['test', '.venv/bin/python -m unittest'],
    ],
  ],
  [
    'tests for pyright',
    {
      'pyproject.toml':
        '[project]\nname="a"\n[dependency-groups]\ndev=["pyright","pytest"]\n[tool.pyright]\n',
      'uv.lock': '',
    },
    [
      ['install', 'uv sync --group dev'],
      ['typecheck', 'uv run pyright'],
      ['test', 'uv run pytest'],
    ],
  ],
];

const TOX = { 'setup.py': '', 'tox.ini': '[tox]\nenvlist = py36,py311\n[testenv]\ncommands = pytest\n' };

const rules: Case[] = [
  [
    'ruff that fixes by configuration is told not to',
    {
      'pyproject.toml': '[project]\nname="a"\n[dependency-groups]\ndev=["ruff"]\n[tool.ruff]\nfix = true\n',
      'uv.lock': '',
    },
    [
      ['install', 'uv sync --group dev'],
      ['lint', 'uv run ruff check --no-fix .'],
    ],
  ],
  [
    'ruff formats where its formatter is configured',
    {
      'pyproject.toml':
        '[project]\nname="a"\n[dependency-groups]\ndev=["ruff"]\n[tool.ruff.format]\nquote-style = "single"\n',
      'uv.lock': '',
    },
    [
      ['install', 'uv sync --group dev'],
      ['format', 'uv run ruff format .'],
      ['lint', 'uv run ruff check .'],
      ['lint', 'uv run ruff format --check .'],
    ],
  ],
  [
    "CI's commands go through the project's runner",
    {
      'pyproject.toml': UV,
      'uv.lock': '',
      [CI]: workflow('uv sync --all-extras', 'ruff check src', 'python -m pytest -x'),
    },
    [
      ['install', 'uv sync --all-extras'],
      ['lint', 'uv run ruff check src'],
      ['test', 'uv run python -m pytest -x'],
    ],
  ],
  [
    'CI that calls plain tools after pip install',
    {
      'pyproject.toml': '[project]\nname="a"\n',
      'requirements/ci.txt': 'pytest\n',
      [CI]: workflow(
        'pip install -r requirements/ci.txt',
        'pip install .[speed]',
        'flake8 src',
        'pytest tests --cov=a',
      ),
    },
    [
      ['install', `${VENV} && ${PIP} -r requirements/ci.txt -e '.[speed]' flake8`],
      ['lint', '.venv/bin/flake8 src'],
      ['test', '.venv/bin/pytest tests --cov=a'],
    ],
  ],
  [
    'black in CI shows how to format',
    { 'setup.py': '', [CI]: workflow('black --check src', 'pytest') },
    [
      ['install', `${VENV} && ${PIP} -e . black pytest`],
      ['format', '.venv/bin/black src'],
      ['lint', '.venv/bin/black --check src'],
      ['test', '.venv/bin/pytest'],
    ],
  ],
  [
    'a formatter that CI never checks does not format',
    {
      'pyproject.toml': '[project]\nname="a"\n[tool.black]\n',
      'uv.lock': '',
      [CI]: workflow('uv run flake8', 'uv run pytest'),
    },
    [
      ['install', 'uv sync'],
      ['lint', 'uv run flake8'],
      ['test', 'uv run pytest'],
    ],
  ],
  [
    'tox as CI calls it, without the interpreters that are missing here',
    { ...TOX, [CI]: workflow('pip install tox', 'tox') },
    [
      ['install', `${VENV} && ${PIP} -e . tox`],
      ['test', '.venv/bin/tox --skip-missing-interpreters=true'],
    ],
  ],
  [
    'tox with the interpreter of this machine, without CI',
    TOX,
    [
      ['install', `${VENV} && ${PIP} -e . tox`],
      ['test', '.venv/bin/tox -e py'],
    ],
  ],
  [
    'the group that the tests need, and not one that may ask for more than this Python has',
    {
      'pyproject.toml':
        '[project]\nname="m"\nversion="1"\n[dependency-groups]\ntest=["pytest"]\ndev=["pytest>=9999"]\n',
      'tests/test_a.py': 'def test_a(): pass\n',
    },
    [
      ['install', `${VENV} && ${PIP} --upgrade pip && ${PIP} -e . --group test`],
      ['test', '.venv/bin/python -m pytest'],
    ],
  ],
  [
    'tox by its environments, and none that a matrix decides',
    {
      'setup.py': '',
      'tox.ini': '[tox]\n',
      [CI]: workflow('tox -e lint', 'tox -e mypy', 'tox -e docs', 'tox -e ${{ matrix.env }}'),
    },
    [
      ['install', `${VENV} && ${PIP} -e . tox`],
      ['lint', '.venv/bin/tox -e lint'],
      ['typecheck', '.venv/bin/tox -e mypy'],
      ['test', '.venv/bin/tox -e py'],
    ],
  ],
  [
    'nox where nothing else is declared',
    { 'setup.py': '', 'noxfile.py': '' },
    [
      ['install', `${VENV} && ${PIP} -e . nox`],
      ['test', '.venv/bin/nox'],
    ],
  ],
  [
    "Django's own tests",
    { 'requirements.txt': 'django\n', 'manage.py': '' },
    [
      ['install', `${VENV} && ${PIP} -r requirements.txt`],
      ['test', '.venv/bin/python manage.py test'],
    ],
  ],
  [
    '--exit-zero judges nothing',
    { 'setup.py': '', [CI]: workflow('flake8 --exit-zero .', 'pytest') },
    [
      ['install', `${VENV} && ${PIP} -e . pytest`],
      ['test', '.venv/bin/pytest'],
    ],
  ],
];

describe('python', () => {
  describe('managers', () => itDetects(managers));
  describe('tools', () => itDetects(rules));
  it('a pyproject.toml that is not TOML gives a note, not a crash', () => {
    const { notes } = detectChecks(memoryRepo({ 'pyproject.toml': '[project' }));
    assert.match(notes.join('\n'), /^pyproject\.toml was not read: /m);
  });
  it('says which tool the manager would have to install', () => {
    const { notes } = detectChecks(
      memoryRepo({ 'pyproject.toml': '[tool.poetry]\nname="a"\n[tool.ruff]\n' }),
    );
    assert.ok(notes.includes('ruff is not run: pyproject.toml [tool.ruff], but poetry does not install it'));
  });
});
