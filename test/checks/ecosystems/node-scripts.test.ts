import { itDetects, pkg, type Case } from '../memory-repo.ts';

const traps: Case[] = [
  [
    'a format script that checks is a lint',
    { 'package.json': pkg({ format: 'prettier --check .' }) },
    [
      ['install', 'npm install'],
      ['format', 'npx --no-install prettier --write .'],
      ['lint', 'npm run format'],
    ],
  ],
  [
    'prettier -w --check rewrites and never fails: a formatter',
    { 'package.json': pkg({ lint: 'prettier -w --check .' }) },
    [
      ['install', 'npm install'],
      ['format', 'npm run lint'],
    ],
  ],
  [
    'a lint that fixes gives way to one that does not',
    { 'package.json': pkg({ lint: 'eslint --fix .', 'lint:check': 'eslint .' }) },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint:check'],
    ],
  ],
  [
    'a lint that fixes is taken when there is no other',
    { 'package.json': pkg({ lint: 'eslint . --fix' }) },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint'],
    ],
  ],
  [
    'lint:fix is never a check',
    { 'package.json': pkg({ 'lint:fix': 'eslint . --fix', fix: 'eslint --fix .' }) },
    [['install', 'npm install']],
  ],
  [
    'the placeholder that npm init writes is not a test',
    { 'package.json': pkg({ test: 'echo "Error: no test specified" && exit 1' }) },
    [['install', 'npm install']],
  ],
  [
    'a test that only prints is left out',
    { 'package.json': pkg({ test: 'echo ok' }) },
    [['install', 'npm install']],
  ],
  [
    'jest --watch is never a check',
    { 'package.json': pkg({ test: 'jest --watch', 'test:ci': 'jest' }) },
    [
      ['install', 'npm install'],
      ['test', 'npm run test:ci'],
    ],
  ],
  [
    'nodemon, tsc -w and webpack serve are never checks',
    { 'package.json': pkg({ test: 'nodemon test.js', typecheck: 'tsc -w', lint: 'webpack serve' }) },
    [['install', 'npm install']],
  ],
  [
    'a bare vitest ends where CI is set',
    { 'package.json': pkg({ test: 'vitest' }) },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a watcher behind another script is found',
    { 'package.json': pkg({ test: 'npm run unit', unit: 'jest --watchAll' }) },
    [['install', 'npm install']],
  ],
  [
    'scripts that swallow failures do not count as checks',
    { 'package.json': pkg({ lint: 'eslint . || true', test: 'mocha || :' }) },
    [['install', 'npm install']],
  ],
  [
    '|| exit 1 does not swallow',
    { 'package.json': pkg({ lint: 'eslint . || exit 1' }) },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint'],
    ],
  ],
  [
    'no docker, no publishing, no deploying',
    {
      'package.json': pkg({
        test: 'docker compose up -d && jest',
        lint: 'eslint . && npm publish',
        typecheck: 'tsc --noEmit && kubectl apply -f x',
      }),
    },
    [['install', 'npm install']],
  ],
  [
    'a browser test is left out',
    { 'package.json': pkg({ test: 'playwright test', 'test:unit': 'vitest run' }) },
    [
      ['install', 'npm install'],
      ['test', 'npm run test:unit'],
    ],
  ],
  [
    'an unknown command is what its name says',
    {
      'package.json': pkg({
        test: 'node test/run.js',
        lint: 'node scripts/lint.mjs',
        format: 'node scripts/format.mjs',
      }),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a test that also lints is a test',
    { 'package.json': pkg({ test: 'xo && ava' }) },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a script and the scripts it calls run once',
    {
      'package.json': pkg({
        lint: 'run-s lint:*',
        'lint:js': 'eslint .',
        'lint:css': 'stylelint "**/*.css"',
        test: 'mocha',
      }),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint'],
      ['test', 'npm test'],
    ],
  ],
  [
    'linters of different programs all run',
    {
      'package.json': pkg({
        lint: 'eslint .',
        'lint:css': 'stylelint .',
        'format:check': 'prettier --check .',
        format: 'prettier --write .',
      }),
    },
    [
      ['install', 'npm install'],
      ['format', 'npm run format'],
      ['lint', 'npm run lint'],
      ['lint', 'npm run lint:css'],
      ['lint', 'npm run format:check'],
    ],
  ],
  [
    'hooks such as pretest are not called by themselves',
    { 'package.json': pkg({ pretest: 'eslint .', test: 'mocha', posttest: 'tsc --noEmit' }) },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
  [
    'build is not a type check by itself',
    { 'package.json': pkg({ build: 'tsc', test: 'node --test' }) },
    [
      ['install', 'npm install'],
      ['test', 'npm test'],
    ],
  ],
  [
    'CI=true by cross-env is looked through',
    {
      'package.json': pkg({
        test: 'cross-env CI=true react-scripts test',
        lint: 'cross-env NODE_ENV=test npx eslint .',
      }),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint'],
      ['test', 'npm test'],
    ],
  ],
  [
    'turbo fans out',
    {
      'package.json': pkg({
        lint: 'turbo run lint',
        test: 'turbo run test',
        'check-types': 'turbo run check-types',
        dev: 'turbo run dev',
      }),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint'],
      ['typecheck', 'npm run check-types'],
      ['test', 'npm test'],
    ],
  ],
  ['a package.json that is not JSON gives no command', { 'package.json': '{ nope' }, []],
  [
    'a script name that is not a plain word is left alone',
    { 'package.json': pkg({ 'lint; rm -rf ~': 'eslint .' }) },
    [['install', 'npm install']],
  ],
  [
    'a formatter that also runs something unknown is not run',
    { 'package.json': pkg({ format: 'generate-docs && prettier --write .' }) },
    [['install', 'npm install']],
  ],
  [
    'vue-tsc and svelte-check are type checks',
    { 'package.json': pkg({ check: 'svelte-check --tsconfig ./tsconfig.json' }) },
    [
      ['install', 'npm install'],
      ['typecheck', 'npm run check'],
    ],
  ],
  [
    'biome check is a lint, and with --write a fixer',
    { 'package.json': pkg({ lint: 'biome check --write .', 'lint:ci': 'biome ci .' }) },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint:ci'],
    ],
  ],
];

describe('scripts that mislead', () => itDetects(traps));
