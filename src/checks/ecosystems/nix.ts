import { NIX_RULES } from '../tools/more.ts';
import type { Ecosystem } from './ecosystem.ts';

/** Nix: only what CI runs, because a flake may build a whole system. */
export const nix: Ecosystem = {
  name: 'nix',
  manifests: ['flake.nix', 'default.nix', 'shell.nix'],
  locks: ['flake.lock'],
  toolchain: {
    nix: 'Install Nix from https://nixos.org/download.',
    'nix-build': 'nix-build comes with Nix: https://nixos.org/download.',
    'nix-shell': 'nix-shell comes with Nix: https://nixos.org/download.',
  },
  rules: NIX_RULES,
  subcommands: ['nix'],
  suggest: (files) =>
    ['flake.nix', 'default.nix', 'shell.nix'].some((path) => files.has(path)) ? { proofs: [] } : undefined,
};
