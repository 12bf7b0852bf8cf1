import type { RepoFiles } from '../check.ts';
import { RUST_RULES } from '../tools/go-rust.ts';
import { CONFIGURED, type Ecosystem, type Suggestion } from './ecosystem.ts';

/** Rust: cargo fmt, clippy and test, over the whole workspace. */
export const rust: Ecosystem = {
  name: 'rust',
  manifests: ['Cargo.toml'],
  locks: ['Cargo.lock', 'rust-toolchain.toml', 'rust-toolchain'],
  ignored: ['target', '.cargo'],
  downloads: [['cargo', / install /]],
  // rustup installs what rust-toolchain.toml names.
  registries: {
    defaults: ['index.crates.io', 'static.crates.io', 'crates.io', 'static.rust-lang.org'],
    named: [
      [['Cargo.lock'], /^source = "(?:registry|sparse|git)\+(https?:[^\s"]{1,500})/gm],
      [
        ['Cargo.toml', '.cargo/config.toml'],
        /\b(?:git|registry|index) = "(?:sparse\+)?(https?:[^\s"]{1,500})/g,
      ],
    ],
  },
  listed: ['.cargo/config.toml'],
  toolchain: { cargo: 'Install Rust with rustup from https://rustup.rs.' },
  extras: { rustup: 'Install rustup from https://rustup.rs.' },
  rules: RUST_RULES,
  subcommands: ['cargo'],
  partial: /^\S*cargo\b.* (-p|--package|--manifest-path)[ =](?!xtask\b)/,
  formatters: [
    [/\bcargo\b.* fmt\b.* --check\b/, (run) => run.replace(/ --check\b/, '').replace(/ --\s*$/, '')],
  ],
  suggest: (files) => {
    if (!files.has('Cargo.toml')) return undefined;
    const run = files.has('Cargo.lock') ? 'cargo fetch --locked' : 'cargo fetch';
    return { install: { run, evidence: 'Cargo.toml' }, proofs: proofs(files) };
  },
};

function proofs(files: RepoFiles): Suggestion[] {
  const isWorkspace = /^\[workspace\b/m.test(files.read('Cargo.toml') ?? '');
  const [all, workspace, evidence] = isWorkspace
    ? [' --all', ' --workspace', 'Cargo.toml [workspace]']
    : ['', '', 'Cargo.toml'];
  return [
    ['format', 'cargo fmt', `cargo fmt${all}`, evidence],
    ['lint', 'cargo fmt', `cargo fmt${all} -- --check`, evidence, CONFIGURED],
    ['lint', 'cargo clippy', `cargo clippy${workspace} --all-targets -- -D warnings`, evidence, CONFIGURED],
    ['test', 'cargo test', `cargo test${workspace}`, evidence],
  ];
}
