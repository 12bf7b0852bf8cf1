import { CI } from '../memory-repo.ts';
import { CARGO, itReads, job, nodeRepo, steps, type CiCase } from '../ci/ci-case.ts';

const PYTHON = { 'pyproject.toml': '[project]\nname="m"\nversion="0"\n', 'tox.ini': '[tox]\n' };

const versions: CiCase[] = [
  {
    promise:
      'tox with the Python at hand: by number, by a part of a variable, without a package of an earlier run',
    tree: {
      ...PYTHON,
      [CI]: job(
        `    strategy: { matrix: { tox: [py39, py313], raw: [pypy3.10-v7] } }\n    steps:\n      - run: python -m tox -e \${{ matrix.tox }}\n      - run: |\n          V=$RAW\n          BASE=\${V%-*}\n          tox -vv --notest -e $BASE\n          tox -e $BASE --skip-pkg-install\n          tox -e min-$BASE\n        env: { RAW: "\${{ matrix.raw }}" }\n`,
      ),
    },
    runs: ['.venv/bin/python -m tox -e py'],
    never: /py39|\$|skip-pkg|min-/,
  },
  {
    promise: 'a compiler of one version is one of many',
    tree: {
      'CMakeLists.txt': '',
      [CI]: job(
        `    env: { CC: gcc-9 }\n${steps('cmake -B b -DCMAKE_CXX_COMPILER=g++-9', 'cmake --build b', 'ctest --test-dir b')}`,
      ),
    },
    runs: ['ctest --test-dir b'],
    before: ['cmake -B b', 'cmake --build b'],
  },
];

const judging: CiCase[] = [
  {
    promise: 'tests that write down what they find judge nothing',
    tree: {
      ...CARGO,
      [CI]: job(steps('cargo test', 'BLESS=1 cargo test --test cli', 'UPDATE_EXPECT=1 cargo test --test ui')),
    },
    runs: ['cargo test'],
    never: /BLESS|UPDATE/,
  },
  {
    promise: "what Go's formatters list behind a condition, and what go fmt lists",
    tree: {
      'go.mod': 'module m\n',
      [CI]: job(
        '    steps:\n      - run: |\n          files="$(go fmt ./...)"\n          if [ -n "$files" ]; then\n            echo "$files"\n            exit 1\n          fi\n      - run: |\n          if [ -n "$(gofmt -s -l cmd)" ]; then\n            exit 1\n          fi\n      - run: go test ./...\n',
      ),
    },
    runs: ['test -z "$(gofmt -l .)"', 'test -z "$(gofmt -s -l cmd)"', 'go test ./...'],
    never: /vet/,
  },
  {
    promise: 'a script that moves files away and back is one command',
    tree: {
      'm.cabal': 'test-suite t\n',
      'run-plugin-tests.sh': '#!/bin/sh\nset -e\nmv m.cabal x\ncabal test plugin\nmv x m.cabal\n',
      [CI]: job('    steps:\n      - name: Test\n        run: sh run-plugin-tests.sh\n'),
    },
    runs: ['sh run-plugin-tests.sh'],
    never: /^mv|cabal test plugin/,
  },
  {
    promise: 'programs of another machine and their runners',
    tree: {
      'm.cabal': 'test-suite t\n',
      [CI]: job(
        '    steps:\n      - run: cabal test all\n      - name: Test\n        run: wasm32-wasi-cabal list-bin tests\n      - name: Test again\n        run: wasmtime.sh tests\n',
      ),
    },
    runs: ['cabal test all'],
    never: /wasm/,
  },
  {
    promise:
      'a script in a job that compiles for another machine needs that target; what cargo checks does not',
    tree: {
      ...CARGO,
      'dl/check.sh': 'cargo build --target wasm32-wasip1\n',
      [CI]: job(steps('rustup target add wasm32-wasip1', 'cargo test', 'bash dl/check.sh')),
    },
    runs: ['cargo test'],
    never: /check\.sh/,
  },
  {
    promise:
      'tests in a build folder that was not configured are ignored, and a coverage report does not count as a type check',
    tree: {
      'meson.build': '',
      '.github/workflows/a.yml': job(steps('meson test -C builddir')),
      '.github/workflows/b.yml': job(
        steps(
          'meson setup b',
          'meson compile -C b',
          'ninja -C b coverage-html',
          'meson compile -C b x-doc',
          'meson test -C b',
        ),
      ),
    },
    runs: ['meson compile -C b', 'meson test -C b'],
    never: /builddir|coverage|doc/,
  },
];

