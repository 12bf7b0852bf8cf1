import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const GOFMT = 'test -z "$(gofmt -l .)"';
const FIND = "find . -name '*.go' ! -path '*/vendor/*' ! -path '*/testdata/*'";
const WRITTEN = `${FIND} -exec grep -L '^// Code generated .* DO NOT EDIT' {} +`;

const go: Case[] = [
  [
    'gofmt, vet and test',
    { 'go.mod': 'module example.com/a\n', 'main.go': '' },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', GOFMT],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'golangci-lint where it is configured',
    { 'go.mod': '', '.golangci.yml': '' },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', GOFMT],
      ['lint', 'go vet ./...'],
      ['lint', 'golangci-lint run'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'what CI runs wins: the action, and its flags of the tests',
    {
      'go.mod': '',
      '.golangci.yml': '',
      [CI]: workflow('go test -race ./...').replace(
        '      - run: |',
        '      - uses: golangci/golangci-lint-action@v6\n        with:\n          args: --timeout 5m\n      - run: |',
      ),
    },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'golangci-lint run --timeout 5m'],
      ['test', 'go test -race ./...'],
    ],
  ],
  [
    'gofmt -l of CI cannot fail, so it is not a check',
    { 'go.mod': '', [CI]: workflow('gofmt -l .', 'go test ./...') },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', GOFMT],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'test data that does not parse is not formatted',
    { 'go.mod': '', 'a/testdata/bad.go': 'package' },
    [
      ['install', 'go mod download'],
      ['format', `gofmt -w $(${FIND})`],
      ['lint', `test -z "$(gofmt -l $(${FIND}))"`],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'vendored files are as their makers left them',
    { 'go.mod': '', 'vendor/modules.txt': '' },
    [
      ['install', 'go mod download'],
      ['format', `gofmt -w $(${FIND})`],
      ['lint', `test -z "$(gofmt -l $(${FIND}))"`],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'generated files are as their generator left them',
    { 'go.mod': '', 'api/v1/zz_generated.deepcopy.go': '', [CI]: workflow('go vet ./...') },
    [
      ['install', 'go mod download'],
      ['format', `gofmt -w $(${WRITTEN})`],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
    ],
  ],
];

describe('go', () => itDetects(go));
