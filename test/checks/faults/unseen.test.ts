import { CI, pkg, workflow } from '../memory-repo.ts';
import { itReads, job, steps, type CiCase, YARN_WORKSPACES } from '../ci/ci-case.ts';

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
    promise: 'the check of licences does not stand for the tests',
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
    promise: 'a known program that CI fetched into the checkout is the one on the PATH',
    tree: { ...GO, [CI]: job(steps('./actionlint -color', './gradlew test', 'go test ./...')) },
    runs: ['actionlint -color', 'go test ./...'],
  },
  {
    promise: 'clang-format of one version judges where CI looks at the tree behind it',
    tree: {
      'CMakeLists.txt': 'project(m)',
      [CI]: job(steps('clang-format-18 -i a.c && git diff --exit-code', 'cmake -B b', 'ctest --test-dir b')),
    },
    runs: ['clang-format-18 --dry-run --Werror a.c'],
  },
  {
    promise: 'tasks of sbt',
    tree: {
      'build.sbt': '',
      [CI]: job(steps("sbt 'project a' headerCheckAll scalafmtCheckAll", "sbt 'project a' test")),
    },
    runs: ["sbt 'project a' headerCheckAll scalafmtCheckAll", "sbt 'project a' test"],
  },
  {
    promise: 'tests of parts stand for all where CI calls no others',
    tree: {
      Makefile: 'test_erlang:\n\t@ erl -s test\ntest_stress:\n\t./stress\n',
      [CI]: job(steps('make test_erlang', 'make test_stress')),
    },
    runs: ['make test_erlang'],
    never: /stress/,
  },
  {
    promise: "a target of Go's formatter and a fixing linter judges",
    tree: {
      ...GO,
      Makefile: 'lint:\n\t[ -z "$$(gofmt -s -d src)" ] || exit 1\n\tbundle exec rubocop -a\n',
      [CI]: job(steps('make lint', 'go test ./...')),
    },
    runs: ['make lint'],
  },
  {
    promise: 'lines of which only the continuation is left, and a number that the machine tells',
    tree: {
      'CMakeLists.txt': 'project(m)',
      [CI]: job(
        steps(
          '|\n          cmake -B build \\\n            ${{ matrix.a }} \\\n            ${{ matrix.b }} \\\n            -DX=ON',
          '|\n          n=`nproc`\n          cmake --build build --parallel $n',
          'ctest --test-dir build',
        ),
      ),
    },
    runs: ['ctest --test-dir build'],
    before: ['cmake -B build -DX=ON', 'cmake --build build --parallel $(nproc)'],
  },
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

describe('checks: what a first look at other repositories got wrong', () => {
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
