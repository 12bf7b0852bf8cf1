import type { Detector, RepoFiles } from '../check.ts';
import { checksOf, type Suggestion } from './suggest.ts';

/** Rust: cargo fmt, clippy and test, over the whole workspace. */
export const rust: Detector = {
  name: 'rust',
  detect: (files, ci) => {
    if (!files.has('Cargo.toml')) return [];
    const run = files.has('Cargo.lock') ? 'cargo fetch --locked' : 'cargo fetch';
    return checksOf(
      { ecosystem: 'rust', install: { run, evidence: 'Cargo.toml' }, proofs: proofs(files) },
      ci,
    );
  },
};

function proofs(files: RepoFiles): Suggestion[] {
  const isWorkspace = /^\[workspace\b/m.test(files.read('Cargo.toml') ?? '');
  const [all, workspace, evidence] = isWorkspace
    ? [' --all', ' --workspace', 'Cargo.toml [workspace]']
    : ['', '', 'Cargo.toml'];
  return [
    ['format', 'cargo fmt', `cargo fmt${all}`, evidence],
    ['lint', 'cargo fmt', `cargo fmt${all} -- --check`, evidence],
    ['lint', 'cargo clippy', `cargo clippy${workspace} --all-targets -- -D warnings`, evidence],
    ['test', 'cargo test', `cargo test${workspace}`, evidence],
  ];
}
