import { CI, pkg, workflow } from '../memory-repo.ts';
import { itReads, job, steps, type CiCase } from '../ci/ci-case.ts';

const GO = { 'go.mod': 'module m\n', 'm.go': 'package m\n' };
const PYTHON = { 'pyproject.toml': '[project]\nname="m"\nversion="0"\n' };
const GRADLE = { 'build.gradle.kts': '', 'settings.gradle.kts': '', gradlew: '' };

const YARN_WORKSPACES = {
  'package.json': pkg(
    { test: 'vitest --run' },
    { packageManager: 'yarn@4.0.0', workspaces: ['packages/*', 'examples/*'] },
  ),
  'yarn.lock': '',
};
const artifact = (...runs: string[]): string =>
  'on: [pull_request]\njobs:\n' +
  '  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: yarn pack\n      - uses: actions/upload-artifact@v4\n' +
  '  test:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/download-artifact@v4\n' +
  runs.map((run) => `      - run: ${run}\n`).join('');

/** What stands for what CI runs. */
const stands: CiCase[] = [
  {
    promise: 'a script that lints and builds too does not stand for the tests that CI runs by themselves',
    tree: {
      'package.json': pkg(
        { lint: 'eslint .', types: 'tsc --noEmit', test: 'npm run lint && npm run types && vitest' },
        { devDependencies: { vitest: '1' } },
      ),
      'package-lock.json': '{}',
      [CI]: job(steps('npm run lint', 'npm run types', 'npx vitest run test/unit')),
    },
    runs: ['npm run lint', 'npm run types', 'npx vitest run test/unit'],
    never: /npm test/,
  },
  {
    promise: 'tests with a selection behind them give way to the same tests without it',
    tree: {
      ...PYTHON,
      [CI]: job(
        `    strategy: { matrix: { python: ['3.9', '3.13'] } }\n    steps:\n` +
          `      - { run: pytest tests, if: "matrix.python != '3.9'" }\n` +
          `      - { run: "pytest tests -m 'not syntax'", if: "matrix.python == '3.9'" }\n`,
      ),
    },
    runs: ['.venv/bin/pytest tests'],
    never: /not syntax/,
  },
  {
    promise: "the Makefile's own tests come before the guess where CI only lints",
    tree: {
      ...GO,
      Makefile: 'check:\n\tgo vet ./...\ntest:\n\tgo test -short ./...\n',
      [CI]: job(steps('make check')),
    },
    runs: ['make check', 'make test'],
    never: /go test/,
  },
  {
    promise: 'a type checker that CI does not run is not guessed beside what it runs',
    tree: {
      'pyproject.toml': '[project]\nname="m"\nversion="0"\n[tool.mypy]\nstrict = true\n',
      [CI]: job(steps('ruff check .', 'pytest')),
    },
    runs: ['.venv/bin/ruff check .', '.venv/bin/pytest'],
    never: /mypy/,
  },
];

/** What a command is. */
const kinds: CiCase[] = [
  {
    promise: 'a session of nox that prepares stands before the tests',
    tree: {
      ...PYTHON,
      'noxfile.py': '',
      [CI]: job(steps('pipx run nox -s prepare -- --tests', 'pytest tests')),
    },
    runs: ['.venv/bin/pytest tests'],
    never: /prepare/,
    before: ['pipx run nox -s prepare -- --tests'],
  },
  {
    promise: 'the check of licences is no test',
    tree: {
      ...GO,
      [CI]: `on: [pull_request]\njobs:\n  test-licenses:\n    runs-on: ubuntu-latest\n${steps('./licenses -list')}`,
    },
    runs: ['go test ./...'],
    never: /licenses/,
  },
  {
    promise: 'a script that tells CI whether to go on judges nothing',
    tree: {
      ...GO,
      'check-changes.sh': '#!/bin/sh\ngit diff --name-only main | grep go || circleci step halt\n',
      [CI]: job(steps('./check-changes.sh', 'go test ./...')),
    },
    runs: ['go test ./...'],
    never: /check-changes/,
  },
];

