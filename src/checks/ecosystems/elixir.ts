import type { RepoFiles } from '../check.ts';
import { ELIXIR_RULES } from '../tools/others.ts';
import { CONFIGURED, type Ecosystem, type Suggestion } from './ecosystem.ts';

/** Elixir: mix format, Credo where it is a dependency, Dialyzer where CI runs it, mix test. */
export const elixir: Ecosystem = {
  name: 'elixir',
  manifests: ['mix.exs'],
  locks: ['mix.lock'],
  ignored: ['deps', '_build'],
  registries: {
    defaults: ['hex.pm', 'repo.hex.pm', 'builds.hex.pm'],
    named: [
      [['mix.exs', 'mix.lock'], /\bgit:\s{0,5}"(https?:[^\s"]{1,500})/g, /\{:git, "(https?:[^\s"]{1,500})/g],
    ],
  },
  toolchain: { mix: 'Install Elixir from https://elixir-lang.org/install.html.' },
  rules: ELIXIR_RULES,
  subcommands: ['mix'],
  partial: /^(\w+=\S* )*mix test\b.* (--(only|include)\b|\S+_test\.exs\b)/,
  formatters: [[/\bmix format\b.* --check-formatted\b/, (run) => run.replace(/ --check-formatted\b/, '')]],
  suggest: (files) => {
    if (!files.has('mix.exs')) return undefined;
    const run = 'mix local.hex --force --if-missing && mix local.rebar --force --if-missing && mix deps.get';
    return { install: { run, evidence: 'mix.exs' }, proofs: proofs(files) };
  },
};

function proofs(files: RepoFiles): Suggestion[] {
  const list: Suggestion[] = [];
  // Without inputs, and for a file that gives no list, mix format ends with an error.
  const config = files.read('.formatter.exs');
  if (/\b(inputs|subdirectories):/.test(config ?? '')) {
    list.push(['format', 'mix format', 'mix format', '.formatter.exs', CONFIGURED]);
    list.push(['lint', 'mix format', 'mix format --check-formatted', '.formatter.exs', CONFIGURED]);
  }
  if (/:credo\b/.test(files.read('mix.exs') ?? ''))
    list.push(['lint', 'mix credo', 'mix credo', 'mix.exs credo', CONFIGURED]);
  return [...list, ['test', 'mix test', 'mix test', 'mix.exs']];
}
