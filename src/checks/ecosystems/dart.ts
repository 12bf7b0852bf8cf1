import { DART_RULES } from '../tools/more.ts';
import { CONFIGURED, type Ecosystem } from './ecosystem.ts';

/** Dart and Flutter. */
export const dart: Ecosystem = {
  name: 'dart',
  manifests: ['pubspec.yaml'],
  locks: ['pubspec.lock'],
  ignored: ['.dart_tool'],
  registries: {
    defaults: ['pub.dev', 'storage.googleapis.com'],
    named: [[['pubspec.yaml', 'pubspec.lock'], /\b(?:url|hosted):\s{0,5}["']?(https?:[^\s"']{1,500})/g]],
  },
  toolchain: {
    dart: 'Install Dart from https://dart.dev/get-dart.',
    flutter: 'Install Flutter from https://docs.flutter.dev/get-started/install.',
  },
  rules: DART_RULES,
  subcommands: ['dart', 'flutter'],
  formatters: [
    [
      /\bdart format\b.* --set-exit-if-changed\b/,
      (run) => run.replace(/ (--set-exit-if-changed|(-o|--output)[= ]\w+)(?= |$)/g, ''),
    ],
  ],
  suggest: (files) => {
    const manifest = files.read('pubspec.yaml');
    if (!files.has('pubspec.yaml')) return undefined;
    const program = /^[ \t]+sdk:[ \t]*flutter\b/m.test(manifest ?? '') ? 'flutter' : 'dart';
    const test = files.paths.find((path) => /^test\/.*_test\.dart$/.test(path));
    return {
      install: { run: `${program} pub get`, evidence: 'pubspec.yaml' },
      proofs: [
        ['lint', `${program} analyze`, `${program} analyze`, 'pubspec.yaml', CONFIGURED],
        ...(test === undefined ? [] : [['test', `${program} test`, `${program} test`, test] as const]),
      ],
    };
  },
};
