import { CI, pkg, workflow } from '../memory-repo.ts';
import { itReads, job, steps, type CiCase } from '../ci/ci-case.ts';

const GO = { 'go.mod': 'module m\n', 'm.go': 'package m\n' };
const PYTHON = { 'pyproject.toml': '[project]\nname="m"\nversion="0"\n' };
const GRADLE = { 'build.gradle.kts': '', 'settings.gradle.kts': '', gradlew: '' };

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

describe('checks: what repositories that nobody had seen got wrong', () => {
  itReads(stands);
  itReads(kinds);
  itReads(words);
  itReads([
    {
      promise: 'tasks of Gradle that compile check types, whatever they compile',
      tree: { ...GRADLE, [CI]: job(steps('./gradlew compileKotlin compileTestKotlin -Pstrict=true')) },
      runs: ['./gradlew compileKotlin compileTestKotlin -Pstrict=true'],
    },
  ]);
});
