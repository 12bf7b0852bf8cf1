import { CARGO, itReads, job, nodeRepo, steps, type CiCase } from './ci-case.ts';
import { CI, pkg } from '../memory-repo.ts';

const cases: CiCase[] = [
  {
    promise: 'scripts that CI calls are read, with their wrapper and their exports',
    tree: {
      'pyproject.toml':
        '[project]\nname="m"\nversion="0"\n[dependency-groups]\ndev=["pytest","mypy","ruff"]\n[tool.mypy]\nstrict=true\n',
      'uv.lock': '',
      'scripts/test.sh': 'set -e\nexport PYTHONPATH=./docs_src\npytest tests scripts/tests\n',
      'scripts/lint.sh': 'set -e\nmypy m\nruff check m tests\nruff format m tests --check\n',
      [CI]: job(steps('uv run --no-sync bash scripts/test.sh', 'uv run bash scripts/lint.sh')),
    },
    runs: [
      'uv run mypy m',
      'uv run ruff check m tests',
      'uv run ruff format m tests --check',
      'PYTHONPATH=./docs_src uv run --no-sync pytest tests scripts/tests',
    ],
    never: /mypy \.|pytest$/,
  },
  {
    promise: 'a script without an extension is read by its first line, from its own folder',
    tree: {
      'pyproject.toml': '[project]\nname="m"\nversion="0"\n[dependency-groups]\ndev=["ruff"]\n',
      'uv.lock': '',
      'scripts/check':
        '#!/bin/sh -e\ncd "$(dirname "$0")/.."\nexport PREFIX="uv run "\n${PREFIX}ruff format --check src\n${PREFIX}ruff check src\n',
      [CI]: job(steps('scripts/check')),
    },
    runs: ['uv run ruff format --check src', 'uv run ruff check src'],
  },
  {
    promise: 'plain lines of PowerShell count where CI has nothing on Linux',
    tree: {
      'M.sln': '',
      'test/M.Tests/M.Tests.csproj': '<Project/>',
      'Build.ps1':
        'dotnet restore\ndotnet build -c Release\ndotnet test -c Release --no-build\nif ($env:KEY) { dotnet nuget push }\n',
      [CI]: 'on: [pull_request]\njobs:\n  b:\n    runs-on: windows-latest\n    steps:\n      - run: ./Build.ps1\n        shell: pwsh\n',
    },
    runs: ['dotnet build -c Release', 'dotnet test -c Release --no-build'],
    never: /push/,
    before: ['dotnet build -c Release'],
  },
  {
    promise: 'tests that are ignored unless asked for prove nothing beside the others',
    tree: {
      ...CARGO,
      [CI]: job(steps('cargo test --locked', './rebuild-data.sh', 'cargo test --test data -- --ignored')),
    },
    runs: ['cargo test --locked'],
    never: /ignored/,
  },
  {
    promise: 'tests that reach for the network when asked prove nothing beside the others',
    tree: {
      'pyproject.toml': '[project]\nname="m"\nversion="0"\n',
      [CI]: job(steps('pytest', 'pytest --integration')),
    },
    runs: ['.venv/bin/pytest'],
    never: /integration/,
    note: /pytest --integration is not run though .*ci\.yml:7 does/,
  },
  {
    promise: 'a target behind one that rewrites something proves nothing beside the others',
    tree: {
      ...CARGO,
      Makefile: 'faults-on:\n\tsed -i s/a/b/ src/lib.rs\ntest-faults:\n\tcargo test --features faults\n',
      [CI]: job(
        `    steps:\n      - run: cargo test\n      - run: |\n          make faults-on\n          make test-faults\n`,
      ),
    },
    runs: ['cargo test'],
    never: /faults/,
  },
  {
    promise: 'an install that warms a cache is not the install',
    tree: {
      '.yarnrc.yml': '',
      'yarn.lock': '',
      'package.json': pkg({ test: 'jest' }, { packageManager: 'yarn@4.1.0' }),
      [CI]: `on: [pull_request]\njobs:\n  warm-cache:\n    runs-on: ubuntu-latest\n    steps:\n      - run: yarn install --mode=skip-build\n  test:\n    needs: warm-cache\n    runs-on: ubuntu-latest\n    steps:\n      - run: yarn install\n      - run: yarn test\n`,
    },
    runs: ['yarn install', 'yarn test'],
    never: /skip-build/,
  },
  {
    promise: 'an install for a bot is not the install',
    tree: {
      ...nodeRepo({ test: 'jest' }),
      '.github/workflows/a-migrate.yml': job(
        `    if: github.event.pull_request.user.login == 'renovate[bot]'\n${steps('npm install --ignore-scripts', 'npm test')}`,
      ),
      '.github/workflows/b.yml': job(steps('npm ci', 'npm test')),
    },
    runs: ['npm ci', 'npm test'],
    never: /ignore-scripts/,
  },
  {
    promise: 'the install is the one of the job that tests',
    tree: {
      ...nodeRepo({ lint: 'eslint .', test: 'jest' }),
      [CI]: `on: [pull_request]\njobs:\n  lint:\n    runs-on: ubuntu-latest\n${steps('npm ci --ignore-scripts', 'npm run lint')}  test:\n    runs-on: ubuntu-latest\n${steps('npm ci', 'npm test')}`,
    },
    runs: ['npm ci', 'npm run lint', 'npm test'],
    never: /ignore-scripts/,
  },
  {
    promise: 'what is tried with other dependencies gives way to what is not',
    tree: {
      ...CARGO,
      [CI]: job(
        `${steps('cargo check --locked')}  minimal:\n    runs-on: ubuntu-latest\n${steps('cargo +nightly generate-lockfile -Z minimal-versions', 'cargo +stable check --all-features')}`,
      ),
    },
    runs: ['cargo check --locked'],
    never: /stable/,
    note: /it needs the dependencies that CI brings with cargo \+nightly generate-lockfile/,
  },
  {
    promise: 'tox takes the Python at hand where CI chooses one',
    tree: {
      'tox.ini': '[tox]\nenv_list = py312-tests\n',
      'pyproject.toml': '[project]\nname="m"\nversion="0"\n',
      [CI]: job(
        '    steps:\n      - uses: actions/download-artifact@v4\n      - run: tox run --installpkg dist/*.whl -f ${PYTHON}-tests\n',
      ),
    },
    runs: ['.venv/bin/tox run -e py-tests'],
  },
  {
    promise: 'lines of PowerShell inside try count, without what a variable gives',
    tree: {
      'M.sln': '',
      'Build.ps1':
        'try {\n  if(Test-Path .\\a) {\n    Remove-Item ./a\n  }\n  & dotnet build -c Release --version-suffix=$suffix\n  & dotnet test -c Release\n}\nfinally {\n}\n',
      [CI]: 'on: [pull_request]\njobs:\n  b:\n    runs-on: windows-latest\n    steps:\n      - run: ./Build.ps1\n        shell: pwsh\n',
    },
    runs: ['dotnet build -c Release', 'dotnet test -c Release'],
  },
  {
    promise:
      'a variable that a condition may change keeps the value before it, and building a package does not count as preparation',
    tree: {
      'pyproject.toml': '[project]\nname="m"\nversion="0"\n',
      'scripts/build': '#!/bin/sh\npython -m build\nmkdocs build\n',
      'scripts/test':
        '#!/bin/sh\nexport PREFIX=""\nif [ -d venv ] ; then\n  export PREFIX="venv/bin/"\nfi\n${PREFIX}pytest tests "$@"\n',
      [CI]: job(steps('scripts/build', 'scripts/test -x')),
    },
    runs: ['.venv/bin/pytest tests -x'],
    before: [],
  },
  {
    promise: 'what only an image of its own can judge gives way, tests are tried without it',
    tree: {
      'CMakeLists.txt': 'project(m)\n',
      [CI]: `on: [pull_request]\njobs:\n  cuda:\n    runs-on: ubuntu-latest\n    container: example.test/cuda:1\n${steps('cmake -B build', 'cmake --build build --target cuda', 'ctest --test-dir build')}  plain:\n    runs-on: ubuntu-latest\n${steps('cmake -B build', 'cmake --build build --target all')}`,
    },
    runs: ['cmake --build build --target all', 'ctest --test-dir build'],
    never: /cuda/,
  },
  {
    promise: 'a coverage script that CI calls is the test',
    tree: {
      ...nodeRepo({ coverage: 'c8 mocha' }),
      [CI]: job(steps('npm run coverage')),
    },
    runs: ['npm run coverage'],
  },
  {
    promise: 'steps of a parallel list are steps',
    tree: {
      ...nodeRepo({ lint: 'eslint .', unit: 'vitest run' }),
      [CI]: job('    steps:\n      - run: npm run unit\n      - parallel:\n          - run: npm run lint\n'),
    },
    runs: ['npm run lint', 'npm run unit'],
  },
  {
    promise: 'steps of other systems are left out',
    tree: {
      ...nodeRepo({ 'test:mac': 'jest mac', 'test:all': 'jest' }),
      [CI]: job(
        "    steps:\n      - run: npm run test:mac\n        if: runner.os != 'Linux'\n      - run: npm run test:all\n        if: runner.os == 'Linux'\n",
      ),
    },
    runs: ['npm run test:all'],
    never: /mac/,
  },
  {
    promise: "a variable of the workflow's env is filled in",
    tree: {
      'pom.xml': '<project/>',
      mvnw: '',
      [CI]: job(steps('./mvnw $MAVEN_ARGS verify'), 'env:\n  MAVEN_ARGS: -B -ntp\n'),
    },
    runs: ['./mvnw -B -ntp verify'],
    never: /mvn test/,
  },
  {
    promise: 'a branch of a case that the matrix decides does not count as a condition',
    tree: {
      'go.mod': '',
      Makefile: 'test:\n\tgo test ./...\n',
      [CI]: job(
        `    strategy: { matrix: { target: [one, four] } }\n    steps:\n      - env: { TARGET: "\${{ matrix.target }}" }\n        run: |\n          case "\${TARGET}" in\n            one) CPU=1 make test ;;\n            four) CPU=4 make test ;;\n            *) exit 1 ;;\n          esac\n`,
      ),
    },
    runs: ['CPU=1 make test'],
  },
  {
    promise: 'builds, generated code and configuration come before the tests, machines do not',
    tree: {
      ...nodeRepo({ build: 'tsup', 'gen:api': 'node gen.js', test: 'mocha' }),
      [CI]: job(
        steps(
          'sudo apt-get install -y x',
          'npm ci',
          'npm install -g pnpm',
          'cp .env.example .env',
          'npm run gen:api',
          'npm run build',
          'npm test',
        ),
      ),
    },
    runs: ['npm ci', 'npm test'],
    before: ['cp .env.example .env', 'npm run gen:api', 'npm run build'],
  },
  {
    promise: 'variables that a test reads are set, noise and secrets are not',
    tree: {
      ...nodeRepo({ test: 'mocha' }),
      [CI]: job(
        '    env: { NODE_ENV: test, FORCE_COLOR: 1, API_TOKEN: abc }\n    steps:\n      - run: npm test\n        env: { MODE: fast one, KEY: "${{ secrets.KEY }}" }\n',
      ),
    },
    runs: ["NODE_ENV=test MODE='fast one' npm test"],
  },
];

describe('checks from the steps of CI', () => itReads(cases));
