import { CI, itDetects, pkg, workflow, type Case } from '../memory-repo.ts';

const LOCK = { 'package-lock.json': '{}' };
const BASIC = {
  format: 'prettier --write .',
  lint: 'eslint .',
  typecheck: 'tsc --noEmit',
  test: 'vitest run',
};

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
    {
      'package.json': pkg({ test: 'jest' }),
      ...LOCK,
      [CI]: workflow('npm ci --legacy-peer-deps', 'npm test'),
    },
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
  [
    'no lock file: the manager that CI calls most, and no install for production',
    {
      'package.json': pkg({ lint: 'eslint .', test: 'mocha' }),
      [CI]: workflow('pnpm install --prod', 'npm install --production', 'npm run lint', 'npm test'),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint'],
      ['test', 'npm test'],
    ],
  ],
  [
    "Yarn's binaries in CI run by the repository's own Yarn",
    {
      'package.json': pkg({ test: 'jest' }),
      'yarn.lock': '',
      '.yarnrc.yml': 'yarnPath: .yarn/y.cjs\n',
      '.yarn/y.cjs': '',
      [CI]: workflow('yarn install --immutable', 'yarn eslint src', 'yarn test'),
    },
    [
      ['install', 'node .yarn/y.cjs install --immutable'],
      ['lint', 'node .yarn/y.cjs run eslint src'],
      ['test', 'node .yarn/y.cjs test'],
    ],
  ],
];

describe('package managers of node', () => itDetects(managers));
