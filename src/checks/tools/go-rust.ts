import { LINT, TEST, TYPES, FORMAT, FIX, INSTALL, WATCH, DEPLOY, TOOTHLESS, NOTHING, rows } from './rule.ts';

/** Go's own tool and its linters. */
export const GO_RULES = rows('go', [
  ['gofmt', / -w /, FORMAT],
  ['gofumpt', / -w /, FORMAT],
  ['goimports', / -w /, FORMAT],
  ['gci', / write /, FORMAT],
  ['gofmt', undefined, TOOTHLESS],
  ['gofumpt', undefined, TOOTHLESS],
  ['goimports', undefined, TOOTHLESS],
  ['go', / fmt /, FORMAT],
  ['go', / vet /, LINT],
  ['go', / test /, TEST],
  ['go', / mod download /, INSTALL],
  ['go', / run \S*(staticcheck|golangci-lint|govulncheck)\S* /, LINT],
  ['go', / tool \S*(staticcheck|golangci-lint)\S* /, LINT],
  ['gotestsum', / --watch /, WATCH],
  ['gotestsum', undefined, TEST],
  ['ginkgo', / watch /, WATCH],
  ['ginkgo', undefined, TEST],
  ['golangci-lint', / --fix /, FIX],
  ['golangci-lint', / fmt (.* )?(--diff|-d) /, LINT],
  ['golangci-lint', / fmt /, FORMAT],
  ['golangci-lint', / run /, LINT],
  ['staticcheck', undefined, LINT],
  ['revive', undefined, LINT],
  ['errcheck', undefined, LINT],
  ['goreleaser', / release /, DEPLOY],
]);

/** Cargo's sub-commands. */
export const RUST_RULES = rows('rust', [
  ['rustfmt', / --check /, LINT],
  ['rustfmt', undefined, FORMAT],
  ['cargo', /^ (watch|bacon) /, WATCH],
  ['cargo', / (fmt|fmt-check) (.* )?--check /, LINT],
  ['cargo', / fmt /, FORMAT],
  ['cargo', / clippy (.* )?--fix /, FIX],
  ['cargo', / clippy /, LINT],
  ['cargo', / (deny|audit|machete|udeps|sort --check|semver-checks) /, NOTHING],
  ['cargo', / (test|nextest run|llvm-cov|hack (.* )?test) /, TEST],
  ['cargo', / (\S*check|hack (.* )?check) /, TYPES],
  ['cargo', / fetch /, INSTALL],
  ['cargo', / (publish|release|install) /, DEPLOY],
]);
