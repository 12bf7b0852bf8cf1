import assert from 'node:assert/strict';
import { detectChecks } from '../../../src/checks/detect.ts';
import { CI, itDetects, memoryRepo, pkg, workflow, type Case } from '../memory-repo.ts';

const typeNames = [
  'type',
  'types',
  'check',
  'check-types',
  'type-check',
  'typecheck',
  'test:types',
  'tsc',
].map((name): Case => [
  `the type check called ${name}`,
  { 'package.json': pkg({ [name]: 'tsc' }) },
  [
    ['install', 'npm install'],
    ['typecheck', `npm run ${name}`],
  ],
]);

const byCi: Case[] = [
  [
    'the script that CI runs wins over the usual name',
    {
      'package.json': pkg({ lint: 'eslint src', 'lint:strict': 'eslint . --max-warnings 0' }),
      [CI]: workflow('npm run lint:strict'),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint:strict'],
    ],
  ],
  [
    "CI's npx line stands in where no script lints",
    {
      'package.json': pkg({ test: 'mocha' }, { devDependencies: { eslint: '9' } }),
      'eslint.config.js': '',
      [CI]: workflow('npx eslint .', 'npm test'),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npx eslint .'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a composite script in CI stands for its parts',
    {
      'package.json': pkg({
        ci: 'run-s lint types test',
        lint: 'eslint .',
        types: 'tsc --noEmit',
        test: 'mocha',
        'lint:old': 'jshint .',
      }),
      [CI]: workflow('npm run ci'),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint'],
      ['typecheck', 'npm run types'],
      ['test', 'npm test'],
    ],
  ],
  [
    "CI's arguments are part of the judgement",
    { 'package.json': pkg({ lint: 'eslint .' }), [CI]: workflow('npm run lint -- --max-warnings 0') },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint -- --max-warnings 0'],
    ],
  ],
  [
    'type checks that hide in the build that CI runs',
    {
      'package.json': pkg({ build: 'tsc -p . && vite build', test: 'vitest run' }),
      [CI]: workflow('npm run build', 'npm test'),
    },
    [
      ['install', 'npm install'],
      ['typecheck', 'npm run build'],
      ['test', 'npm test'],
    ],
  ],
  [
    'what CI lets fail is not evidence',
    {
      'package.json': pkg({ lint: 'eslint .', 'lint:x': 'eslint x' }),
      [CI]: workflow('npm run lint:x || true'),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint'],
    ],
  ],
  [
    'a format check that CI runs shows how to format',
    { 'package.json': pkg({ test: 'mocha' }), [CI]: workflow('npx prettier --check src', 'npm test') },
    [
      ['install', 'npm install'],
      ['format', 'npx prettier --write src'],
      ['lint', 'npx prettier --check src'],
      ['test', 'npm test'],
    ],
  ],
  [
    'what CI runs in all packages',
    {
      'package.json': pkg({}),
      'pnpm-lock.yaml': '',
      [CI]: workflow('pnpm -r test:coverage', 'pnpm -r test:e2e', 'npx turbo run lint'),
    },
    [
      ['install', 'pnpm install --frozen-lockfile'],
      ['lint', 'npx turbo run lint'],
      ['test', 'pnpm -r test:coverage'],
    ],
  ],
];

const fallbacks: Case[] = [
  [
    'tools by their configuration and dependency',
    {
      'package.json': pkg({}, { devDependencies: { eslint: '9', typescript: '5', vitest: '3' } }),
      'eslint.config.mjs': '',
      'tsconfig.json': '{}',
      'src/a.spec.ts': '',
    },
    [
      ['install', 'npm install'],
      ['lint', 'npx --no-install eslint .'],
      ['typecheck', 'npx --no-install tsc --noEmit'],
      ['test', 'npx --no-install vitest run'],
    ],
  ],
  [
    'a solution of references is not type-checked with --noEmit',
    {
      'package.json': pkg({ test: 'vitest' }, { devDependencies: { typescript: '5' } }),
      'tsconfig.json': '{ "files": [], "references": [] }',
    },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a prettier configuration alone formats nothing',
    { 'package.json': pkg({ test: 'mocha' }, { devDependencies: { prettier: '3' } }), '.prettierrc': '{}' },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
];

describe('node', () => {
  describe('names of type checks', () => itDetects(typeNames));
  describe("the repository's own CI", () => itDetects(byCi));
  describe('tools without a script', () => itDetects(fallbacks));

  const notes: [promise: string, scripts: Record<string, string>, note: string][] = [
    [
      'says that a lint fixes in place',
      { lint: 'eslint --fix .' },
      'package.json scripts.lint fixes files in place (eslint): what it changes is not part of the change',
    ],
    [
      'says that a test watches',
      { test: 'jest --watch' },
      'package.json scripts.test is not run: it watches and never ends',
    ],
    [
      'says that a test is a placeholder',
      { test: 'echo "no test specified"; exit 1' },
      'package.json scripts.test is not run: it is a placeholder',
    ],
    [
      'says that a lint cannot fail',
      { lint: 'eslint . || true' },
      'package.json scripts.lint is not run: it cannot fail',
    ],
  ];
  for (const [promise, scripts, note] of notes) {
    it(promise, () =>
      assert.ok(detectChecks(memoryRepo({ 'package.json': pkg(scripts) })).notes.includes(note)),
    );
  }
  it('says which package manager must be installed', () => {
    const tree = { 'package.json': pkg({ test: 'jest' }, { packageManager: 'pnpm@9.1.0+sha512.aa' }) };
    assert.deepEqual(detectChecks(memoryRepo(tree)).notes, [
      'pnpm must be installed (package.json asks for pnpm@9.1.0): npm install --global pnpm@9.1.0',
    ]);
  });
});
