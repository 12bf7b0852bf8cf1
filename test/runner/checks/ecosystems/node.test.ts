import assert from 'node:assert/strict';
import { detectChecks } from '../../../../src/runner/checks/detect.ts';
import { CI, itDetects, memoryRepo, pkg, workflow, type Case } from '../memory-repo.ts';

const LOCK = { 'package-lock.json': '{}' };
const BASIC = { format: 'prettier --write .', lint: 'eslint .', typecheck: 'tsc --noEmit', test: 'vitest run' };

const managers: Case[] = [
  [
    'npm with a lock file installs with npm ci and calls scripts in the user-visible words',
    { 'package.json': pkg(BASIC), ...LOCK },
    [
      ['install', 'npm ci'],
      ['format', 'npm run format'],
      ['lint', 'npm run lint'],
      ['typecheck', 'npm run typecheck'],
      ['test', 'npm test'],
    ],
  ],
  [
    'npm without a lock file installs with npm install',
    { 'package.json': pkg({ test: 'mocha' }) },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a package without dependencies and lock file installs nothing',
    { 'package.json': JSON.stringify({ scripts: { test: 'node --test' } }) },
    [['test', 'npm test']],
  ],
  [
    'pnpm by its lock file',
    { 'package.json': pkg({ lint: 'eslint .', test: 'vitest' }), 'pnpm-lock.yaml': '' },
    [
      ['install', 'pnpm install --frozen-lockfile'],
      ['lint', 'pnpm run lint'],
      ['test', 'pnpm test'],
    ],
  ],
  [
    'the packageManager field beats a foreign lock file',
    { 'package.json': pkg({ test: 'jest' }, { packageManager: 'pnpm@9.1.0+sha512.abc' }), ...LOCK },
    [
      ['install', 'pnpm install'],
      ['test', 'pnpm test'],
    ],
  ],
  [
    'Yarn classic',
    { 'package.json': pkg({ lint: 'eslint .', test: 'jest' }), 'yarn.lock': '# yarn lockfile v1' },
    [
      ['install', 'yarn install --frozen-lockfile'],
      ['lint', 'yarn run lint'],
      ['test', 'yarn test'],
    ],
  ],
  [
    'Yarn Berry from the packageManager field',
    { 'package.json': pkg({ test: 'jest' }, { packageManager: 'yarn@4.5.0' }), 'yarn.lock': '' },
    [
      ['install', 'yarn install --immutable'],
      ['test', 'yarn test'],
    ],
  ],
  [
    'Yarn Berry that the repository brings runs without corepack and without a global yarn',
    {
      'package.json': pkg({ lint: 'eslint .', test: 'jest' }),
      'yarn.lock': '',
      '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.5.0.cjs\n',
      '.yarn/releases/yarn-4.5.0.cjs': '',
    },
    [
      ['install', 'node .yarn/releases/yarn-4.5.0.cjs install --immutable'],
      ['lint', 'node .yarn/releases/yarn-4.5.0.cjs run lint'],
      ['test', 'node .yarn/releases/yarn-4.5.0.cjs test'],
    ],
  ],
  [
    'bun run test is the script; bun test would be another program',
    { 'package.json': pkg({ test: 'vitest run' }), 'bun.lock': '{}' },
    [
      ['install', 'bun install --frozen-lockfile'],
      ['test', 'bun run test'],
    ],
  ],
  [
    "bun's own runner where there is no test script",
    { 'package.json': pkg({}), 'bun.lockb': '', 'src/a.test.ts': '' },
    [
      ['install', 'bun install --frozen-lockfile'],
      ['test', 'bun test'],
    ],
  ],
  [
    'two lock files: the manager that CI calls',
    { 'package.json': pkg({ test: 'jest' }), ...LOCK, 'yarn.lock': '', [CI]: workflow('npm ci', 'npm test') },
    [
      ['install', 'npm ci'],
      ['test', 'npm test'],
    ],
  ],
  [
    "CI's flags of the install are kept",
    { 'package.json': pkg({ test: 'jest' }), ...LOCK, [CI]: workflow('npm ci --legacy-peer-deps', 'npm test') },
    [
      ['install', 'npm ci --legacy-peer-deps'],
      ['test', 'npm test'],
    ],
  ],
  [
    'npm ci in CI is not believed without a lock file',
    { 'package.json': pkg({ test: 'jest' }), [CI]: workflow('npm ci', 'npm test') },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
];

const traps: Case[] = [
  ['a format script that checks is a lint', { 'package.json': pkg({ format: 'prettier --check .' }) }, [
    ['install', 'npm install'],
    ['format', 'npx --no-install prettier --write .'],
    ['lint', 'npm run format'],
  ]],
  ['prettier -w --check rewrites and never fails: a formatter', { 'package.json': pkg({ lint: 'prettier -w --check .' }) }, [
    ['install', 'npm install'],
    ['format', 'npm run lint'],
  ]],
  ['a lint that fixes gives way to one that does not', { 'package.json': pkg({ lint: 'eslint --fix .', 'lint:check': 'eslint .' }) }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint:check'],
  ]],
  ['a lint that fixes is taken when there is no other', { 'package.json': pkg({ lint: 'eslint . --fix' }) }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint'],
  ]],
  ['lint:fix is never a check', { 'package.json': pkg({ 'lint:fix': 'eslint . --fix', fix: 'eslint --fix .' }) }, [['install', 'npm install']]],
  ['the placeholder that npm init writes is no test', { 'package.json': pkg({ test: 'echo "Error: no test specified" && exit 1' }) }, [['install', 'npm install']]],
  ['a test that only prints is no test', { 'package.json': pkg({ test: 'echo ok' }) }, [['install', 'npm install']]],
  ['jest --watch is never a check', { 'package.json': pkg({ test: 'jest --watch', 'test:ci': 'jest' }) }, [
    ['install', 'npm install'],
    ['test', 'npm run test:ci'],
  ]],
  ['nodemon, tsc -w and webpack serve are never checks', { 'package.json': pkg({ test: 'nodemon test.js', typecheck: 'tsc -w', lint: 'webpack serve' }) }, [['install', 'npm install']]],
  ['a bare vitest ends where CI is set', { 'package.json': pkg({ test: 'vitest' }) }, [
    ['install', 'npm install'],
    ['test', 'npm test'],
  ]],
  ['a watcher behind another script is found', { 'package.json': pkg({ test: 'npm run unit', unit: 'jest --watchAll' }) }, [['install', 'npm install']]],
  ['scripts that swallow failures are no checks', { 'package.json': pkg({ lint: 'eslint . || true', test: 'mocha || :' }) }, [['install', 'npm install']]],
  ['|| exit 1 does not swallow', { 'package.json': pkg({ lint: 'eslint . || exit 1' }) }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint'],
  ]],
  ['no docker, no publishing, no deploying', { 'package.json': pkg({ test: 'docker compose up -d && jest', lint: 'eslint . && npm publish', typecheck: 'tsc --noEmit && kubectl apply -f x' }) }, [['install', 'npm install']]],
  ['a browser test is no check', { 'package.json': pkg({ test: 'playwright test', 'test:unit': 'vitest run' }) }, [
    ['install', 'npm install'],
    ['test', 'npm run test:unit'],
  ]],
  ['an unknown command is what its name says', { 'package.json': pkg({ test: 'node test/run.js', lint: 'node scripts/lint.mjs', format: 'node scripts/format.mjs' }) }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint'],
    ['test', 'npm test'],
  ]],
  ['a test that also lints is a test', { 'package.json': pkg({ test: 'xo && ava' }) }, [
    ['install', 'npm install'],
    ['test', 'npm test'],
  ]],
  ['a script and the scripts it calls run once', { 'package.json': pkg({ lint: 'run-s lint:*', 'lint:js': 'eslint .', 'lint:css': 'stylelint "**/*.css"', test: 'mocha' }) }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint'],
    ['test', 'npm test'],
  ]],
  ['linters of different programs all run', { 'package.json': pkg({ lint: 'eslint .', 'lint:css': 'stylelint .', 'format:check': 'prettier --check .', format: 'prettier --write .' }) }, [
    ['install', 'npm install'],
    ['format', 'npm run format'],
    ['lint', 'npm run lint'],
    ['lint', 'npm run lint:css'],
    ['lint', 'npm run format:check'],
  ]],
  ['hooks such as pretest are not called by themselves', { 'package.json': pkg({ pretest: 'eslint .', test: 'mocha', posttest: 'tsc --noEmit' }) }, [
    ['install', 'npm install'],
    ['test', 'npm test'],
  ]],
  ['build is no type check by itself', { 'package.json': pkg({ build: 'tsc', test: 'node --test' }) }, [
    ['install', 'npm install'],
    ['test', 'npm test'],
  ]],
  ['CI=true by cross-env is looked through', { 'package.json': pkg({ test: 'cross-env CI=true react-scripts test', lint: 'cross-env NODE_ENV=test npx eslint .' }) }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint'],
    ['test', 'npm test'],
  ]],
  ['turbo fans out', { 'package.json': pkg({ lint: 'turbo run lint', test: 'turbo run test', 'check-types': 'turbo run check-types', dev: 'turbo run dev' }) }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint'],
    ['typecheck', 'npm run check-types'],
    ['test', 'npm test'],
  ]],
  ['a package.json that is no JSON gives no command', { 'package.json': '{ nope' }, []],
  ['a script name that is no plain word is left alone', { 'package.json': pkg({ 'lint; rm -rf ~': 'eslint .' }) }, [['install', 'npm install']]],
];

