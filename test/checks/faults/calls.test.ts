import { CI, itDetects, pkg, workflow, type Case } from '../memory-repo.ts';
import { CARGO, itReads, job, nodeRepo, steps, type CiCase } from '../ci/ci-case.ts';

const PYTHON = { 'pyproject.toml': '[project]\nname="m"\nversion="0"\n' };
const YARN = 'node .yarn/releases/yarn-4.0.0.cjs';

/** What a command of CI calls, and what it stands for. */
const cases: CiCase[] = [
  {
    promise: "CI's own call of a test with a build in it is run as it is",
    tree: {
      ...nodeRepo({
        lint: 'eslint .',
        build: 'node build.js',
        unit: 'borp',
        'test-ci': 'npm run lint && npm run build && npm run unit',
      }),
      [CI]: job(steps('npm run test-ci')),
    },
    runs: ['npm run test-ci'],
  },
  {
    promise: 'the hooks of a release are left out',
    tree: {
      'package.json': pkg(
        { preversion: 'tsc && mocha', test: 'mocha' },
        { devDependencies: { typescript: '1' } },
      ),
      'package-lock.json': '{}',
      [CI]: job(steps('npx tsc', 'npm test')),
    },
    runs: ['npx tsc', 'npm test'],
    never: /preversion/,
  },
  {
    promise: "the repository's own Yarn runs what stands before a check too, and its install is one install",
    tree: {
      'package.json': pkg({ build: 'babel src', test: 'mocha' }, { packageManager: 'yarn@4.0.0' }),
      'yarn.lock': '',
      '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.0.0.cjs\n',
      '.yarn/releases/yarn-4.0.0.cjs': '',
      [CI]: job(steps('yarn', 'yarn run build', 'yarn test')),
    },
    runs: [`${YARN} test`],
    before: [`${YARN} run build`],
  },
  {
    promise:
      'tasks of invoke in the environment of the project; what only runs on one side does not stand for all tests',
    tree: {
      ...PYTHON,
      'tasks.py': '',
      'pytest.ini': '[pytest]\n',
      [CI]: job(steps('pip install -e .', 'inv typecheck', 'inv regression', 'inv docs')),
    },
    runs: ['.venv/bin/inv typecheck', '.venv/bin/inv regression', '.venv/bin/python -m pytest'],
    never: /docs/,
  },
  {
    promise: 'an unknown script of a Python project finds its packages',
    tree: {
      ...PYTHON,
      'ci/check_names.sh': 'python ci/names.py || exit 1\n',
      [CI]: job(steps('pytest', 'ci/check_names.sh')),
    },
    runs: ['.venv/bin/pytest', 'PATH="$PWD/.venv/bin:$PATH" ci/check_names.sh'],
  },
  {
    promise: 'sessions of nox for the Python that is there, without those that join results',
    tree: {
      ...PYTHON,
      'noxfile.py': '',
      [CI]: job(
        `    strategy: { matrix: { py: ['3.10', '3.12'] } }\n${steps('nox --session "tests-${{ matrix.py }}" -- -q', 'nox -s min --force-python="${{ matrix.py }}"', 'nox --session "cover"')}`,
      ),
    },
    runs: ['.venv/bin/nox --session "tests" -- -q', '.venv/bin/nox -s min'],
    never: /cover/,
  },
  {
    promise: 'a workflow for documents alone is not started by a change',
    tree: {
      ...CARGO,
      '.github/workflows/a.yml': job(steps('cargo test')),
      '.github/workflows/b.yml':
        'on: { pull_request: { paths: [".github/workflows/b.yml", action.yml, "docs/**"] } }\njobs:\n  t:\n    runs-on: ubuntu-latest\n    steps: [{ run: cargo clippy }]\n',
    },
    runs: ['cargo test'],
    never: /clippy/,
  },
  {
    promise: 'the linter that is configured stands for a workflow of another repository that lints',
    tree: {
      'go.mod': 'module m\n',
      '.golangci.yml': '',
      [CI]: 'on: [pull_request]\njobs:\n  lint: { uses: acme/meta/.github/workflows/lint.yml@main }\n  t:\n    runs-on: ubuntu-latest\n    steps: [{ run: go test ./... }]\n',
    },
    runs: ['golangci-lint run', 'go test ./...'],
    never: /gofmt -l|vet/,
  },
  {
    promise: "a script whose shell decides judges, and the name of a check is not a build's",
    tree: {
      ...CARGO,
      'ci/only-one.sh': 'if cargo build --manifest-path x/Cargo.toml; then\n  exit 1\nfi\n',
      'ci/check_build_tags.sh': 'fail=0\ngrep -q tag a || fail=1\nexit "$fail"\n',
      [CI]: 'on: [pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: cargo test\n      - run: ./ci/only-one.sh\n      - run: ./ci/check_build_tags.sh\n',
    },
    runs: ['cargo test', './ci/only-one.sh', './ci/check_build_tags.sh'],
  },
  {
    promise: 'a part that CI installs something for is a check of its own',
    tree: {
      'pom.xml': '<project/>',
      [CI]: job(steps('mvn verify', 'mvn -DskipTests install -pl core -am', 'mvn verify -pl it')),
    },
    runs: ['mvn verify', 'mvn verify -pl it'],
  },
  {
    promise:
      'what is built is not installed on the machine, and nothing is tested in a folder that nothing configured',
    tree: {
      'CMakeLists.txt': '',
      [CI]: job(steps('cmake --build out --target install', 'cd out && ctest -VV')),
    },
    runs: [],
    never: /target install|ctest -VV/,
  },
  {
    promise: 'what a step called Install builds is a program for the machine',
    tree: {
      'CMakeLists.txt': '',
      [CI]: job(
        '    steps:\n      - name: Install Lint\n        run: cmake -S lint -B /tmp/l && cmake --build /tmp/l\n      - run: cmake -B b\n      - run: ctest --test-dir b\n',
      ),
    },
    runs: ['ctest --test-dir b'],
    never: /\/tmp\/l/,
  },
  {
    promise: 'an action at the root of the repository, written with $, and what it downloads',
    tree: {
      ...nodeRepo({ build: 'node build.js', types: 'tsc --noEmit' }),
      '.github/actions/setup/action.yml':
        'runs:\n  using: composite\n  steps:\n    - run: npm ci\n    - uses: actions/download-artifact@v4\n',
      [CI]: 'on: [pull_request]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm run build\n      - uses: actions/upload-artifact@v4\n  t:\n    needs: [build]\n    runs-on: ubuntu-latest\n    steps:\n      - uses: $/.github/actions/setup\n      - run: npm run types\n      - run: mocha dist\n',
    },
    runs: ['npm run types'],
  },
  {
    promise: 'jobs of GitLab for runners of other systems',
    tree: {
      ...CARGO,
      '.gitlab-ci.yml':
        'unit: { script: [cargo test] }\nwin: { tags: [win32-ps], script: [cargo test --features win] }\n',
    },
    runs: ['cargo test'],
    never: /win/,
  },
];

const documents: Case[] = [
  [
    'the action that lints documents, with its globs',
    {
      'README.md': '',
      [CI]: job(
        '    steps:\n      - uses: DavidAnson/markdownlint-cli2-action@v17\n        with:\n          globs: |\n            *.md,\n            docs/**/*.md\n',
      ),
    },
    [['lint', "npx --yes markdownlint-cli2 '*.md' 'docs/**/*.md'"]],
  ],
  [
    'no install of an ecosystem that no check uses',
    { 'm.cabal': 'cabal-version: 3.0\n', 'default.nix': '', [CI]: workflow('nix-build -A ci') },
    [['test', 'nix-build -A ci']],
  ],
];

describe('what the commands of CI call', () => itReads(cases));
describe('what CI runs of no language', () => itDetects(documents));
