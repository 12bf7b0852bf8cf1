import { CI, itDetects, workflow, type Case } from '../memory-repo.ts';

const rust: Case[] = [
  [
    'a single crate',
    { 'Cargo.toml': '[package]\n', 'Cargo.lock': '' },
    [
      ['install', 'cargo fetch --locked'],
      ['format', 'cargo fmt'],
      ['lint', 'cargo fmt -- --check'],
      ['lint', 'cargo clippy --all-targets -- -D warnings'],
      ['test', 'cargo test'],
    ],
  ],
  [
    'a workspace',
    { 'Cargo.toml': '[workspace]\nmembers = ["a"]\n' },
    [
      ['install', 'cargo fetch'],
      ['format', 'cargo fmt --all'],
      ['lint', 'cargo fmt --all -- --check'],
      ['lint', 'cargo clippy --workspace --all-targets -- -D warnings'],
      ['test', 'cargo test --workspace'],
    ],
  ],
  [
    "CI's own flags",
    {
      'Cargo.toml': '[package]\n',
      [CI]: workflow(
        'cargo fmt --all --check',
        'cargo clippy -- -D warnings',
        'cargo check --no-default-features',
        'cargo nextest run',
        'cargo publish --dry-run',
      ),
    },
    [
      ['install', 'cargo fetch'],
      ['format', 'cargo fmt --all'],
      ['lint', 'cargo fmt --all --check'],
      ['lint', 'cargo clippy -- -D warnings'],
      ['typecheck', 'cargo check --no-default-features'],
      ['test', 'cargo nextest run'],
    ],
  ],
  [
    'a check for another machine is left out',
    {
      'Cargo.toml': '',
      [CI]: workflow('cargo check --target wasm32-unknown-unknown', 'cargo fmt --check', 'cargo clippy'),
    },
    [
      ['install', 'cargo fetch'],
      ['format', 'cargo fmt'],
      ['lint', 'cargo fmt --check'],
      ['lint', 'cargo clippy'],
      ['test', 'cargo test'],
    ],
  ],
];

describe('rust', () => itDetects(rust));
