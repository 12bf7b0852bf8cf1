import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const rows = (...lines: string[]): string => lines.join('\n');
const RUST = { 'Cargo.toml': '[package]\nname = "m"\nversion = "0.1.0"\n', 'Cargo.lock': '' };
const RUST_INSTALL: Case[2][number] = ['install', 'cargo fetch --locked'];
const RUST_FORMAT: Case[2][number] = ['format', 'cargo fmt'];

/** A workflow of one job with steps of these titles. */
const titled = (job: string, ...steps: readonly (readonly [title: string, run: string])[]): string =>
  rows(
    'on: [pull_request]',
    'jobs:',
    `  ${job}:`,
    '    runs-on: ubuntu-latest',
    '    steps:',
    ...steps.map(([title, run]) => `      - { name: "${title}", run: "${run}" }`),
    '',
  );

const cargo: Case[] = [
  [
    "a repository's own tasks of cargo, by their names",
    {
      ...RUST,
      [CI]: workflow(
        'cargo xtask format --check',
        'cargo xtask readme --check',
        'cargo xtask clippy',
        'cargo xtask check --all-features',
        'cargo xtask test-docs',
        'cargo run -p xtask -- test-libs',
        'cargo xtask coverage',
        'cargo xtask fuzz-parser',
        'cargo xtask test-e2e',
      ),
    },
    [
      RUST_INSTALL,
      RUST_FORMAT,
      ['lint', 'cargo xtask format --check'],
      ['lint', 'cargo xtask readme --check'],
      ['lint', 'cargo xtask clippy'],
      ['typecheck', 'cargo xtask check --all-features'],
      ['test', 'cargo xtask test-docs'],
      ['test', 'cargo run -p xtask -- test-libs'],
    ],
  ],
  [
    'other versions of the compiler and of the dependencies',
    {
      ...RUST,
      Makefile: rows(
        'check-msrv:',
        '\tcargo msrv verify',
        'check-minver:',
        '\tcargo minimal-versions check',
        '',
      ),
      [CI]: workflow(
        'make check-msrv',
        'make check-minver',
        'cargo minimal-versions --ignore-private check',
        'cargo +nightly check -Z direct-minimal-versions',
        'cargo test',
      ),
    },
    [RUST_INSTALL, RUST_FORMAT, ['test', 'cargo test']],
  ],
];

const titles: Case[] = [
  [
    'a script that installs, in a job called after tests',
    {
      [CI]: titled('test', ['Test the installer', 'bash www/install.sh --to /tmp']),
      'www/install.sh': rows('#!/bin/sh', 'if ! other; then exit 1; fi', ''),
    },
    [],
  ],
  [
    'a script that downloads, in a job called after tests',
    {
      [CI]: titled('test', ['Conformance', './ci/conform.sh']),
      'ci/conform.sh': rows(
        '#!/bin/sh',
        'curl -L https://example.test/x > /tmp/x',
        'if ! /tmp/x; then exit 1; fi',
        '',
      ),
    },
    [],
  ],
  [
    'a fuzzer, by its target and by its job',
    { [CI]: titled('quickfuzz1', ['Test the app', 'make QUICK_APP_TEST'], ['Test', 'make FUZZ_FILE_TEST']) },
    [],
  ],
  [
    'a workflow of fuzzers',
    { '.github/workflows/cifuzz.yml': titled('test', ['Test', 'make smoke-test']) },
    [],
  ],
  [
    'a second build system beside the one that proves',
    {
      [CI]: titled(
        'test',
        ['Configure', 'cmake -B build'],
        ['CTest', 'ctest --test-dir build'],
        ['Bazel', 'bazel test //...'],
      ),
      'CMakeLists.txt': 'project(m)\nenable_testing()\n',
    },
    [['test', 'ctest --test-dir build']],
  ],
  [
    'scripts of Hatch that run hooks of pre-commit',
    {
      [CI]: workflow('hatch run lint:build', 'hatch run typing:test', 'hatch run test:run'),
      'pyproject.toml': rows(
        '[project]',
        'name = "m"',
        '[tool.hatch.envs.lint.scripts]',
        'build = ["pre-commit run --all-files ruff-check"]',
        '[tool.hatch.envs.typing.scripts]',
        'test = "pre-commit run --all-files mypy"',
        '[tool.hatch.envs.test.scripts]',
        'run = "pytest"',
        '',
      ),
    },
    [
      ['install', 'hatch env create'],
      ['lint', 'hatch run lint:build'],
      ['typecheck', 'hatch run typing:test'],
      ['test', 'hatch run test:run'],
    ],
  ],
];

describe('checks: what names and titles say', () => {
  itDetects(cargo);
  itDetects(titles);
});
