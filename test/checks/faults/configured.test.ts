import { CI, itDetects, pkg, workflow, type Case } from '../memory-repo.ts';

const INSTALL_MIX =
  'mix local.hex --force --if-missing && mix local.rebar --force --if-missing && mix deps.get';
const KNIP = {
  'package.json': pkg({ lint: 'eslint .', deadcode: 'knip', test: 'vitest run' }),
  'package-lock.json': '{}',
};
const GOLANGCI = {
  'go.mod': 'module m\n',
  '.golangci.yml': 'version: "2"\nformatters:\n  enable: [gofmt]\n  exclusions: { paths: [gen] }\n',
  'gen/a.go': 'package gen\n',
};

/** What a file configures and CI does not run. */
const cases: Case[] = [
  [
    'a formatter of Elixir that is told no files',
    { 'mix.exs': '', '.formatter.exs': '[import_deps: [:ecto]]\n' },
    [
      ['install', INSTALL_MIX],
      ['test', 'mix test'],
    ],
  ],
  [
    'a formatter of Elixir whose file is empty',
    { 'mix.exs': '', '.formatter.exs': '' },
    [
      ['install', INSTALL_MIX],
      ['test', 'mix test'],
    ],
  ],
  [
    'a formatter of Elixir that is told its files, without CI',
    { 'mix.exs': '', '.formatter.exs': '[inputs: ["lib/**/*.ex"]]\n' },
    [
      ['install', INSTALL_MIX],
      ['format', 'mix format'],
      ['lint', 'mix format --check-formatted'],
      ['test', 'mix test'],
    ],
  ],
  [
    'a script that looks for dead code, beside a linter of CI',
    { ...KNIP, [CI]: workflow('npm run lint', 'npm test') },
    [
      ['install', 'npm ci'],
      ['lint', 'npm run lint'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a script that looks for dead code, beside tests of CI alone',
    { ...KNIP, [CI]: workflow('npm test') },
    [
      ['install', 'npm ci'],
      ['lint', 'npm run lint'],
      ['test', 'npm test'],
    ],
  ],
  [
    'a script that looks for dead code, without CI',
    KNIP,
    [
      ['install', 'npm ci'],
      ['lint', 'npm run lint'],
      ['lint', 'npm run deadcode'],
      ['test', 'npm test'],
    ],
  ],
  [
    'gofmt looks at no file that the linter of CI leaves out',
    { ...GOLANGCI, [CI]: workflow('golangci-lint run', 'go test ./...') },
    [
      ['install', 'go mod download'],
      ['format', 'gofmt -w .'],
      ['lint', 'golangci-lint run'],
      ['test', 'go test ./...'],
    ],
  ],
];

describe('checks beside those of CI', () => itDetects(cases));
