import { CI, itDetects, type Case } from '../memory-repo.ts';

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
];

describe('checks: what words mean', () => itDetects(cases));
