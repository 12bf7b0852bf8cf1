import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const rows = (...lines: string[]): string => lines.join('\n');
const GO = { 'go.mod': 'module example.test/m\ngo 1.24\n', 'm.go': 'package m\n' };

const cases: Case[] = [
  [
    'a reporter behind a linter, with the format that is meant for it',
    {
      [CI]: workflow(
        'vendor/bin/php-cs-fixer fix --dry-run --format=checkstyle | cs2pr',
        'vendor/bin/phpunit',
      ),
      'composer.json': '{"require-dev":{"friendsofphp/php-cs-fixer":"3","phpunit/phpunit":"11"}}',
    },
    [
      ['install', 'composer install --no-interaction --no-progress'],
      ['format', 'vendor/bin/php-cs-fixer fix'],
      ['lint', 'vendor/bin/php-cs-fixer fix --dry-run'],
      ['test', 'vendor/bin/phpunit'],
    ],
  ],
  [
    'a reporter on a line of its own',
    {
      ...GO,
      [CI]: workflow(
        'golangci-lint run \\',
        '  | reviewdog -f=golangci-lint',
        'go test ./... 2>&1 | go-junit-report -set-exit-code > r.xml',
      ),
    },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'golangci-lint run'],
      ['test', 'go test ./... 2>&1'],
    ],
  ],
  [
    "what Go's formatter prints, in a substitution of a process",
    { ...GO, [CI]: workflow('diff <(echo -n) <(gofmt -s -d .)', 'go test ./...') },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'test -z "$(gofmt -s -l .)"'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'a line that only bash can read',
    { ...GO, [CI]: workflow('go vet $(comm -3 <(go list ./...) <(cat skip))', 'go test ./...') },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'test -z "$(gofmt -l .)"'],
      ['lint', 'go vet ./...'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'globs of an action that stand in quotes',
    {
      [CI]: rows(
        'on: [pull_request]',
        'jobs:',
        '  docs:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - uses: DavidAnson/markdownlint-cli2-action@v20',
        '        with:',
        '          globs: |',
        "            '**/*.md'",
        '            "!target"',
        '',
      ),
    },
    [['lint', "npx --yes markdownlint-cli2 '**/*.md' '!target'"]],
  ],
];

describe('checks: lines that sh -c cannot run as they stand', () => itDetects(cases));
