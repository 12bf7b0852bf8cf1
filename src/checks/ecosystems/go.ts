import type { RepoFiles } from '../check.ts';
import { GO_RULES } from '../tools/go-rust.ts';
import { CONFIGURED, type Ecosystem, type Suggestion } from './ecosystem.ts';

const LINT_CONFIG = /^\.golangci\.(ya?ml|toml|json)$/;

/** Go: gofmt, go vet, golangci-lint where it is configured, go test. */
export const go: Ecosystem = {
  name: 'go',
  manifests: ['go.mod'],
  locks: ['go.sum', 'go.work', 'go.work.sum'],
  ignored: ['vendor'],
  listed: ['vendor/modules.txt'],
  downloads: [['go', / (run|install) (.* )?\S+@/]],
  registries: { defaults: ['proxy.golang.org', 'sum.golang.org'] },
  toolchain: {
    go: 'Install Go from https://go.dev/dl.',
    gofmt: 'gofmt comes with Go: install Go from https://go.dev/dl.',
  },
  extras: {
    'golangci-lint': 'Install golangci-lint from https://golangci-lint.run/welcome/install.',
    staticcheck: 'Install staticcheck with go install honnef.co/go/tools/cmd/staticcheck@latest.',
    gotestsum: 'Install gotestsum with go install gotest.tools/gotestsum@latest.',
    ginkgo: 'Install Ginkgo with go install github.com/onsi/ginkgo/v2/ginkgo@latest.',
    revive: 'Install revive with go install github.com/mgechev/revive@latest.',
    gofumpt: 'Install gofumpt with go install mvdan.cc/gofumpt@latest.',
    goimports: 'Install goimports with go install golang.org/x/tools/cmd/goimports@latest.',
  },
  rules: GO_RULES,
  subcommands: ['go'],
  suggest: (files) =>
    files.has('go.mod')
      ? { install: { run: 'go mod download', evidence: 'go.mod' }, proofs: proofs(files) }
      : undefined,
};

function proofs(files: RepoFiles): Suggestion[] {
  const config = files.paths.find((path) => LINT_CONFIG.test(path));
  const sources = goFiles(files);
  return [
    ['format', 'gofmt', `gofmt -w ${sources}`, 'go.mod', 'gofmt'],
    ['lint', 'gofmt', `test -z "$(gofmt -l ${sources})"`, 'go.mod', 'gofmt'],
    ['lint', 'go vet', 'go vet ./...', 'go.mod'],
    ...(config === undefined
      ? []
      : [['lint', 'golangci-lint', 'golangci-lint run', config, CONFIGURED] as const]),
    ['test', 'go test', 'go test ./...', 'go.mod'],
  ];
}

const TEST_DATA = /(^|\/)testdata\/.*\.go$/;
const GENERATED =
  /(^|\/)(zz_generated[^/]*|[^/]+[._](pb|gen|generated|string|mock)|[^/]*_?mock_[^/]*|bindata)\.go$/;

/**
 * What CI's linters see of the Go files. Test data may be Go that does not parse, on purpose; vendored and generated files are
 * as their makers left them. Without any of these, the folder itself.
 */
function goFiles(files: RepoFiles): string {
  const has = (pattern: RegExp): boolean => files.paths.some((path) => pattern.test(path));
  if (!files.has('vendor/modules.txt') && !has(TEST_DATA) && !has(GENERATED)) return '.';
  const find = "find . -name '*.go' ! -path '*/vendor/*' ! -path '*/testdata/*'";
  return has(GENERATED) ? `$(${find} -exec grep -L '^// Code generated .* DO NOT EDIT' {} +)` : `$(${find})`;
}