/** How a command runs here. */
const words: CiCase[] = [
  {
    promise: "Yarn's own words stay",
    tree: { ...YARN_WORKSPACES, [CI]: job(steps('yarn workspace a run test')) },
    runs: ['yarn workspace a run test'],
  },
  {
    promise: 'a matrix that JSON in single quotes names',
    tree: {
      ...GO,
      Makefile: 'test:\n\tgo test ./...\n',
      [CI]: job(
        `    strategy: { matrix: { cpu: "\${{ fromJSON('[''one'']') }}" } }\n` +
          steps("case '${{ matrix.cpu }}' in one) CPU=1 make test ;; *) exit 1 ;; esac"),
      ),
    },
    runs: ['CPU=1 make test'],
  },
  {
    promise: 'a program of Python beside another ecosystem finds its packages',
    tree: {
      ...PYTHON,
      'uv.lock': '',
      'package.json': pkg({}),
      [CI]: workflow('uv sync', 'A=1 python runtests.py --parallel=2'),
    },
    runs: ['A=1 uv run python runtests.py --parallel=2'],
  },
  {
    promise: "a program in a folder of CI's machine is the one on the PATH",
    tree: {
      ...GO,
      [CI]: job(
        steps('GOGC=80 /go/bin/golangci-lint run', '$(go env GOPATH)/bin/staticcheck ./...', 'go test ./...'),
      ),
    },
    runs: ['GOGC=80 golangci-lint run', 'staticcheck ./...', 'go test ./...'],
  },
  {
    promise: 'no results are sent to a service',
    tree: {
      ...GRADLE,
      'composer.json': '{"require-dev":{"vimeo/psalm":"5"}}',
      [CI]: job(steps('vendor/bin/psalm --stats --shepherd', './gradlew check --scan')),
    },
    runs: ['vendor/bin/psalm --stats', './gradlew check'],
  },
  {
    promise: 'what a task installs only where it is missing does not speak against it',
    tree: {
      ...GO,
      'Taskfile.yml': [
        'tasks:',
        '  test: { deps: [tool], cmds: [gotestsum ./...] }',
        '  tool: { status: [command -v gotestsum], cmds: [go install gotest.tools/gotestsum@latest] }',
      ].join('\n'),
      [CI]: job(steps('task test')),
    },
    runs: ['task test'],
  },
  {
    promise: 'of two lock files the one counts whose manager CI calls',
    tree: {
      'pyproject.toml': '[tool.poetry]\nname = "m"\n',
      'poetry.lock': '',
      'uv.lock': '',
      [CI]: job(steps('poetry install', 'black --check src', 'poetry run pytest')),
    },
    runs: ['poetry install', 'poetry run black --check src', 'poetry run pytest'],
  },
  {
    promise: 'a requirement with a version is one word',
    tree: { ...PYTHON, [CI]: workflow('pip install pytest "pytest-xdist>=3"', 'pytest -n 2') },
    runs: ["python3 -m venv .venv && .venv/bin/python -m pip install -e . pytest 'pytest-xdist>=3'"],
  },
];

