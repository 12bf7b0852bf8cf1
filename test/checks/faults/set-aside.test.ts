import { CI, pkg } from '../memory-repo.ts';
import { itReads, job, steps, type CiCase } from '../ci/ci-case.ts';

const GO = { 'go.mod': 'module m\n', 'm.go': 'package m\n' };
const PYTHON = { 'pyproject.toml': '[project]\nname="m"\nversion="0"\n' };
const CIRCLE = '.circleci/config.yml';

/** What must not run in a plain checkout. */
const traps: CiCase[] = [
  {
    promise: 'a command that is told yes to all, or that uninstalls',
    tree: {
      ...GO,
      [CI]: `on: [pull_request]\njobs:\n  tests:\n    runs-on: ubuntu-latest\n${steps('go test ./...', 'yes | ./tool run', './tool uninstall')}`,
    },
    runs: ['go test ./...'],
    never: /yes|uninstall/,
  },
  {
    promise: 'what looks at a packed package that a step before packs',
    tree: {
      ...PYTHON,
      [CI]: job(steps('pytest', 'uv build', 'uvx check-wheel-contents --toplevel m dist/*.whl')),
    },
    runs: ['.venv/bin/pytest'],
    never: /wheel/,
  },
  {
    promise: 'tests of a mark that the others leave out',
    tree: { ...PYTHON, [CI]: job(steps("pytest -m 'not wide'", 'pytest --timeout=0 -m wide')) },
    runs: [".venv/bin/pytest -m 'not wide'"],
    never: /-m wide/,
  },
  {
    promise: 'tests with the program that CI installed from the checkout',
    tree: {
      'Cargo.toml': '[package]\nname="m"\nversion="0.1.0"\n',
      [CI]:
        `on: [pull_request]\njobs:\n  a:\n    runs-on: ubuntu-latest\n${steps('cargo test')}` +
        `  tests:\n    runs-on: ubuntu-latest\n${steps('cargo install --path . --locked', 'm scripts/try.m')}`,
    },
    runs: ['cargo test'],
    never: /try/,
  },
  {
    promise: 'tests in a program that measures',
    tree: { 'build.zig': '', [CI]: job(steps('zig build test -Dcoverage', 'zig build test')) },
    runs: ['zig build test'],
    never: /coverage/,
  },
  {
    promise: 'a script that calls another one, which drives a browser',
    tree: {
      'package.json': pkg({ test: 'npm run a && npm run b', a: 'tape test/*.js', b: 'node test/browser.js' }),
      'package-lock.json': '{}',
      'test/browser.js': "spawn('karma', ['start'])",
    },
    runs: [],
    never: /npm test/,
  },
  {
    promise: 'what needs the workspace of another job of CircleCI gives way',
    tree: {
      ...GO,
      [CIRCLE]:
        'jobs:\n  a:\n    docker: [{ image: x }]\n    steps:\n      - run: go test ./...\n' +
        '  b:\n    docker: [{ image: x }]\n    steps:\n      - attach_workspace: { at: build }\n      - run: go test -tags built ./cmd\n',
    },
    runs: ['go test ./...'],
    never: /built/,
  },
  {
    promise: 'a build below a folder that the repository does not have',
    tree: {
      'CMakeLists.txt': 'project(m)',
      [CI]: job(
        '    steps:\n      - run: cmake ..\n        working-directory: ${{ runner.workspace }}/m/docs/build\n' +
          '      - run: cmake --build .\n        working-directory: ${{ runner.workspace }}/m/docs/build\n',
      ),
    },
    runs: [],
    never: /docs/,
  },
];

