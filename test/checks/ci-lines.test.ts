import { CI, itDetects, workflow, type Case } from './memory-repo.ts';

/** A workflow with one job of this name and steps `title: command`, one a line. */
const job = (name: string, ...steps: [title: string, run: string][]): string =>
  [
    'on: [pull_request]',
    'jobs:',
    `  ${name}:`,
    '    runs-on: ubuntu-latest',
    '    steps:',
    ...steps.flatMap(([title, run]) => [`      - name: ${title}`, `        run: ${run}`]),
  ].join('\n');

const unknown: Case[] = [
  [
    'an unknown command by the title of its step',
    { 'BUILD.bazel': '', [CI]: job('ci', ['Run unit tests', 'bazel query //...'], ['Lint', './frob src']) },
    [
      ['lint', './frob src'],
      ['test', 'bazel query //...'],
    ],
  ],
  [
    'an unknown command by its own words',
    {
      'a.clj': '',
      'ci/type-check.sh': '#!/bin/sh\nfrob\n',
      [CI]: workflow('lein test', './ci/type-check.sh', 'sbt compile'),
    },
    [
      ['typecheck', './ci/type-check.sh'],
      ['test', 'lein test'],
    ],
  ],
  [
    'the last command of a job called after a kind; what stands before it prepares',
    { 'x.nim': '', [CI]: job('tests', ['a', './prepare-data'], ['b', './go-through']) },
    [['test', './go-through']],
  ],
  [
    'a tool of no ecosystem that CI runs',
    { 'run.sh': '', [CI]: workflow('shellcheck run.sh') },
    [['lint', 'shellcheck run.sh']],
  ],
  [
    'a kind that CI already proves takes no unknown command',
    { 'go.mod': '', [CI]: job('test', ['Tests', 'go test ./...'], ['More tests', './frobnicate']) },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'test -z "$(gofmt -l .)"'],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'setting up, fetching, reporting and deploying do not count as tests, whatever the job is called',
    {
      'x.nim': '',
      [CI]: job(
        'test',
        ['Install', './install-deps'],
        ['Fetch', 'curl -fsSLO https://example.test/a'],
        ['Upload results', './upload-report'],
        ['Deploy', './deploy.sh'],
        ['Run tests', './dotnet-install.sh --channel 10.0'],
        ['Test compilers', 'type cc'],
        ['Switch', 'nix run .#home -- init --switch'],
      ),
    },
    [],
  ],
  [
    'tests that need a browser, an emulator or another machine',
    {
      'pubspec.yaml': '',
      [CI]: job(
        'test',
        ['Browser tests', './browser-run'],
        ['External tests', './runtest --host 10.0.0.1'],
        ['Chrome', 'dart test --platform chrome'],
        ['Emulated', 'qemu-arm build/run_tests'],
        ['VM', 'dart test --platform vm'],
      ),
    },
    [
      ['install', 'dart pub get'],
      ['test', 'dart test --platform vm'],
    ],
  ],
  [
    'what is built for another machine is not tested here',
    {
      'CMakeLists.txt': 'enable_testing()',
      [CI]: workflow('cmake -B b -DCMAKE_TOOLCHAIN_FILE=arm.cmake', 'cmake --build b', 'ctest --test-dir b'),
    },
    [['test', 'cmake -B build && cmake --build build && ctest --test-dir build --output-on-failure']],
  ],
  [
    'a folder that another job made is not entered',
    { 'a.cabal': 'test-suite t', [CI]: workflow('cd source', 'cabal test') },
    [
      ['install', 'cabal update && cabal build --only-dependencies --enable-tests all'],
      ['test', 'cabal test all'],
    ],
  ],
  [
    'tests are not lost among the checks of many folders',
    {
      ...Object.fromEntries(Array.from({ length: 10 }, (_item, at) => [`p${at}/go.mod`, ''])),
      [CI]: workflow(
        ...Array.from(
          { length: 10 },
          (_item, at) => `(cd p${at} && go vet ./... && staticcheck ./... && go test ./...)`,
        ),
      ),
    },
    [
      ...Array.from({ length: 8 }, (_item, at): [kind: 'install', run: string] => [
        'install',
        `cd p${at} && go mod download`,
      ]),
      ...Array.from({ length: 8 }, (_item, at): [kind: 'format', run: string] => [
        'format',
        `cd p${at} && gofmt -w .`,
      ]),
      ...Array.from({ length: 4 }, (_item, at): [kind: 'lint', run: string][] => [
        ['lint', `cd p${at} && go vet ./...`],
        ['lint', `cd p${at} && staticcheck ./...`],
      ]).flat(),
      ...Array.from({ length: 8 }, (_item, at): [kind: 'test', run: string] => [
        'test',
        `cd p${at} && go test ./...`,
      ]),
    ],
  ],
];

describe('what CI runs and no rule knows', () => itDetects(unknown));
