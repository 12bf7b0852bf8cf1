import {
  CONTAINER,
  DOWNLOADS,
  OTHER_DEPENDENCIES,
  LINT,
  TEST,
  TYPES,
  FORMAT,
  FIX,
  INSTALL,
  WATCH,
  DEPLOY,
  TOOTHLESS,
  NOTHING,
  type Row,
} from './rule.ts';

/** Go's own tool and its linters. */
export const GO_RULES: Row[] = [
  ['gofmt', / -w /, FORMAT],
  ['gofumpt', / -w /, FORMAT],
  ['goimports', / -w /, FORMAT],
  ['gci', / write /, FORMAT],
  ['gofmt', undefined, TOOTHLESS],
  ['gofumpt', undefined, TOOTHLESS],
  ['goimports', undefined, TOOTHLESS],
  ['go', / fmt /, FORMAT],
  ['go', / vet /, LINT],
  ['go', / install \S+@/, DOWNLOADS],
  ['go', / test (.* )?-exec[= ]/, { ...CONTAINER, ...TEST }],
  ['go', / run (.* )?-exec[= ]/, CONTAINER],
  ['go', / test (.* )?-fuzztime[= ]/, NOTHING],
  ['go', / test (.* )?-fuzz[= ]/, WATCH],
  ['go', / test (.* )?-c /, NOTHING],
  ['go', / test /, TEST],
  ['go', / mod download /, INSTALL],
  ['go', / run \S*(staticcheck|golangci-lint|govulncheck)\S* /, LINT],
  ['go', / tool \S*(staticcheck|golangci-lint)\S* /, LINT],
  ['setup-envtest', undefined, DOWNLOADS],
  ['gotestsum', / --watch /, WATCH],
  ['gotestsum', undefined, TEST],
  ['ginkgo', / watch /, WATCH],
  ['ginkgo', undefined, TEST],
  ['golangci-lint', / --issues-exit-code[= ]0 /, TOOTHLESS],
  ['golangci-lint', / --fix /, FIX],
  ['golangci-lint', / fmt (.* )?(--diff|-d) /, LINT],
  ['golangci-lint', / fmt /, FORMAT],
  ['golangci-lint', / run /, LINT],
  ['staticcheck', undefined, LINT],
  ['revive', undefined, LINT],
  ['errcheck', undefined, LINT],
  ['goreleaser', / release /, DEPLOY],
];

/**
 * What a repository's own tasks are called: `cargo xtask NAME`. The name tells, a flag does not: `--check` asks a generator or a
 * formatter to compare.
 */
const xtaskRules: Row[] = [
  [
    'cargo',
    / xtask (\S*[-_:])?(e2e|integration|acceptance|msrv|fuzz\S*|bench\S*|coverage|cov|release|publish|dist|deploy|install)([-_:]\S*)? /,
    NOTHING,
  ],
  ['cargo', / xtask (\S*[-_:])?tests?([-_:]\S+)? /, TEST],
  [
    'cargo',
    / xtask (\S*[-_:])?(fmt|format|rustfmt)([-_:]check)? (.* )?--check | xtask (check[-_:]?(fmt|format|style)|(fmt|format)[-_:]check) /,
    LINT,
  ],
  ['cargo', / xtask (\S*[-_:])?(fmt|format|rustfmt) /, FORMAT],
  ['cargo', / xtask (\S*[-_:])?(lints?|clippy|tidy|typos|style)([-_:]\S+)? /, LINT],
  ['cargo', / xtask (\S*[-_:])?(check|typecheck)([-_:]\S+)? /, TYPES],
  ['cargo', / xtask (?!-)\S+ (.* )?(--check|--verify) /, LINT],
  ['cargo', / xtask /, NOTHING],
];

/** Cargo's sub-commands. */
export const RUST_RULES: Row[] = [
  ['rustfmt', / --check /, LINT],
  ['rustfmt', undefined, FORMAT],
  ['cargo-sort', / (--check|-c) /, LINT],
  ['cargo', /^ (\+\S+ )?(watch|bacon) /, WATCH],
  [
    'cargo',
    /^ (\+\S+ )?(msrv|minimal-versions) | (-Z ?|--)(minimal-versions|direct-minimal-versions) /,
    OTHER_DEPENDENCIES,
  ],
  ['rustup', / (toolchain (.* )?install|target (.* )?add|install|update|default) /, DOWNLOADS],
  ['cargo', / (miri|fuzz|bench|afl|kani) /, NOTHING],
  ['cargo', / -- (.* )?--ignored /, NOTHING],
  ...xtaskRules,
  ['cargo', / (fmt|fmt-check) (.* )?--check /, LINT],
  ['cargo', / fmt /, FORMAT],
  ['cargo', / clippy (.* )?--fix /, FIX],
  ['cargo', / clippy /, LINT],
  ['cargo', / (deny|audit|machete|udeps|sort --check|semver-checks) /, NOTHING],
  ['cargo', / (test|nextest run|llvm-cov|hack (.* )?test|make (unit-?)?tests?) /, TEST],
  ['cargo', / ((?!-)\S*check|hack (.* )?check) /, TYPES],
  ['cargo', / fetch /, INSTALL],
  ['cargo', / (publish|release|install) /, DEPLOY],
];
