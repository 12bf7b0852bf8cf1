import type { Detector, RepoFiles } from '../check.ts';
import { checksOf, type Suggestion } from './suggest.ts';

/** Elixir: mix format, Credo where it is a dependency, Dialyzer where CI runs it, mix test. */
export const elixir: Detector = {
  name: 'elixir',
  detect: (files, ci) => {
    if (!files.has('mix.exs')) return [];
    const run = 'mix local.hex --force --if-missing && mix local.rebar --force --if-missing && mix deps.get';
    return checksOf(
      { ecosystem: 'elixir', install: { run, evidence: 'mix.exs' }, proofs: proofs(files) },
      ci,
    );
  },
};

function proofs(files: RepoFiles): Suggestion[] {
  const list: Suggestion[] = [];
  if (files.has('.formatter.exs')) {
    list.push(['format', 'mix format', 'mix format', '.formatter.exs']);
    list.push(['lint', 'mix format', 'mix format --check-formatted', '.formatter.exs']);
  }
  if (/:credo\b/.test(files.read('mix.exs') ?? ''))
    list.push(['lint', 'mix credo', 'mix credo', 'mix.exs credo']);
  return [...list, ['test', 'mix test', 'mix test', 'mix.exs']];
}