const typeNames = ['type', 'types', 'check', 'check-types', 'type-check', 'typecheck', 'test:types', 'tsc'].map(
  (name): Case => [
    `the type check called ${name}`,
    { 'package.json': pkg({ [name]: 'tsc' }) },
    [
      ['install', 'npm install'],
      ['typecheck', `npm run ${name}`],
    ],
  ],
);

const byCi: Case[] = [
  ['the script that CI runs wins over the usual name', { 'package.json': pkg({ lint: 'eslint src', 'lint:strict': 'eslint . --max-warnings 0' }), [CI]: workflow('npm run lint:strict') }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint:strict'],
  ]],
  ["CI's npx line stands in where no script lints", {
    'package.json': pkg({ test: 'mocha' }, { devDependencies: { eslint: '9' } }), 'eslint.config.js': '', [CI]: workflow('npx eslint .', 'npm test'),
  }, [
    ['install', 'npm install'],
    ['lint', 'npx eslint .'],
    ['test', 'npm test'],
  ]],
  ['a composite script in CI stands for its parts', { 'package.json': pkg({ ci: 'run-s lint types test', lint: 'eslint .', types: 'tsc --noEmit', test: 'mocha', 'lint:old': 'jshint .' }), [CI]: workflow('npm run ci') }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint'],
    ['typecheck', 'npm run types'],
    ['test', 'npm test'],
  ]],
  ["CI's arguments are part of the judgement", { 'package.json': pkg({ lint: 'eslint .' }), [CI]: workflow('npm run lint -- --max-warnings 0') }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint -- --max-warnings 0'],
  ]],
  ['type checks that hide in the build that CI runs', { 'package.json': pkg({ build: 'tsc -p . && vite build', test: 'vitest run' }), [CI]: workflow('npm run build', 'npm test') }, [
    ['install', 'npm install'],
    ['typecheck', 'npm run build'],
    ['test', 'npm test'],
  ]],
  ['what CI lets fail is no evidence', { 'package.json': pkg({ lint: 'eslint .', 'lint:x': 'eslint x' }), [CI]: workflow('npm run lint:x || true') }, [
    ['install', 'npm install'],
    ['lint', 'npm run lint'],
  ]],
  ['a format check that CI runs shows how to format', { 'package.json': pkg({ test: 'mocha' }), [CI]: workflow('npx prettier --check src', 'npm test') }, [
    ['install', 'npm install'],
    ['format', 'npx prettier --write src'],
    ['lint', 'npx prettier --check src'],
    ['test', 'npm test'],
  ]],
];

