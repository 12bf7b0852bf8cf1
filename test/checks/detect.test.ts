import assert from 'node:assert/strict';
import { detectChecks, formatChecks } from '../../src/checks/detect.ts';
import { CI, itDetects, memoryRepo, pkg, workflow, type Case, type Tree } from './memory-repo.ts';

const nested: Case[] = [
  [
    'packages one level below a root without a manifest',
    {
      'README.md': '',
      'backend/go.mod': '',
      'frontend/package.json': pkg({ lint: 'eslint .', test: 'vitest' }),
      'frontend/package-lock.json': '{}',
      'examples/package.json': pkg({ test: 'jest' }),
      'a/b/go.mod': '',
    },
    [
      ['install', 'cd backend && go mod download'],
      ['install', 'cd frontend && npm ci'],
      ['format', 'cd backend && gofmt -w .'],
      ['lint', 'cd backend && test -z "$(gofmt -l .)"'],
      ['lint', 'cd backend && go vet ./...'],
      ['lint', 'cd frontend && npm run lint'],
      ['test', 'cd backend && go test ./...'],
      ['test', 'cd frontend && npm test'],
    ],
  ],
  [
    "a root's own scripts come first and alone",
    { 'package.json': pkg({ test: 'turbo run test' }), 'web/package.json': pkg({ test: 'jest' }) },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
  [
    "CI's working folder belongs to the package",
    { 'api/go.mod': '', [CI]: workflow('cd api', 'go test -count=1 ./...') },
    [
      ['install', 'cd api && go mod download'],
      ['format', 'cd api && gofmt -w .'],
      ['lint', 'cd api && test -z "$(gofmt -l .)"'],
      ['lint', 'cd api && go vet ./...'],
      ['test', 'cd api && go test -count=1 ./...'],
    ],
  ],
];

const NODE: Tree = {
  'package.json': pkg({
    format: 'prettier --write .',
    lint: 'eslint .',
    'my-check': 'tsc --noEmit',
    test: 'mocha',
  }),
  'package-lock.json': '{}',
};
const overrides: Case[] = [
  [
    '.bgtask.yaml replaces what it names and leaves the rest to detection',
    {
      ...NODE,
      '.bgtask.yaml':
        'checks:\n  - { name: unit, run: npm run unit }\n  - { name: style, run: npx eslint src }\n',
    },
    [
      ['install', 'npm ci'],
      ['format', 'npm run format'],
      ['lint', 'npx eslint src'],
      ['test', 'npm run unit'],
    ],
  ],
  [
    '.bgtask.yaml may say everything',
    {
      ...NODE,
      '.bgtask.yaml':
        'install: make deps\nformat: [make fmt, make imports]\nchecks: [{ name: t, run: make check, kind: lint }]\n',
    },
    [
      ['install', 'make deps'],
      ['format', 'make fmt'],
      ['format', 'make imports'],
      ['lint', 'make check'],
    ],
  ],
  [
    '.bgtask.yaml may say that there is nothing to check',
    { ...NODE, '.bgtask.yaml': 'checks: []\nformat: []\n' },
    [['install', 'npm ci']],
  ],
  [
    'an empty .bgtask.yaml changes nothing',
    { 'package.json': pkg({ test: 'mocha' }), '.bgtask.yaml': '# later\n' },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
];

describe('detectChecks', () => {
  describe('packages below the root', () => itDetects(nested));
  describe('.bgtask.yaml', () => itDetects(overrides));

  it('lets spec.checks replace the proofs, by the kind of what they run, and still installs', () => {
    const given = [
      { name: 'own tests', run: './test.sh' },
      { name: 'types', run: 'npm run my-check' },
      { name: 'style', run: 'npx eslint .' },
      { name: 'write', run: 'prettier --write .' },
    ];
    const { checks } = detectChecks(
      memoryRepo({ ...NODE, '.bgtask.yaml': 'checks: [{ name: x, run: y }]' }),
      given,
    );
    assert.deepEqual(
      checks.map(({ kind, name, run }) => [kind, name, run]),
      [
        ['install', 'install', 'npm ci'],
        ['format', 'write', 'prettier --write .'],
        ['lint', 'style', 'npx eslint .'],
        ['typecheck', 'types', 'npm run my-check'],
        ['test', 'own tests', './test.sh'],
      ],
    );
  });

  it('gives every check a name of its own, without a label where it is alone', () => {
    const files = memoryRepo({ 'go.mod': '', 'README.md': '' });
    assert.deepEqual(
      detectChecks(files).checks.map(({ name }) => name),
      ['install', 'format', 'lint (gofmt)', 'lint (go vet)', 'test'],
    );
    const twice = [
      { name: 'a', run: 'x' },
      { name: 'a', run: 'y' },
    ];
    assert.deepEqual(
      detectChecks(memoryRepo({}), twice).checks.map(({ name }) => name),
      ['a', 'a 2'],
    );
  });

  it('names the folder of a nested check', () => {
    const { checks } = detectChecks(
      memoryRepo({ 'api/go.mod': '', 'web/package.json': pkg({ test: 'jest' }) }),
    );
    assert.deepEqual(
      checks.map(({ name }) => name),
      [
        'install (api)',
        'install (web)',
        'format (api)',
        'lint (api: gofmt)',
        'lint (api: go vet)',
        'test (api)',
        'test (web)',
      ],
    );
  });

  it('keeps what the contract promises for every check', () => {
    const name = 'n'.repeat(300);
    const scripts = Object.fromEntries([
      [`lint:${name}`, 'eslint .'],
      [`test:${'t'.repeat(1_100)}`, 'mocha'],
    ]);
    for (const check of detectChecks(memoryRepo({ 'package.json': pkg(scripts) })).checks) {
      assert.ok(check.name.length <= 64, check.name);
      assert.ok(check.run.length <= 1_024, check.run);
    }
  });

  it('says what CI runs too in the evidence', () => {
    const { checks } = detectChecks(
      memoryRepo({ ...NODE, [CI]: workflow('npm ci', 'npm run lint', 'npm test') }),
    );
    assert.deepEqual(
      checks.map(({ evidence }) => evidence),
      [
        `package-lock.json; ${CI}:7 runs it`,
        'package.json scripts.format',
        `package.json scripts.lint; ${CI}:8 runs it`,
        `package.json scripts.test; ${CI}:9 runs it`,
      ],
    );
  });

  it('finds nothing in an empty repository, and says that .bgtask.yml has the wrong name', () => {
    assert.deepEqual(detectChecks(memoryRepo({})), { checks: [], notes: [] });
    assert.deepEqual(detectChecks(memoryRepo({ '.bgtask.yml': '' })).notes, [
      '.bgtask.yml is not read: its name must be .bgtask.yaml',
    ]);
  });
});

describe('formatChecks', () => {
  it('prints order, kind, command and evidence, one a line, without control characters', () => {
    const checks = [
      { kind: 'lint' as const, name: 'lint', run: 'npm run lint', evidence: 'package.json scripts.lint' },
      { kind: 'test' as const, name: 'test', run: 'a\n\u001b[31mb', evidence: 'x' },
    ];
    assert.equal(
      formatChecks({ checks, notes: [] }),
      [
        '#  KIND  COMMAND       EVIDENCE',
        '1  lint  npm run lint  package.json scripts.lint',
        '2  test  a [31mb       x',
        '',
      ].join('\n'),
    );
  });
  it('says what to do when there is none', () => {
    assert.equal(
      formatChecks({ checks: [], notes: [] }),
      'No checks found: name some in .bgtask.yaml or with --check.\n',
    );
  });
});
