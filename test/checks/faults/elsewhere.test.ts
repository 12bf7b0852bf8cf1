import { CI, pkg } from '../memory-repo.ts';
import { itReads, job, steps, type CiCase, YARN_WORKSPACES } from '../ci/ci-case.ts';

const artifact = (...runs: string[]): string =>
  'on: [pull_request]\njobs:\n' +
  '  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: yarn pack\n      - uses: actions/upload-artifact@v4\n' +
  '  test:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/download-artifact@v4\n' +
  runs.map((run) => `      - run: ${run}\n`).join('');

/** What only CI has. */
const elsewhere: CiCase[] = [
  {
    promise: 'a packed package of another job is not here, nor what is built or tested with it',
    tree: {
      ...YARN_WORKSPACES,
      'package.json': pkg({ build: 'tsc', 'test:types': 'tsc --noEmit', test: 'vitest --run' }),
      [CI]: artifact('yarn attw ./package.tgz', 'yarn add ./package.tgz', 'yarn build', 'yarn test:types'),
    },
    runs: ['yarn test'],
    never: /attw|build|TEST_DIST/,
    note: /yarn test:types is not run .*: it needs a package that CI builds before/,
  },
  {
    promise: 'another repository in a folder: what works in it or calls it is not run',
    tree: {
      'composer.json': '{}',
      Makefile: 'cs:\n\tphp build-cs/vendor/bin/phpcs src\ntests:\n\tvendor/bin/phpunit\n',
      [CI]: job(
        '    steps:\n      - uses: actions/checkout@v4\n' +
          '      - { uses: actions/checkout@v4, with: { repository: m/build-cs, path: build-cs } }\n' +
          '      - { run: vendor/bin/phpstan, working-directory: build-cs }\n' +
          '      - run: make cs\n      - run: make tests\n',
      ),
    },
    runs: ['make tests'],
    never: /make cs|phpstan/,
  },
  {
    promise: 'a program in a place that only the shell of CI can name',
    tree: {
      'composer.json': '{}',
      [CI]: job(steps('$(composer global config bin-dir)/bc-check', 'vendor/bin/phpunit')),
    },
    runs: ['vendor/bin/phpunit'],
    never: /bc-check/,
  },
  {
    promise: 'checks of commit messages',
    tree: {
      'package.json': pkg({ lint: 'eslint .' }),
      'package-lock.json': '{}',
      [CI]: job(steps('npm run lint', 'npx tool commit-message validate-range')),
    },
    runs: ['npm run lint'],
    never: /commit-message/,
  },
  {
    promise: 'a linter by its name alone that says it is an integration test',
    tree: {
      'package.json': pkg({ lint: 'eslint .', 'test-eslint-integration': 'node it.mjs' }),
      'package-lock.json': '{}',
      [CI]: job(steps('npm run lint', 'npm run test-eslint-integration')),
    },
    runs: ['npm run lint'],
    never: /integration/,
  },
];

/** What files say where CI says it better. */
const files: CiCase[] = [
  {
    promise: 'a linter that no script calls gives way to what CI runs in a folder',
    tree: {
      'package.json': pkg({ build: 'x' }, { devDependencies: { eslint: '1' } }),
      'yarn.lock': '',
      '.eslintrc.js': '',
      'a/package.json': pkg({ test: 'vitest --run' }),
      [CI]: job(`    defaults: { run: { working-directory: a } }\n${steps('yarn test')}`),
    },
    runs: ['cd a && yarn test'],
    never: /eslint/,
  },
  {
    promise: 'scripts that only examples have do not run in the packages',
    tree: {
      ...YARN_WORKSPACES,
      'packages/a/package.json': pkg({}),
      'examples/b/package.json': pkg({ lint: 'next lint' }),
    },
    runs: ['yarn test'],
    never: /lint/,
  },
  {
    promise: 'a formatter that the project itself depends on, where its hooks bring another one',
    tree: {
      'pyproject.toml': '[project]\nname="m"\nversion="0"\ndependencies = ["black"]\n',
      '.pre-commit-config.yaml': 'repos:\n  - repo: r\n    hooks: [{ id: ruff-format }]\n',
      'test_m.py': 'import pytest\n',
    },
    runs: ['.venv/bin/python -m pytest'],
    never: /black/,
  },
  {
    promise: 'tests between two versions do not stand for all tests',
    tree: {
      'package.json': pkg({ test: 'mocha', 'test:interoperability': 'node interop.js' }),
      'package-lock.json': '{}',
      [CI]: job(steps('npm run test:interoperability')),
    },
    runs: ['npm test', 'npm run test:interoperability'],
  },
];

describe('checks: what only CI has, and what only files say', () => {
  itReads(elsewhere);
  itReads(files);
});