/** What only CI has. */
const elsewhere: CiCase[] = [
  {
    promise: 'a packed package of another job is not here, nor what is built or tested with it',
    tree: {
      ...YARN_WORKSPACES,
      'package.json': pkg({ build: 'tsc', 'test:types': 'tsc --noEmit', test: 'vitest --run' }),
      [CI]: artifact('yarn attw ./package.tgz', 'yarn add ./package.tgz', 'yarn build', 'yarn test:types'),
    },
    runs: ['yarn test'],
    never: /attw|build|TEST_DIST/,
    note: /yarn test:types is not run .*: it needs what another job made/,
  },
  {
    promise: 'another repository in a folder: what works in it or calls it is not run',
    tree: {
      'composer.json': '{}',
      Makefile: 'cs:\n\tphp build-cs/vendor/bin/phpcs src\ntests:\n\tvendor/bin/phpunit\n',
      [CI]: job(
        '    steps:\n      - uses: actions/checkout@v4\n' +
          '      - { uses: actions/checkout@v4, with: { repository: m/build-cs, path: build-cs } }\n' +
          '      - { run: vendor/bin/phpstan, working-directory: build-cs }\n' +
          '      - run: make cs\n      - run: make tests\n',
      ),
    },
    runs: ['make tests'],
    never: /make cs|phpstan/,
  },
  {
    promise: 'a program in a place that only the shell of CI can name',
    tree: {
      'composer.json': '{}',
      [CI]: job(steps('$(composer global config bin-dir)/bc-check', 'vendor/bin/phpunit')),
    },
    runs: ['vendor/bin/phpunit'],
    never: /bc-check/,
  },
  {
    promise: 'checks of commit messages',
    tree: {
      'package.json': pkg({ lint: 'eslint .' }),
      'package-lock.json': '{}',
      [CI]: job(steps('npm run lint', 'npx tool commit-message validate-range')),
    },
    runs: ['npm run lint'],
    never: /commit-message/,
  },
  {
    promise: 'a linter by its name alone that says it is an integration test',
    tree: {
      'package.json': pkg({ lint: 'eslint .', 'test-eslint-integration': 'node it.mjs' }),
      'package-lock.json': '{}',
      [CI]: job(steps('npm run lint', 'npm run test-eslint-integration')),
    },
    runs: ['npm run lint'],
    never: /integration/,
  },
];

/** What files say where CI says it better. */
const files: CiCase[] = [
  {
    promise: 'a linter that no script calls gives way to what CI runs in a folder',
    tree: {
      'package.json': pkg({ build: 'x' }, { devDependencies: { eslint: '1' } }),
      'yarn.lock': '',
      '.eslintrc.js': '',
      'a/package.json': pkg({ test: 'vitest --run' }),
      [CI]: job(`    defaults: { run: { working-directory: a } }\n${steps('yarn test')}`),
    },
    runs: ['cd a && yarn test'],
    never: /eslint/,
  },
  {
    promise: 'scripts of examples are no scripts of the packages',
    tree: {
      ...YARN_WORKSPACES,
      'packages/a/package.json': pkg({}),
      'examples/b/package.json': pkg({ lint: 'next lint' }),
    },
    runs: ['yarn test'],
    never: /lint/,
  },
  {
    promise: 'a formatter that the project itself depends on, where its hooks bring another one',
    tree: {
      'pyproject.toml': '[project]\nname="m"\nversion="0"\ndependencies = ["black"]\n',
      '.pre-commit-config.yaml': 'repos:\n  - repo: r\n    hooks: [{ id: ruff-format }]\n',
      'test_m.py': 'import pytest\n',
    },
    runs: ['.venv/bin/python -m pytest'],
    never: /black/,
  },
  {
    promise: 'tests between two versions do not stand for all tests',
    tree: {
      'package.json': pkg({ test: 'mocha', 'test:interoperability': 'node interop.js' }),
      'package-lock.json': '{}',
      [CI]: job(steps('npm run test:interoperability')),
    },
    runs: ['npm test', 'npm run test:interoperability'],
  },
];

describe('checks: what repositories that nobody had seen got wrong', () => {
  itReads(stands);
  itReads(kinds);
  itReads(words);
  itReads(elsewhere);
  itReads(files);
  itReads([
    {
      promise: 'tasks of Gradle that compile check types, whatever they compile',
      tree: { ...GRADLE, [CI]: job(steps('./gradlew compileKotlin compileTestKotlin -Pstrict=true')) },
      runs: ['./gradlew compileKotlin compileTestKotlin -Pstrict=true'],
    },
  ]);
});
