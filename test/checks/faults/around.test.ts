import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';
import { CARGO, itReads, job, steps, type CiCase } from '../ci/ci-case.ts';

const GO = { 'go.mod': 'module m\ngo 1.24\n' };

/** Jobs that a change does not start, and folders that CI speaks of. */
const started: Case[] = [
  [
    'jobs of CircleCI that no workflow starts for a change',
    {
      ...CARGO,
      '.circleci/config.yml': [
        'jobs:',
        '  unit: { docker: [{ image: rust }], steps: [{ run: cargo test }] }',
        '  mac: { macos: { xcode: "16" }, steps: [{ run: cargo test --features mac }] }',
        '  win: { executor: win/default, steps: [{ run: cargo test --features win }] }',
        '  tagged: { docker: [{ image: rust }], steps: [{ run: cargo test --features tagged }] }',
        '  merged: { docker: [{ image: rust }], steps: [{ run: cargo test --features merged }] }',
        '  clocked: { docker: [{ image: rust }], steps: [{ run: cargo test --features clocked }] }',
        'workflows:',
        '  a:',
        '    jobs:',
        '      - unit: { filters: { branches: { only: /.*/ } } }',
        '      - mac',
        '      - win',
        '      - tagged: { filters: { branches: { ignore: /.*/ }, tags: { only: /v.*/ } } }',
        '      - merged: { filters: { branches: { only: main } } }',
        '  b:',
        '    triggers: [{ schedule: { cron: "0 0 * * *" } }]',
        '    jobs: [clocked]',
      ].join('\n'),
    },
    [
      ['install', 'cargo fetch --locked'],
      ['format', 'cargo fmt'],
      ['test', 'cargo test'],
    ],
  ],
  [
    'jobs of GitLab for tags, clocks and people',
    {
      ...CARGO,
      '.gitlab-ci.yml': [
        'unit: { rules: [{ if: $CI_COMMIT_TAG, when: never }, { if: $CI_MERGE_REQUEST_IID }], script: [cargo test] }',
        'tagged: { rules: [{ if: $CI_COMMIT_TAG }], script: [cargo clippy --features tagged] }',
        'clocked: { only: [schedules], script: [cargo clippy --features clocked] }',
        'asked: { rules: [{ when: manual }], script: [cargo clippy --features asked] }',
        'merged: { only: [main@group/project], script: [cargo clippy --features merged] }',
      ].join('\n'),
    },
    [
      ['install', 'cargo fetch --locked'],
      ['format', 'cargo fmt'],
      ['test', 'cargo test'],
    ],
  ],
  [
    'a folder gets no linter of its own where CI has one elsewhere',
    {
      'a/go.mod': 'module a\n',
      'b/go.mod': 'module b\n',
      [CI]: workflow('(cd a && golangci-lint run)', '(cd b && go test ./...)'),
    },
    [
      ['install', 'cd a && go mod download'],
      ['install', 'cd b && go mod download'],
      ['format', 'cd a && gofmt -w .'],
      ['format', 'cd b && gofmt -w .'],
      ['lint', 'cd a && golangci-lint run'],
      ['test', 'cd b && go test ./...'],
    ],
  ],
  [
    'a folder that CI tests beside the root',
    {
      ...GO,
      'exp/go.mod': 'module exp\n',
      [CI]: workflow('go test ./...', '(cd exp && go test -race ./...)'),
    },
    [
      ['install', 'go mod download'],
      ['install', 'cd exp && go mod download'],
      ['format', 'gofmt -w .'],
      ['format', 'cd exp && gofmt -w .'],
      ['lint', 'test -z "$(gofmt -l .)"'],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
      ['test', 'cd exp && go test -race ./...'],
    ],
  ],
];

const formats: CiCase[] = [
  [
    "git ls-files '*.c' | xargs clang-format -i",
    "git ls-files '*.c' | xargs clang-format --dry-run --Werror",
  ],
  ['cargo fmt --all', 'cargo fmt --all -- --check'],
  ['shfmt -w ci', 'shfmt -d ci'],
].map(([writer = '', judge = '']) => ({
  promise: `a formatter before a look at the tree judges by itself: ${writer}`,
  tree: { ...CARGO, [CI]: job(steps(writer, 'git diff --exit-code', 'cargo test')) },
  runs: [judge, 'cargo test'],
}));

const variables: CiCase[] = [
  {
    promise: 'variables are set for the programs that they speak to',
    tree: {
      ...CARGO,
      [CI]: job(
        steps('typos', 'cargo clippy', 'cargo test', 'make check'),
        'env: { RUSTFLAGS: -Dwarnings, PYTHONWARNDEFAULTENCODING: "1", CC: clang, MODE: full }\n',
      ),
      Makefile: 'check:\n\t./run\n',
    },
    runs: [
      'RUSTFLAGS=-Dwarnings MODE=full cargo clippy',
      'RUSTFLAGS=-Dwarnings CC=clang MODE=full cargo test',
      'RUSTFLAGS=-Dwarnings PYTHONWARNDEFAULTENCODING=1 CC=clang MODE=full make check',
    ],
  },
];

describe('what a change starts', () => itDetects(started));
describe('format checks by git', () => itReads(formats));
describe('variables of CI', () => itReads(variables));
