import { CI, itDetects, pkg, workflow, type Case } from '../memory-repo.ts';

const ROOT = JSON.stringify({ name: 'root', workspaces: ['packages/*'] });
const A = pkg({ test: 'jest', lint: 'eslint .', dev: 'vite' });
const B = pkg({ test: 'mocha' });

const workspaces: Case[] = [
  [
    'npm runs a script in each package that has it',
    {
      'package.json': ROOT,
      'package-lock.json': '{}',
      'packages/a/package.json': A,
      'packages/b/package.json': B,
    },
    [
      ['install', 'npm ci'],
      ['lint', 'npm run lint --workspaces --if-present'],
      ['test', 'npm test --workspaces --if-present'],
    ],
  ],
  [
    'pnpm by its own file, without what it leaves out',
    {
      'package.json': '{"name":"root"}',
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': 'packages:\n  - "libs/**"\n  - "!libs/x"\n',
      'libs/deep/a/package.json': A,
      'libs/x/package.json': pkg({ typecheck: 'tsc --noEmit' }),
    },
    [
      ['install', 'pnpm install --frozen-lockfile'],
      ['lint', 'pnpm -r --if-present run lint'],
      ['test', 'pnpm -r --if-present run test'],
    ],
  ],
  [
    'Yarn 1 only where each package has the script',
    { 'package.json': ROOT, 'yarn.lock': '', 'packages/a/package.json': A, 'packages/b/package.json': B },
    [
      ['install', 'yarn install --frozen-lockfile'],
      ['test', 'yarn workspaces run test'],
    ],
  ],
  [
    'Yarn 2 and later',
    {
      'package.json': JSON.stringify({
        workspaces: { packages: ['packages/*'] },
        packageManager: 'yarn@4.1.0',
      }),
      'yarn.lock': '',
      'packages/a/package.json': B,
    },
    [
      ['install', 'yarn install --immutable'],
      ['test', 'yarn workspaces foreach --all run test'],
    ],
  ],
  [
    'a script that watches in one package is run in none',
    {
      'package.json': ROOT,
      'packages/a/package.json': pkg({ test: 'jest --watch', 'test:ci': 'jest' }),
      'packages/b/package.json': B,
    },
    [
      ['install', 'npm install'],
      ['test', 'npm run test:ci --workspaces --if-present'],
    ],
  ],
  [
    "what CI runs comes before the packages' scripts",
    {
      'package.json': ROOT,
      'packages/a/package.json': A,
      [CI]: workflow('npm run lint --workspaces', 'npm test -w packages/a'),
    },
    [
      ['install', 'npm install'],
      ['lint', 'npm run lint --workspaces'],
      ['test', 'npm test -w packages/a'],
    ],
  ],
];

describe('node workspaces', () => itDetects(workspaces));