const names: CiCase[] = [
  {
    promise: 'a workflow that builds and releases is read, one that only releases or mutates is not',
    tree: {
      ...CARGO,
      '.github/workflows/build-release.yml': job(steps('cargo test')),
      '.github/workflows/release.yml': job(steps('cargo test --features release')),
      '.github/workflows/pitest-run.yml': job(steps('cargo test --features mutated')),
    },
    runs: ['cargo test'],
    never: /features/,
  },
  {
    promise: 'tests of what was built, where CI calls them',
    tree: {
      ...nodeRepo({ test: 'jest', build: 'node b.js', 'test:dist': 'npm run build && jest -c jest.dist.js' }),
      [CI]: job(steps('npm test', 'npm run test:dist')),
    },
    runs: ['npm test', 'npm run test:dist'],
  },
  {
    promise: 'scripts of Composer that CI calls, beside others with the same tools and those that are lists',
    tree: {
      'composer.json': JSON.stringify({
        scripts: {
          analyze: ['@phpstan', '@psalm'],
          phpstan: ['phpstan analyse src', 'phpstan analyse -c tests.neon'],
          psalm: 'psalm',
        },
      }),
      [CI]: job(steps('composer phpstan -- --ansi', 'composer psalm')),
    },
    runs: ['composer phpstan -- --ansi', 'composer psalm'],
    never: /analyze/,
  },
  {
    promise: 'jobs of GitLab in stages that make something else',
    tree: {
      ...CARGO,
      '.gitlab-ci.yml':
        'unit: { script: [cargo test] }\nreference: { stage: docs, script: [cargo test --doc --features docs] }\n',
    },
    runs: ['cargo test'],
    never: /docs/,
  },
];

const rows: CiCase[] = [
  {
    promise: 'a step for some versions of the matrix is run, whatever version stands first',
    tree: {
      [CI]: job(
        `    strategy: { matrix: { java: [8, 17] } }\n    steps:\n      - run: mvn verify -pl '!ksp' -f build-pom.xml\n      - run: mvn verify -f service/pom.xml\n        if: \${{ matrix.java >= 11 }}\n`,
      ),
    },
    runs: ["mvn verify -pl '!ksp' -f build-pom.xml", 'mvn verify -f service/pom.xml'],
  },
  {
    promise: 'a step for a compiler of tomorrow, a session with conda and reports of coverage are left out',
    tree: {
      ...CARGO,
      'composer.json': '{}',
      'noxfile.py': '',
      [CI]: job(
        `    strategy: { matrix: { rust: [stable, nightly] } }\n    steps:\n      - run: cargo test\n      - run: cargo test -p demo\n        if: matrix.rust == 'nightly'\n      - run: nox --session "conda_tests"\n      - run: vendor/bin/phpunit --coverage-clover a.xml --verbose\n`,
      ),
    },
    runs: ['cargo test', 'vendor/bin/phpunit --verbose'],
    never: /demo|conda|coverage/,
  },
  {
    promise:
      'what sends results elsewhere, and what runs in containers of its own, does not count as a check',
    tree: {
      ...CARGO,
      gradlew: '',
      'build.gradle': '',
      'mix.exs': '',
      [CI]: job(
        steps(
          'cargo test',
          'cross test',
          './gradlew build',
          './gradlew jacocoTestReport sonar',
          'mix coveralls.github',
        ),
      ),
    },
    runs: ['cargo test', './gradlew build'],
    never: /cross|sonar|coveralls/,
  },
  {
    promise: 'a label of tox says what it is; a script called in a step for tests is one',
    tree: {
      ...PYTHON,
      'ci.sh': '#!/bin/bash\nif frob; then PASSED=1; fi\n',
      [CI]: job('    steps:\n      - run: tox -m check\n      - name: Run tests\n        run: ./ci.sh\n'),
    },
    runs: ['.venv/bin/tox -m check', 'PATH="$PWD/.venv/bin:$PATH" ./ci.sh'],
  },
  {
    promise: 'tests in a folder for regressions stand beside the tests that the project has',
    tree: {
      'm.cabal': 'test-suite t\n',
      'test/regression/a/run.sh': '#!/bin/sh\nfrob\n',
      [CI]: job(steps('test/regression/a/run.sh')),
    },
    runs: ['cabal test all', 'test/regression/a/run.sh'],
  },
  {
    promise: 'a second build folder that only CI can configure is not built',
    tree: {
      'CMakeLists.txt': '',
      [CI]: job(
        '    steps:\n      - run: cmake -B build\n      - run: cmake --build build\n      - run: cmake -B consumer -D X=$UNKNOWN_TO_ALL\n      - run: cmake --build consumer\n',
      ),
    },
    runs: ['cmake --build build'],
    never: /consumer/,
  },
];

describe('rows, labels and folders', () => itReads(rows));
describe('versions that CI chooses', () => itReads(versions));
describe('what judges and what does not', () => itReads(judging));
describe('names of workflows, scripts and stages', () => itReads(names));
