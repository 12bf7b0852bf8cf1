import { ZIG_RULES } from '../tools/more.ts';
import { CONFIGURED, type Ecosystem } from './ecosystem.ts';

/** Zig through build.zig. */
export const zig: Ecosystem = {
  name: 'zig',
  manifests: ['build.zig', 'build.zig.zon'],
  ignored: ['.zig-cache', 'zig-cache', 'zig-out'],
  downloads: [['zig', / build /]],
  registries: {
    defaults: ['ziglang.org'],
    named: [[['build.zig.zon'], /\.url = "(?:git\+)?(https?:[^\s"]{1,500})/g]],
  },
  toolchain: { zig: 'Install Zig from https://ziglang.org/download.' },
  rules: ZIG_RULES,
  subcommands: ['zig'],
  formatters: [[/\bzig fmt\b.* --check\b/, (run) => run.replace(/ --check\b/, '')]],
  suggest: (files) => {
    const build = files.read('build.zig');
    if (!files.has('build.zig')) return undefined;
    const hasTests = /\bstep\(\s*"test"/.test(build ?? '');
    return {
      proofs: [
        ['format', 'zig fmt', 'zig fmt .', 'build.zig', CONFIGURED],
        hasTests
          ? ['test', 'zig build', 'zig build test', 'build.zig test']
          : ['typecheck', 'zig build', 'zig build', 'build.zig', CONFIGURED],
      ],
    };
  },
};
