import { NIX_RULES } from '../tools/more.ts';
import type { Ecosystem } from './ecosystem.ts';
import { GITHUB_HOSTS } from './registries.ts';

/** Nix: only what CI runs, because a flake may build a whole system. */
export const nix: Ecosystem = {
  name: 'nix',
  manifests: ['flake.nix', 'default.nix', 'shell.nix'],
  locks: ['flake.lock'],
  downloads: [['nix'], ['nix-build'], ['nix-shell']],
  registries: {
    defaults: ['cache.nixos.org', 'channels.nixos.org', 'releases.nixos.org', ...GITHUB_HOSTS],
    named: [[['flake.nix', 'flake.lock'], /"(?:git\+)?(https:[^\s"]{1,500})/g]],
  },
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