/** What proves nothing, or another thing. */
const others: CiCase[] = [
  {
    promise: 'a linter that is told not to fail',
    tree: {
      ...GO,
      '.golangci.yml': '',
      [CI]: job(steps('golangci-lint run --issues-exit-code=0', 'go test ./...')),
    },
    runs: ['go test ./...'],
    never: /issues-exit-code/,
  },
  {
    promise: 'tests with GraalVM give way',
    tree: {
      'pom.xml': '<project/>',
      [CI]:
        `on: [pull_request]\njobs:\n  a:\n    runs-on: ubuntu-latest\n${steps('mvn verify')}` +
        '  b:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: graalvm/setup-graalvm@v1\n      - run: mvn test -Pnative\n',
    },
    runs: ['mvn verify'],
    never: /native/,
  },
  {
    promise: 'a workflow of a branch that only releases',
    tree: {
      ...GO,
      [CI]: `on: { push: { branches: [binaries-linux] } }\njobs:\n  a:\n    runs-on: ubuntu-latest\n${steps('go test -tags static ./...')}`,
    },
    runs: ['go test ./...'],
    never: /static/,
  },
];

/** What CI says in ways that were not read. */
const readings: CiCase[] = [
  {
    promise: 'output into a file by a sign that only bash knows',
    tree: { [CI]: job(steps('mdlint books more &> out.log')) },
    runs: ['mdlint books more'],
  },
  {
    promise: 'a failure that a variable keeps, for the verdict at the end',
    tree: {
      ...GO,
      [CI]: job(
        steps('|\n          bad=\n          tests/style-check.sh || failed=1\n          test -z "$failed"'),
      ),
      'tests/style-check.sh': '#!/bin/sh\nshellcheck *.sh\n',
    },
    runs: ['shellcheck *.sh'],
  },
  {
    promise: 'the build of the attributes for CI with Nix',
    tree: { 'flake.nix': '', [CI]: job(steps('nix build --keep-going .#ci-parse')) },
    runs: ['nix build --keep-going .#ci-parse'],
  },
  {
    promise: 'a known program in an image',
    tree: { ...GO, [CI]: job('    steps:\n      - uses: docker://rhysd/actionlint:1.7.12\n') },
    runs: ['actionlint'],
  },
  {
    promise: 'a known linter that CI fetched into bin',
    tree: { ...GO, [CI]: job(steps('bin/golangci-lint run')) },
    runs: ['golangci-lint run'],
  },
  {
    promise: 'a script with the words behind its name, which make it a judge',
    tree: {
      'package.json': pkg({ prettier: 'prettier "**/*.ts"', 'test:other': 'yarn prettier --list-different' }),
      'yarn.lock': '',
      [CI]: job(steps('yarn test:other')),
    },
    runs: ['yarn run test:other'],
  },
  {
    promise: 'the packages of a monorepo that filters of paths choose',
    tree: {
      'packages/a/pubspec.yaml': '',
      'packages/b/pubspec.yaml': '',
      [CI]: [
        'on: [pull_request]',
        'jobs:',
        '  changes:',
        '    runs-on: ubuntu-latest',
        '    outputs: { packages: "${{ steps.f.outputs.changes }}" }',
        '    steps:',
        '      - uses: dorny/paths-filter@v3',
        '        id: f',
        '        with:',
        '          filters: |',
        '            a:',
        '              - packages/a/**',
        '            b: packages/b/**',
        '  checks:',
        '    needs: changes',
        "    if: needs.changes.outputs.packages != '[]'",
        '    runs-on: ubuntu-latest',
        '    strategy: { matrix: { package: "${{ fromJSON(needs.changes.outputs.packages) }}" } }',
        '    steps:',
        '      - run: dart test',
        '        working-directory: packages/${{ matrix.package }}',
        '',
      ].join('\n'),
    },
    runs: ['cd packages/a && dart test', 'cd packages/b && dart test'],
  },
  {
    promise: 'a long pipeline that repeats its anchors often',
    tree: {
      ...GO,
      [CIRCLE]:
        'x: &step { run: make lint }\njobs:\n  a:\n    docker: [{ image: x }]\n    steps:\n' +
        '      - *step\n'.repeat(200),
      Makefile: 'lint:\n\tgo vet ./...\n',
    },
    runs: ['make lint'],
  },
];

describe('checks: what a second look at other repositories got wrong', () => {
  itReads(traps);
  itReads(others);
  itReads(readings);
});
