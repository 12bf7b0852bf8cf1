import { CI, itDetects, pkg, workflow, type Case } from '../memory-repo.ts';

/** Small repositories whose checks were found wrongly once, with the right ones. */
const cases: Case[] = [
  [
    'check without tests is a lint',
    {
      [CI]: [
        'on: [pull_request]',
        'jobs:',
        '  verify:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - run: ./gradlew check -x test',
        '      - run: ./gradlew test',
        '',
      ].join('\n'),
      'build.gradle.kts': 'plugins { java; checkstyle }\n',
      gradlew: '',
      'settings.gradle.kts': '',
    },
    [
      ['lint', './gradlew check -x test'],
      ['test', './gradlew test'],
    ],
  ],
  [
    '--help and --version judge nothing',
    {
      '.github/workflows/build.yml': [
        'on: [pull_request]',
        'jobs:',
        '  verify:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - run: ruff --help',
        '      - run: mypy --version',
        '',
      ].join('\n'),
      'pyproject.toml': ['[project]', 'name="m"', 'version="0"', ''].join('\n'),
      'uv.lock': '',
    },
    [['install', 'uv sync']],
  ],
  [
    'what CI fixes in place is checked here',
    {
      '.github/workflows/lint.yml': [
        'on: [pull_request]',
        'jobs:',
        '  verify:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - run: npx turbo lint -- --fix',
        '',
      ].join('\n'),
      'package-lock.json': '{}',
      'package.json': '{"scripts":{"lint":"turbo lint"},"devDependencies":{"turbo":"2"}}',
    },
    [
      ['install', 'npm ci'],
      ['lint', 'npx turbo lint'],
    ],
  ],
  [
    'a formatter behind arguments of a script',
    {
      '.github/workflows/lint.yml': [
        'on: [pull_request]',
        'jobs:',
        '  verify:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - run: npm run format-fix',
        '      - uses: autofix-ci/action@v1',
        '',
      ].join('\n'),
      'package-lock.json': '{}',
      'package.json':
        '{"scripts":{"format":"prettier . --ignore-unknown","format-fix":"npm run format -- --write --list-different"},"devDependencies":{"prettier":"3"}}',
    },
    [
      ['install', 'npm ci'],
      ['format', 'npm run format-fix'],
    ],
  ],
  [
    'scripts that call make or work in a folder',
    {
      Makefile: ['lint:', '\tnode lint.js', 'test:', '\tnode test.js', ''].join('\n'),
      'package-lock.json': '{}',
      'package.json':
        '{"scripts":{"lint":"make lint","test":"make test","sub":"cd packages/a && npm run test:unit"}}',
    },
    [
      ['install', 'npm ci'],
      ['lint', 'npm run lint'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a script that deletes outside the checkout, behind an alias',
    {
      'a/package.json': '{"name":"a","scripts":{"test":"jest"}}',
      'package.json':
        '{"packageManager":"pnpm@10.0.0","scripts":{"clean-tmp":"shx rm -rf ../shared_tmp","test-all":"pn prep && pn lint && pn test-pkgs","prep":"node prep.js","lint":"eslint .","test-pkgs":"pn clean-tmp && pnpm -r test"},"devDependencies":{"eslint":"9"}}',
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': 'packages: [a]\n',
    },
    [
      ['install', 'pnpm install --frozen-lockfile'],
      ['lint', 'pnpm run lint'],
      ['test', 'pnpm -r --if-present run test'],
    ],
  ],
  [
    'a compiler that CI calls is a type check',
    {
      [CI]: [
        'on: [pull_request]',
        'jobs:',
        '  verify:',
        '    runs-on: ubuntu-latest',
        '    steps:',
        '      - run: npm run compile-only',
        '',
      ].join('\n'),
      'package-lock.json': '{}',
      'package.json':
        '{"scripts":{"compile-only":"tsgo --build a b"},"devDependencies":{"@typescript/native-preview":"7"}}',
    },
    [
      ['install', 'npm ci'],
      ['typecheck', 'npm run compile-only'],
    ],
  ],
  [
    'names behind --exclude are not tasks of nx',
    {
      'package.json': pkg({ test: 'vitest run' }),
      'package-lock.json': '{}',
      [CI]: workflow('npx nx run-many -t pkg-check --exclude unit-tests site', 'npm test'),
    },
    [
      ['install', 'npm ci'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a warning that is an error, and a lock file that is looked at, in Elixir',
    {
      'mix.exs': '',
      [CI]: workflow('mix compile --warning-as-errors', 'mix deps.unlock --check-unused', 'mix test'),
    },
    [
      [
        'install',
        'mix local.hex --force --if-missing && mix local.rebar --force --if-missing && mix deps.get',
      ],
      ['lint', 'mix deps.unlock --check-unused'],
      ['typecheck', 'mix compile --warning-as-errors'],
      ['test', 'mix test'],
    ],
  ],
  [
    'a script of an environment of Hatch',
    {
      'pyproject.toml': '[project]\nname="m"\nversion="0"\n',
      'hatch.toml': '[envs.types.scripts]\ncheck="mypy m"\n',
      [CI]: workflow('hatch run types:check', 'hatch test'),
    },
    [
      ['install', 'hatch env create'],
      ['typecheck', 'hatch run types:check'],
      ['test', 'hatch test'],
    ],
  ],
  [
    'what CI fixes in place is checked with pnpm too',
    {
      'package.json': pkg({ lint: 'turbo lint' }),
      'pnpm-lock.yaml': '',
      [CI]: workflow('pnpm install', 'npx turbo lint -- --fix'),
    },
    [
      ['install', 'pnpm install'],
      ['lint', 'npx turbo lint'],
    ],
  ],
  [
    'the tests that CI calls, not a script called test that runs all of them',
    {
      'package.json': pkg({ test: 'vitest', unit: 'vitest run --project unit' }),
      'package-lock.json': '{}',
      [CI]: workflow('npm run unit'),
    },
    [
      ['install', 'npm ci'],
      ['test', 'npm run unit'],
    ],
  ],
  [
    'a browser behind a program of the repository',
    {
      'package.json': pkg({ lint: 'eslint .', test: 'node bin/x.js' }),
      'package-lock.json': '{}',
      'bin/x.js': "require('karma');\n",
      [CI]: workflow('npm run lint', 'npm test'),
    },
    [
      ['install', 'npm ci'],
      ['lint', 'npm run lint'],
    ],
  ],
];

describe('checks: what words mean', () => itDetects(cases));
