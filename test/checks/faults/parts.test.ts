import { CI, itDetects, pkg, workflow, type Case } from '../memory-repo.ts';
import { CARGO, itReads, job, nodeRepo, steps, type CiCase } from '../ci/ci-case.ts';

/** Commands of CI that were lost beside others of their kind. */
const kept: Case[] = [
  [
    'linters of no ecosystem stand beside a linter that CI proves',
    { ...CARGO, [CI]: workflow('cargo clippy', 'typos', 'reuse lint', 'cargo test') },
    [
      ['install', 'cargo fetch --locked'],
      ['format', 'cargo fmt'],
      ['lint', 'cargo clippy'],
      ['lint', 'typos'],
      ['lint', 'reuse lint'],
      ['test', 'cargo test'],
    ],
  ],
  [
    'a script that says what it does stands beside a test that CI proves',
    {
      ...CARGO,
      'ci/test-files.sh': '#!/bin/sh\nif grep -r DRAFT docs; then exit 1; fi\n',
      [CI]: workflow('cargo test', 'bash ci/test-files.sh'),
    },
    [
      ['install', 'cargo fetch --locked'],
      ['format', 'cargo fmt'],
      ['test', 'cargo test'],
      ['test', 'bash ci/test-files.sh'],
    ],
  ],
  [
    'targets that check something, by their names and by the exit of their shell',
    {
      Makefile: [
        'include common.mk',
        'check-crlf:',
        '\t@files=$$(find . -name a); \\',
        '\tif [ -n "$$files" ]; then echo "$$files"; exit 1; fi',
      ].join('\n'),
      'common.mk': [
        '%: common-% ;',
        'common-check_license:',
        '\t@bad=$$(grep -L Copyright *); if [ -n "$$bad" ]; then exit 1; fi',
        'common-check-links:',
        '\t./look',
      ].join('\n'),
      [CI]: workflow('make check-crlf', 'make check_license', 'make check-links'),
    },
    [
      ['lint', 'make check-crlf'],
      ['lint', 'make check_license'],
    ],
  ],
  [
    'scripts of package.json that check something, each once',
    {
      'package.json': pkg({
        lint: 'eslint .',
        'check:comments': 'node look.js',
        'check:links': 'node web.js',
      }),
      'package-lock.json': '{}',
      [CI]: workflow('npm run lint', 'npm run check:comments', 'npm run check:links'),
    },
    [
      ['install', 'npm ci'],
      ['lint', 'npm run lint'],
      ['lint', 'npm run check:comments'],
    ],
  ],
  [
    'parts of a workspace that CI tests one by one',
    {
      'Cargo.toml': '[workspace]\nmembers=["a","b"]\n',
      [CI]: workflow('cargo test -p a', 'cargo test -p b'),
    },
    [
      ['install', 'cargo fetch'],
      ['format', 'cargo fmt --all'],
      ['test', 'cargo test -p a'],
      ['test', 'cargo test -p b'],
    ],
  ],
  [
    'manifests that CI names one by one',
    {
      ...CARGO,
      [CI]: workflow('cargo test --manifest-path a/Cargo.toml', 'cargo test --manifest-path b/Cargo.toml'),
    },
    [
      ['install', 'cargo fetch --locked'],
      ['format', 'cargo fmt'],
      ['test', 'cargo test --manifest-path a/Cargo.toml'],
      ['test', 'cargo test --manifest-path b/Cargo.toml'],
    ],
  ],
  [
    'a module of Maven with all that it needs',
    { 'pom.xml': '<project/>', [CI]: workflow('mvn -B verify -pl core -am') },
    [['test', 'mvn -B verify -pl core -am']],
  ],
];

