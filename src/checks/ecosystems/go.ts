import type { CiCommand, Detector, RepoFiles } from '../check.ts';
import { checksOf, type Suggestion } from './suggest.ts';

const LINT_CONFIG = /^\.golangci\.(ya?ml|toml|json)$/;

/** Go: gofmt, go vet, golangci-lint where it is configured, go test. */
export const go: Detector = {
  name: 'go',
  detect: (files, ci) =>
    files.has('go.mod')
      ? checksOf(
          { ecosystem: 'go', install: { run: 'go mod download', evidence: 'go.mod' }, proofs: proofs(files) },
          ci,
        )
      : [],
  notes,
};

function proofs(files: RepoFiles): Suggestion[] {
  const config = files.paths.find((path) => LINT_CONFIG.test(path));
  const sources = goFiles(files);
  return [
    ['format', 'gofmt', `gofmt -w ${sources}`, 'go.mod', 'gofmt'],
    ['lint', 'gofmt', `test -z "$(gofmt -l ${sources})"`, 'go.mod', 'gofmt'],
    ['lint', 'go vet', 'go vet ./...', 'go.mod'],
    ...(config === undefined ? [] : [['lint', 'golangci-lint', 'golangci-lint run', config] as const]),
    ['test', 'go test', 'go test ./...', 'go.mod'],
  ];
}

/** Test data may be Go that does not parse, on purpose: then only files outside of it are formatted. */
function goFiles(files: RepoFiles): string {
  if (!files.paths.some((path) => /(^|\/)testdata\/.*\.go$/.test(path))) return '.';
  return "$(git ls-files '*.go' ':!:*testdata/*' ':!:vendor/*')";
}

function notes(files: RepoFiles, ci: readonly CiCommand[]): string[] {
  const needed = go.detect(files, ci).some(({ run }) => run.startsWith('golangci-lint'));
  return needed ? ['the image must have golangci-lint'] : [];
}
