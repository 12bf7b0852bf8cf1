import { PYTHON_RULES } from '../../tools/python.ts';
import type { Ecosystem } from '../ecosystem.ts';

/** Python; `detect.ts` reads its many manifests. */
export const python: Ecosystem = {
  name: 'python',
  manifests: [
    'pyproject.toml',
    'setup.py',
    'setup.cfg',
    'requirements.txt',
    'Pipfile',
    'tox.ini',
    'noxfile.py',
  ],
  locks: [
    'uv.lock',
    'poetry.lock',
    'pdm.lock',
    'Pipfile.lock',
    'requirements*.txt',
    '*requirements.txt',
    'requirements/*.txt',
    'requirements/*.in',
    'hatch.toml',
  ],
  registries: {
    defaults: ['pypi.org', 'files.pythonhosted.org'],
    named: [
      [
        ['*requirements*.txt', 'requirements/*.txt', 'requirements/*.in', 'tox.ini'],
        /(?:^|\s)(?:-i|-f|--index-url|--extra-index-url|--find-links)[\s=]+(https?:\S{1,500})/g,
        /(?:^|@\s|\s-e\s)(?:git\+)?(https?:\S{1,500})/gm,
      ],
      [
        ['pyproject.toml', 'uv.toml', 'pdm.toml', 'Pipfile'],
        /\b(?:url|index-url|git)\s*=\s*"(https?:[^\s"]{1,500})/g,
        /@ (?:git\+)?(https?:[^\s"]{1,500})/g,
      ],
      [['uv.lock', 'poetry.lock', 'pdm.lock'], /\b(?:url|registry|git) = "(https?:[^\s"]{1,500})/g],
      [['Pipfile.lock'], /"url": "(https?:[^\s"]{1,500})/g],
    ],
  },
  downloads: [
    ['tox'],
    ['nox'],
    ['hatch'],
    ['uvx'],
    ['pixi'],
    ['pipx', / run /],
    [
      'uv',
      / run (.* )?(--with|--with-requirements|--group|--only-group|--extra|--all-extras|--isolated|--python|-p)[ =]/,
    ],
    ['uv', / tool run /],
  ],
  ignored: '.venv venv .tox .nox .mypy_cache .ruff_cache .pytest_cache __pycache__ site-packages .eggs'.split(
    ' ',
  ),
  toolchain: {
    python3: 'Install Python 3 from https://www.python.org or with the system package manager.',
    python: 'Install Python 3 from https://www.python.org or with the system package manager.',
  },
  extras: {
    uv: 'Install uv from https://docs.astral.sh/uv, e.g. with pipx install uv.',
    uvx: 'uvx comes with uv: pipx install uv.',
    poetry: 'Install Poetry with pipx install poetry.',
    pdm: 'Install PDM with pipx install pdm.',
    hatch: 'Install Hatch with pipx install hatch.',
    pipenv: 'Install Pipenv with pipx install pipenv.',
    pipx: 'Install pipx from https://pipx.pypa.io.',
    pixi: 'Install pixi from https://pixi.sh.',
    rye: 'Install Rye from https://rye.astral.sh.',
    tox: 'Install tox with pipx install tox.',
    nox: 'Install nox with pipx install nox.',
  },
  rules: PYTHON_RULES,
  subcommands: ['ruff', 'hatch', 'tox', 'nox'],
  formatters: [
    [/\bruff format\b.* --(check|diff)\b/, (run) => run.replace(/ --(check|diff)\b/g, '')],
    [/\bblack\b.* --(check|diff)\b/, (run) => run.replace(/ --(check|diff|quiet|verbose)\b/g, '')],
    [
      /\bisort\b.* (--check-only|--check|-c|--diff)(?= |$)/,
      (run) => run.replace(/ (--check-only|--check|-c|--diff)(?= |$)/g, ''),
    ],
  ],
};
