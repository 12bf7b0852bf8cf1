import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const VENV = 'python3 -m venv .venv';
const PIP = '.venv/bin/python -m pip install';
const HOOKS =
  'repos:\n  - repo: https://example.com/ruff\n    hooks:\n      - id: ruff\n      - id: ruff-format\n';

const hooks: Case[] = [
  [
    'pre-commit alone lints, and brings its linters itself',
    {
      'pyproject.toml': '[project]\nname="a"\n[tool.ruff]\n',
      'uv.lock': '',
      '.pre-commit-config.yaml': HOOKS,
      'tests/test_a.py': 'import pytest',
    },
    [
      ['install', 'uv sync'],
      ['lint', 'uvx pre-commit run --all-files'],
      ['test', 'uv run --with pytest pytest'],
    ],
  ],
  [
    'pre-commit in a pip project is installed into its environment',
    {
      'setup.py': '',
      '.pre-commit-config.yaml': HOOKS,
      [CI]: workflow('pytest').replace(
        '      - run: |',
        '      - uses: pre-commit/action@v3\n      - run: |',
      ),
    },
    [
      ['install', `${VENV} && ${PIP} -e . pytest pre-commit`],
      ['lint', '.venv/bin/pre-commit run --all-files'],
      ['test', '.venv/bin/pytest'],
    ],
  ],
  [
    'pre-commit that CI replaces by its own linters is not run',
    { 'setup.py': '', '.pre-commit-config.yaml': HOOKS, [CI]: workflow('ruff check .', 'pytest') },
    [
      ['install', `${VENV} && ${PIP} -e . ruff pytest`],
      ['lint', '.venv/bin/ruff check .'],
      ['test', '.venv/bin/pytest'],
    ],
  ],
  [
    'the hosted service counts as CI',
    {
      'setup.py': '',
      '.pre-commit-config.yaml': `ci:\n  autofix_prs: true\n${HOOKS}`,
      [CI]: workflow('mypy src', 'pylint src', 'pytest'),
    },
    [
      ['install', `${VENV} && ${PIP} -e . mypy pylint pytest pre-commit`],
      ['lint', '.venv/bin/pylint src'],
      ['lint', '.venv/bin/pre-commit run --all-files'],
      ['typecheck', '.venv/bin/mypy src'],
      ['test', '.venv/bin/pytest'],
    ],
  ],
  [
    'a hook that refuses the main branch is skipped',
    { '.pre-commit-config.yaml': 'repos:\n- repo: x\n  hooks:\n  - id: no-commit-to-branch\n' },
    [
      ['install', `${VENV} && ${PIP} pre-commit`],
      ['lint', 'SKIP=no-commit-to-branch .venv/bin/pre-commit run --all-files'],
    ],
  ],
];

describe('pre-commit', () => itDetects(hooks));
