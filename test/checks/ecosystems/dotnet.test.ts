import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const MIX = 'mix local.hex --force --if-missing && mix local.rebar --force --if-missing && mix deps.get';

const others: Case[] = [
  [
    'Elixir with Credo',
    { 'mix.exs': '{:credo, "~> 1.7"}', '.formatter.exs': '[inputs: ["lib/*.ex"]]' },
    [
      ['install', MIX],
      ['format', 'mix format'],
      ['lint', 'mix format --check-formatted'],
      ['lint', 'mix credo'],
      ['test', 'mix test'],
    ],
  ],
  [
    'Dialyzer where CI runs it',
    {
      'mix.exs': '',
      [CI]: workflow('mix format --check-formatted', 'mix credo --strict', 'mix dialyzer', 'mix test'),
    },
    [
      ['install', MIX],
      ['format', 'mix format'],
      ['lint', 'mix format --check-formatted'],
      ['lint', 'mix credo --strict'],
      ['typecheck', 'mix dialyzer'],
      ['test', 'mix test'],
    ],
  ],
  [
    '.NET with tests and an .editorconfig',
    { 'App.sln': '', '.editorconfig': '', 'App.Tests/App.Tests.csproj': '' },
    [
      ['install', 'dotnet restore'],
      ['format', 'dotnet format'],
      ['lint', 'dotnet format --verify-no-changes'],
      ['test', 'dotnet test'],
    ],
  ],
  [
    '.NET without tests is built',
    { 'App.csproj': '' },
    [
      ['install', 'dotnet restore'],
      ['typecheck', 'dotnet build'],
    ],
  ],
  [
    'several solutions: one is named',
    { 'A.sln': '', 'B.sln': '', 'x/x.Tests.csproj': '' },
    [
      ['install', "dotnet restore 'A.sln'"],
      ['test', "dotnet test 'A.sln'"],
    ],
  ],
  [
    'mix deps.get of CI is not a test',
    { 'mix.exs': '', [CI]: workflow('mix deps.get --only test', 'mix test', 'mix test --only slow') },
    [
      ['install', MIX],
      ['test', 'mix test'],
    ],
  ],
];

describe('elixir and dotnet', () => itDetects(others));
