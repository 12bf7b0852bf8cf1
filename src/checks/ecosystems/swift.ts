import { SWIFT_RULES } from '../tools/more.ts';
import { CONFIGURED, type Ecosystem } from './ecosystem.ts';

/** Swift packages. */
export const swift: Ecosystem = {
  name: 'swift',
  manifests: ['Package.swift'],
  locks: ['Package.resolved'],
  ignored: ['.build', '.swiftpm', 'Pods'],
  registries: {
    defaults: ['github.com'],
    named: [
      [['Package.resolved'], /"(?:location|repositoryURL)" ?: ?"(https?:[^\s"]{1,500})/g],
      [['Package.swift'], /\burl:\s{0,5}"(https?:[^\s"]{1,500})/g],
    ],
  },
  toolchain: { swift: 'Install Swift from https://www.swift.org/install.' },
  extras: {
    swiftlint: 'Install SwiftLint from https://github.com/realm/SwiftLint.',
    swiftformat: 'Install SwiftFormat from https://github.com/nicklockwood/SwiftFormat.',
    xcodebuild: 'xcodebuild comes with Xcode, on macOS only.',
  },
  rules: SWIFT_RULES,
  subcommands: ['swift'],
  formatters: [[/\bswiftformat\b.* --lint\b/, (run) => run.replace(/ --lint\b/, '')]],
  suggest: (files) => {
    if (!files.has('Package.swift')) return undefined;
    const test = files.paths.find((path) => /^Tests\/.*\.swift$/.test(path));
    return {
      ...(test !== undefined && { install: { run: 'swift package resolve', evidence: 'Package.swift' } }),
      proofs: [
        test === undefined
          ? ['typecheck', 'swift build', 'swift build', 'Package.swift', CONFIGURED]
          : ['test', 'swift test', 'swift test', `Package.swift; ${test}`],
      ],
    };
  },
};
