import type { RepoFiles } from '../check.ts';
import { C_RULES } from '../tools/c.ts';
import { CONFIGURED, type Ecosystem, type Suggestion } from './ecosystem.ts';

const MANIFESTS = ['CMakeLists.txt', 'configure.ac', 'configure.in', 'meson.build'];

/** Manifests beside which a CMakeLists.txt serves other builds or a part. */
const OTHER_LANGUAGE = [
  'Package.swift',
  'Cargo.toml',
  'package.json',
  'pyproject.toml',
  'setup.py',
  'go.mod',
  'build.zig',
  'dune-project',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
];

/** C and C++ with CMake, Meson or the autotools. */
export const c: Ecosystem = {
  name: 'c',
  manifests: MANIFESTS,
  locks: ['CMakePresets.json', 'conanfile.*', 'vcpkg.json', 'Makefile.am'],
  toolchain: {
    cmake: 'Install CMake from https://cmake.org/download.',
    ctest: 'ctest comes with CMake: https://cmake.org/download.',
    meson: 'Install Meson with pipx install meson.',
    ninja: 'Install Ninja with the system package manager (apt-get install ninja-build).',
    autoreconf:
      'Install the autotools with the system package manager (apt-get install autoconf automake libtool).',
  },
  extras: {
    'clang-tidy': 'Install clang-tidy with the system package manager.',
    'clang-format': 'Install clang-format with the system package manager.',
    cppcheck: 'Install cppcheck with the system package manager.',
  },
  rules: C_RULES,
  suggest: (files) =>
    MANIFESTS.some((path) => files.has(path))
      ? { proofs: OTHER_LANGUAGE.some((path) => files.has(path)) ? [] : [...proofs(files)] }
      : undefined,
};

function proofs(files: RepoFiles): readonly Suggestion[] {
  if (files.has('CMakeLists.txt')) return cmake(files);
  if (files.has('meson.build')) {
    const setup = '(test -d builddir || meson setup builddir)';
    return /^[ \t]*test[ \t]*\(/m.test(allOf(files, /(^|\/)meson\.build$/))
      ? [['test', 'meson test', `${setup} && meson test -C builddir`, 'meson.build test()']]
      : [['typecheck', 'meson compile', `${setup} && meson compile -C builddir`, 'meson.build', CONFIGURED]];
  }
  const text = allOf(files, /(^|\/)Makefile\.am$/);
  const target = /^(check_PROGRAMS|TESTS|check_SCRIPTS)\b|^check-local:/m.test(text) ? ' check' : '';
  const run = `autoreconf -i && ./configure && make${target}`;
  return [
    [
      target === '' ? 'typecheck' : 'test',
      `make${target}`,
      run,
      'configure.ac; Makefile.am',
      target === '' ? CONFIGURED : undefined,
    ],
  ];
}

function cmake(files: RepoFiles): readonly Suggestion[] {
  const dir = files.paths.some((path) => path.startsWith('build/')) ? 'build-checks' : 'build';
  const build = `cmake -B ${dir} && cmake --build ${dir}`;
  const hasTests =
    /\b(enable_testing|add_test|gtest_discover_tests|catch_discover_tests)\s*\(|include\s*\(\s*CTest\s*\)/i;
  return hasTests.test(allOf(files, /(^|\/)CMakeLists\.txt$/))
    ? [['test', 'ctest', `${build} && ctest --test-dir ${dir} --output-on-failure`, 'CMakeLists.txt']]
    : [['typecheck', 'cmake', build, 'CMakeLists.txt', CONFIGURED]];
}

/** The text of the first files that fit, at most 30 of them. */
const allOf = (files: RepoFiles, pattern: RegExp): string =>
  files.paths
    .filter((path) => pattern.test(path))
    .slice(0, 30)
    .map((path) => files.read(path) ?? '')
    .join('\n');
