import { CI, itDetects, type Case } from '../memory-repo.ts';

/** Small repositories whose checks were found wrongly once, with the right ones. */
const cases: Case[] = [
  [
    'a project beside what CI builds is left alone',
    {
      [CI]: [
        'on: [pull_request]',
        'jobs:',
        '  verify:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - run: cmake -B ${{ runner.workspace }}/build',
        '      - run: ctest',
        '        working-directory: ${{ runner.workspace }}/build',
        '',
      ].join('\n'),
      'CMakeLists.txt': 'project(m)\n',
      'support/build.gradle': 'apply plugin: "com.android.library"\n',
    },
    [['test', 'cd build && ctest']],
  ],
  [
    'pattern rules of make',
    {
      [CI]: [
        'on: [pull_request]',
        'jobs:',
        '  verify:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - run: make clippy-full',
        '      - run: make test-full',
        '',
      ].join('\n'),
      'Cargo.lock': '',
      'Cargo.toml': ['[package]', 'name="m"', 'version="0.1.0"', ''].join('\n'),
      Makefile: [
        'FEATURES_full = --features "a b"',
        'clippy-%:',
        '\tcargo clippy $(FEATURES_$*) -- -D warnings -A deprecated',
        'test-%:',
        '\tcargo test $(FEATURES_$*)',
        '',
      ].join('\n'),
    },
    [
      ['install', 'cargo fetch --locked'],
      ['format', 'cargo fmt'],
      ['lint', 'make clippy-full'],
      ['test', 'make test-full'],
    ],
  ],
  [
    'a target inside case, and a format check of make',
    {
      [CI]: [
        'on: [pull_request]',
        'jobs:',
        '  verify:',
        '    runs-on: ubuntu-latest',
        '    strategy:',
        '      matrix:',
        '        target: [one, four]',
        '    steps:',
        '      - run: make fmt',
        '      - env:',
        '          TARGET: ${{ matrix.target }}',
        '        run: |',
        '          case "${TARGET}" in',
        '            one) CPU=1 make test ;;',
        '            four) CPU=4 make test ;;',
        '            *) exit 1 ;;',
        '          esac',
        '',
      ].join('\n'),
      Makefile: [
        'fmt:',
        '\t@!(gofmt -l -s -d $$(find . -name \\*.go) | grep "[a-z]")',
        'test:',
        '\tgo test ./...',
        'coverage:',
        '\tgo test -coverprofile c.out ./...',
        '',
      ].join('\n'),
      'go.mod': 'module example.test/m\ngo 1.24\n',
      'm.go': 'package m\n',
    },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'make fmt'],
      ['test', 'CPU=1 make test'],
    ],
  ],
  [
    'targets of an included file, vendored files',
    {
      '.golangci.yaml': 'version: "2"\n',
      Makefile: 'include mk/*.mk\n',
      'go.mod': 'module example.test/m\ngo 1.24\n',
      'm.go': 'package m\n',
      'mk/test.mk': [
        'test: ## unit tests',
        '\tgo test $$(go list ./... | grep -v /test/)',
        'ci-lint:',
        '\tgolangci-lint run',
        '',
      ].join('\n'),
      'test/e2e/a_test.go': [
        'package e2e',
        'import "testing"',
        'func TestA(t *testing.T) { t.Fatal("needs a cluster") }',
        '',
      ].join('\n'),
      'vendor/modules.txt': '',
      'vendor/x/x.go': 'package x\nvar  A=1\n',
    },
    [
      ['install', 'go mod download'],
      ['format', "gofmt -w $(find . -name '*.go' ! -path '*/vendor/*' ! -path '*/testdata/*')"],
      ['lint', "test -z \"$(gofmt -l $(find . -name '*.go' ! -path '*/vendor/*' ! -path '*/testdata/*'))\""],
      ['lint', 'go vet ./...'],
      ['lint', 'golangci-lint run'],
      ['test', 'make test'],
    ],
  ],
  [
    'checkstyle that an execution configures',
    {
      [CI]: [
        'on: [pull_request]',
        'jobs:',
        '  verify:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - run: ./mvnw -B verify',
        '',
      ].join('\n'),
      mvnw: '',
      'pom.xml':
        '<project><build><plugins><plugin><artifactId>maven-checkstyle-plugin</artifactId><executions><execution><id>x</id><phase>validate</phase><goals><goal>check</goal></goals><configuration><configLocation>a.xml</configLocation></configuration></execution></executions></plugin></plugins></build></project>',
    },
    [['test', './mvnw -B verify']],
  ],
];

describe('checks: targets and what they stand for', () => itDetects(cases));