/** What CI does around a command. */
const around: CiCase[] = [
  {
    promise: 'a script that does many things is told which',
    tree: {
      'ci/build.sh':
        '#!/bin/sh\nwhile getopts a: opt; do case $opt in a) ACTION=$OPTARG;; esac; done\n$ACTION\n',
      [CI]: job(
        steps(
          'ci/build.sh -a configure',
          'ci/build.sh -a build',
          'ci/build.sh -a test',
          'ci/build.sh -a install',
        ),
      ),
    },
    runs: ['ci/build.sh -a test'],
    never: /-a install$/,
    before: ['ci/build.sh -a configure', 'ci/build.sh -a build'],
  },
  {
    promise: 'the folder of the checkout is the root, also where its name is known to CI alone',
    tree: {
      Makefile: 'test:\n\t./run-tests\n',
      [CI]: job(
        '    env: { GOPATH: "${{ github.workspace }}" }\n    defaults: { run: { working-directory: "${{ env.GOPATH }}/src/x/${{ github.repository }}" } }\n    steps:\n      - uses: actions/checkout@v4\n        with: { path: "./src/x/${{ github.repository }}" }\n      - run: make test\n',
      ),
    },
    runs: ['make test'],
  },
  {
    promise: 'a folder of CI that is not the checkout is not entered',
    tree: {
      Makefile: 'test:\n\t./run-tests\n',
      [CI]: job(
        '    steps:\n      - uses: actions/checkout@v4\n        with: { repository: other/thing, path: thing }\n      - run: make test\n        working-directory: ${{ env.PLACE }}/thing\n',
      ),
    },
    runs: [],
    never: /thing/,
  },
  {
    promise: 'a folder that is made before the tests may be there already',
    tree: { ...nodeRepo({ test: 'mocha' }), [CI]: job(steps('mkdir out', 'npm test')) },
    runs: ['npm test'],
    before: ['mkdir -p out'],
  },
  {
    promise: 'what is built again after a cleaning is built again here',
    tree: {
      'CMakeLists.txt': '',
      'configure.ac': '',
      Makefile: '',
      [CI]: job(steps('./configure', 'make', 'git clean -fdx', 'cmake .', 'make', 'make test')),
    },
    runs: ['make test'],
    before: ['cmake . && make'],
  },
  {
    promise: 'a task of Deno whose name ends in build makes what the tests need',
    tree: {
      'deno.json': '{"tasks":{"wasmbuild":"deno run -A jsr:@deno/wasmbuild"}}',
      [CI]: job(steps('deno task wasmbuild', 'deno test -A')),
    },
    runs: ['deno test -A'],
    before: ['deno task wasmbuild'],
  },
  {
    promise: 'a matrix of other machines alone is not run here',
    tree: {
      ...CARGO,
      '.github/workflows/a.yml': job(steps('cargo test')),
      '.github/workflows/b.yml': job(
        `    strategy: { matrix: { include: [{ name: win32, wine: wine32 }, { name: win64 }] } }\n${steps('cargo test --test ported')}`,
      ),
    },
    runs: ['cargo test'],
    never: /ported/,
  },
  {
    promise: 'a build for another target is not tested here',
    tree: { ...CARGO, [CI]: job(steps('cargo test', 'cargo check --target wasm32-unknown-unknown')) },
    runs: ['cargo test'],
    never: /wasm32/,
  },
  {
    promise: 'exec of the shell is not a program behind a wrapper',
    tree: {
      'dune-project': '',
      't.sh': '#!/bin/sh\nexec "./_boot/dune.exe" runtest\n',
      [CI]: job(steps('opam exec -- ./t.sh')),
    },
    runs: ['opam exec -- "./_boot/dune.exe" runtest'],
  },
  {
    promise: 'a manager of Python that CI does not use is not used here',
    tree: {
      'pyproject.toml': '[project]\nname="m"\nversion="0"\n[tool.pdm]\nversion={source="file"}\n',
      'requirements-tests.txt': 'pytest\n',
      [CI]: job(steps('pip install -r requirements-tests.txt', 'pytest')),
    },
    runs: ['.venv/bin/pytest'],
    never: /pdm/,
  },
];

describe('checks that stand beside others', () => itDetects(kept));
describe('checks behind what CI does around them', () => itReads(around));
