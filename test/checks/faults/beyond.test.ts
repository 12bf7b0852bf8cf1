import assert from 'node:assert/strict';
import { detectChecks } from '../../../src/checks/detect.ts';
import { CI, itDetects, memoryRepo, pkg, workflow, type Case, type Tree } from '../memory-repo.ts';

const GO = {
  'go.mod': 'module example.test/m\ngo 1.24\n',
  'm.go': 'package m\n',
  'm_test.go': 'package m\n',
};
const GO_USUAL = [
  ['install', 'go mod download'],
  ['format', 'gofmt -w .'],
  ['lint', 'test -z "$(gofmt -l .)"'],
  ['lint', 'go vet ./...'],
] as const;
const GO_PLAIN: Case[2] = [
  ...GO_USUAL.map(([kind, run]): [typeof kind, string] => [kind, run]),
  ['test', 'go test ./...'],
];

const rows = (...lines: string[]): string => lines.join('\n');
const makefile = (...recipe: string[]): string =>
  rows('check-all:', ...recipe.map((line) => `\t${line}`), '');

/** What a target of make does that a plain checkout cannot do; CI runs it beside `go test ./...`. */
const refused: readonly (readonly [what: string, tree: Tree])[] = [
  ['opt-in tests by a build tag', { Makefile: makefile('go test -tags=acceptance ./...') }],
  ['tests of another system', { Makefile: makefile('GOOS=js GOARCH=wasm go test ./...') }],
  ['tests of another system by exported variables', { Makefile: makefile('export GOOS=js; go test ./...') }],
  ['tests inside a container', { Makefile: makefile("go test -exec 'dockexec bash:5' ./...") }],
  ['binaries of a cluster', { Makefile: makefile('setup-envtest use 1.30', 'go test ./...') }],
  ['a tool of a fixed version', { Makefile: makefile('go install example.test/tool@v1', 'go test ./...') }],
  ['a download', { Makefile: makefile('curl -L https://example.test/x -o x', 'go test ./...') }],
  ['a download by a substitution', { Makefile: makefile('go test -run "$$(curl https://example.test/x)"') }],
  ['a clone', { Makefile: makefile('git clone https://example.test/x', 'go test ./x/...') }],
  ['a clean tree', { Makefile: makefile('go vet ./...', 'test -z "$$(git status --porcelain)"') }],
  [
    'a script that downloads in a function',
    {
      Makefile: makefile('./hack/check.sh'),
      'hack/check.sh': rows('#!/bin/sh', 'get() {', '  wget https://example.test/x', '}', 'get', ''),
    },
  ],
  [
    'a script that starts a container',
    { Makefile: makefile('bash hack/check.sh'), 'hack/check.sh': 'docker run x go test ./...\n' },
  ],
];

/** The same with what is safe. */
const kept: readonly Case[] = [
  [
    'a program that is fetched only where it is missing',
    {
      ...GO,
      [CI]: workflow('make lint', 'go test ./...'),
      Makefile: rows(
        'lint:',
        '\tcommand -v revive || go install example.test/revive@v1',
        '\trevive ./...',
        '',
      ),
    },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'make lint'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'a build for another system, which runs nothing',
    {
      ...GO,
      [CI]: workflow('make test'),
      Makefile: rows('test:', '\tGOOS=windows go build ./...', '\tgo test ./...', ''),
    },
    [...GO_USUAL.map(([kind, run]): [typeof kind, string] => [kind, run]), ['test', 'make test']],
  ],
  [
    'what a target that wants a clean tree calls besides',
    {
      ...GO,
      [CI]: workflow('make verify'),
      Makefile: rows(
        'verify: fmt vet',
        '\t@if [ "$$(git status --porcelain)" != "" ]; then exit 1; fi',
        'fmt:',
        '\tgo fmt ./...',
        'vet:',
        '\tgo vet ./...',
        '',
      ),
    },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'make vet'],
      ['test', 'go test ./...'],
    ],
  ],
  [
    'a target that measures by a variable is another one',
    {
      [CI]: workflow('make test std=c++17 config=debug', 'make test std=c++17 config=coverage'),
      Makefile: rows('test: all', '\t./all', ''),
    },
    [['test', 'make test std=c++17 config=debug']],
  ],
];

const NPM = 'package-lock.json';
const browsers: Case[] = [
  [
    'Vitest whose configuration turns a browser on',
    {
      [CI]: workflow('npx playwright install', 'npm run lint', 'npm test'),
      'package.json': pkg({ lint: 'eslint .', test: 'vitest' }),
      [NPM]: '{}',
      'vitest.config.ts': 'export default { test: { browser: { provider: p(), enabled: true } } };\n',
    },
    [
      ['install', 'npm ci'],
      ['lint', 'npm run lint'],
    ],
  ],
  [
    'Vitest whose configuration leaves the browser off',
    {
      [CI]: workflow('npx playwright install', 'npm test'),
      'package.json': pkg({ test: 'vitest' }),
      [NPM]: '{}',
      'vitest.config.ts': 'export default { test: { browser: { enabled: false } } };\n',
    },
    [
      ['install', 'npm ci'],
      ['test', 'npm test'],
    ],
  ],
  [
    'one project of Vitest',
    {
      [CI]: workflow('npm run test:unit'),
      'package.json': pkg({ 'test:unit': 'vitest run --project unit' }),
      [NPM]: '{}',
      'vitest.config.ts': 'export default { test: { browser: { enabled: true } } };\n',
    },
    [
      ['install', 'npm ci'],
      ['test', 'npm run test:unit'],
    ],
  ],
  [
    'tests behind the download of a browser',
    { [CI]: workflow('playwright install chromium', './run-tests.sh'), 'run-tests.sh': 'exec ./it\n' },
    [],
  ],
];

const alone: Case[] = [
  [
    'tests that CI runs with binaries which it downloads are not started in another way',
    {
      ...GO,
      [CI]: workflow('make test'),
      Makefile: rows('test:', '\tsetup-envtest use 1.30', '\tgo test ./...', ''),
    },
    GO_PLAIN.slice(0, -1),
  ],
  [
    'tests behind the download of a browser are not started in another way',
    { [CI]: workflow('playwright install', 'pytest'), 'setup.py': '', 'test_m.py': 'def test_m(): pass\n' },
    [['install', 'python3 -m venv .venv && .venv/bin/python -m pip install -e . pytest']],
  ],
];

describe('checks: what a plain checkout does not have', () => {
  for (const [what, tree] of refused)
    it(`${what} is left out, and said`, () => {
      const { checks, notes } = detectChecks(
        memoryRepo({ ...GO, ...tree, [CI]: workflow('go test ./...', 'make check-all') }),
      );
      assert.deepEqual(
        checks.map(({ kind, run }) => [kind, run]),
        GO_PLAIN,
      );
      assert.match(notes.join('\n'), /^make check-all is not run though \S+ does: it /m);
    });
  itDetects(kept);
  itDetects(browsers);
  itDetects(alone);
});