const fallbacks: Case[] = [
  ['tools by their configuration and dependency', {
    'package.json': pkg({}, { devDependencies: { eslint: '9', typescript: '5', vitest: '3' } }), 'eslint.config.mjs': '', 'tsconfig.json': '{}', 'src/a.spec.ts': '',
  }, [
    ['install', 'npm install'],
    ['lint', 'npx --no-install eslint .'],
    ['typecheck', 'npx --no-install tsc --noEmit'],
    ['test', 'npx --no-install vitest run'],
  ]],
  ['a solution of references is not type-checked with --noEmit', { 'package.json': pkg({ test: 'vitest' }, { devDependencies: { typescript: '5' } }), 'tsconfig.json': '{ "files": [], "references": [] }' }, [
    ['install', 'npm install'],
    ['test', 'npm test'],
  ]],
  ['a prettier configuration alone formats nothing', { 'package.json': pkg({ test: 'mocha' }, { devDependencies: { prettier: '3' } }), '.prettierrc': '{}' }, [
    ['install', 'npm install'],
    ['test', 'npm test'],
  ]],
];

describe('node', () => {
  describe('package managers', () => itDetects(managers));
  describe('scripts that mislead', () => itDetects(traps));
  describe('names of type checks', () => itDetects(typeNames));
  describe("the repository's own CI", () => itDetects(byCi));
  describe('tools without a script', () => itDetects(fallbacks));

  const notes: [promise: string, scripts: Record<string, string>, note: string][] = [
    ['says that a lint fixes in place', { lint: 'eslint --fix .' }, 'package.json scripts.lint fixes files in place (eslint): what it changes is no part of the change'],
    ['says that a test watches', { test: 'jest --watch' }, 'package.json scripts.test is not run: it watches and never ends'],
    ['says that a test is a placeholder', { test: 'echo "no test specified"; exit 1' }, 'package.json scripts.test is not run: it is a placeholder'],
    ['says that a lint cannot fail', { lint: 'eslint . || true' }, 'package.json scripts.lint is not run: it cannot fail'],
  ];
  for (const [promise, scripts, note] of notes) {
    it(promise, () => assert.ok(detectChecks(memoryRepo({ 'package.json': pkg(scripts) })).notes.includes(note)));
  }
  it('says which package manager the image must bring', () => {
    const tree = { 'package.json': pkg({ test: 'jest' }, { packageManager: 'pnpm@9.1.0+sha512.aa' }) };
    assert.deepEqual(detectChecks(memoryRepo(tree)).notes, ['the image must have pnpm (package.json asks for pnpm@9.1.0): corepack is not used']);
  });
});
