import { CARGO, itReads, job, nodeRepo, steps, type CiCase } from './ci-case.ts';
import { CI, itDetects, pkg, type Tree } from '../memory-repo.ts';

const CMAKE: Tree = { 'CMakeLists.txt': 'project(m)\n' };
const MAKE: Tree = { Makefile: 'all:\n\tcc -o app a.c\n' };

/** A package whose tests read what other scripts made. */
const scripts = (promise: string, own: Record<string, string>, runs: string[], before: string[]): CiCase => ({
  promise,
  tree: { ...nodeRepo({ ...own, test: 'node t.js' }), [CI]: job(steps('npm ci', ...runs)) },
  runs: ['npm test'],
  before,
});

const OPAQUE = { a: 'node gen.js', b: 'node make.js' };
const node: CiCase[] = [
  scripts('scripts whose names tell nothing, in one line', OPAQUE, ['npm run a && npm run b', 'npm test'], ['npm run a', 'npm run b']),
  scripts('scripts whose names tell nothing, in steps', OPAQUE, ['npm run a', 'npm run b', 'npm test'], ['npm run a', 'npm run b']),
  scripts('scripts whose names tell nothing, in the line of the tests', OPAQUE, ['npm run a && npm run b && npm test'], ['npm run a', 'npm run b']),
  scripts('several of them in one call', OPAQUE, ['npx npm-run-all a b', 'npm test'], ['npx npm-run-all a b']),
  scripts('scripts by the short form of Yarn', OPAQUE, ['yarn a && yarn b', 'npm test'], ['yarn a', 'yarn b']),
  scripts('scripts with a variable before them', OPAQUE, ['MODE=ci npm run a', 'npm test'], ['MODE=ci npm run a']),
  scripts('no script that package.json lacks', OPAQUE, ['npm run nowhere', 'npm test'], []),
  scripts('bundlers behind such names', { a: 'rollup -c', b: 'esbuild a.js --outdir=lib' }, ['npm run a && npm run b', 'npm test'], ['npm run a', 'npm run b']),
  scripts('nothing that comes after the tests', OPAQUE, ['npm run a', 'npm test', 'npm run b'], ['npm run a']),
  scripts('no check behind such names', { a: 'eslint .', b: 'tsc --noEmit' }, ['npm run a && npm run b', 'npm test'], []),
  scripts('no script that says that it is a check', { 'check-names': 'node names.js' }, ['npm run check-names', 'npm test'], []),
  scripts('no report, no server and no site', { stats: 'node s.js', serve: 'node w.js', docs: 'node d.js' }, ['npm run stats', 'npm run serve', 'npm run docs', 'npm test'], []),
  scripts('no script that changes a machine', { a: 'sudo make x', b: 'docker run y' }, ['npm run a', 'npm run b', 'npm test'], []),
  scripts('rollup', {}, ['npx rollup -c', 'npm test'], ['npx rollup -c']),
  scripts('rollup in the line of the tests', {}, ['npx rollup -c && npm test'], ['npx rollup -c']),
  scripts('esbuild', {}, ['npx --no-install esbuild src/a.js --outdir=lib', 'npm test'], ['npx --no-install esbuild src/a.js --outdir=lib']),
]; // prettier-ignore

const whole: CiCase = {
  promise: 'a script of CI that makes what its tests need is run whole',
  tree: {
    ...nodeRepo({ ci: 'npm run a && npm run b && npm test', ...OPAQUE, test: 'node t.js' }),
    [CI]: job(steps('npm ci', 'npm run ci')),
  },
  runs: ['npm run ci'],
  never: /^npm test$/,
  before: [],
};

const native: CiCase[] = [
  {
    promise: 'cmake, its build and its tests in one line',
    tree: { ...CMAKE, [CI]: job(steps('cmake -B build && cmake --build build && ctest --test-dir build')) },
    runs: ['ctest --test-dir build'],
    before: ['cmake -B build', 'cmake --build build'],
  },
  {
    promise: 'cmake in one line before a program that it builds',
    tree: { ...CMAKE, [CI]: job(steps('cmake -B build && cmake --build build', './build/runtests')) },
    runs: ['./build/runtests'],
    before: ['cmake -B build', 'cmake --build build'],
  },
  {
    promise: 'cmake in the folder of the build, in one line',
    tree: { ...CMAKE, [CI]: job(steps('mkdir -p build && cd build && cmake .. && make && ctest')) },
    runs: ['cd build && ctest'],
    before: ['mkdir -p build', 'cd build && cmake ..', 'cd build && make'],
  },
  {
    promise: 'make in the line of the tests',
    tree: { ...MAKE, runtests: '#!/bin/sh\n./app\n', [CI]: job(steps('make && ./runtests')) },
    runs: ['./runtests'],
    before: ['make'],
  },
  {
    promise: 'make with flags in the line of tests in a folder',
    tree: { ...MAKE, [CI]: job(steps('make -j2 && ./tests/run.sh')) },
    runs: ['./tests/run.sh'],
    before: ['make -j2'],
  },
  {
    promise: 'make before the tests of a package',
    tree: { ...nodeRepo({ test: 'node t.js' }), ...MAKE, [CI]: job(steps('npm ci', 'make && npm test')) },
    runs: ['npm test'],
    before: ['make'],
  },
  {
    promise: 'cmake in one line before the tests of a Python project',
    tree: {
      ...CMAKE,
      'pyproject.toml': '[project]\nname="m"\nversion="0"\n',
      [CI]: job(steps('cmake -S . -B build && cmake --build build', 'pytest')),
    },
    runs: ['.venv/bin/pytest'],
    before: ['cmake -S . -B build', 'cmake --build build'],
  },
  {
    promise: 'the four steps of autotools in one line',
    tree: {
      'configure.ac': '',
      'Makefile.am': '',
      [CI]: job(steps('./autogen.sh && ./configure && make && make check')),
    },
    runs: ['make check'],
    before: ['./autogen.sh', './configure', 'make'],
  },
];

const never: CiCase[] = [
  {
    promise: 'miri beside the tests',
    tree: { ...CARGO, [CI]: job(steps('cargo miri setup', 'cargo miri test --all', 'cargo test')) },
    runs: ['cargo test'],
    never: /miri/,
    before: [],
  },
  {
    promise: 'miri alone, on another toolchain',
    tree: { ...CARGO, [CI]: job(steps('cargo +nightly miri test', 'cargo +nightly miri nextest run')) },
    runs: ['cargo test'],
    never: /miri|nightly/,
  },
  {
    promise: 'go test -fuzz beside the tests',
    tree: {
      'go.mod': 'module m\n',
      [CI]: job(steps('go test ./...', 'go test -fuzz=FuzzX -fuzztime=10s ./x')),
    },
    runs: ['go test ./...'],
    never: /fuzz/,
  },
  {
    promise: 'go test -fuzz alone, with and without an end',
    tree: {
      'go.mod': 'module m\n',
      [CI]: job(steps('go test -fuzz FuzzX -fuzztime 10s ./x', 'go test -run=^$ -fuzz=FuzzY ./y')),
    },
    runs: ['go test ./...'],
    never: /fuzz/,
  },
];

/** A job called typecheck whose one script is called test. */
const typecheck = (test: string): Tree => ({
  'package.json': pkg({ test }),
  'pnpm-lock.yaml': '',
  [CI]: `on: [pull_request]\njobs:\n  typecheck:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pnpm install\n      - name: typecheck\n        run: pnpm test\n`,
});

describe('what CI runs before its tests', () => {
  describe('scripts and bundlers', () => itReads([...node, whole]));
  describe('builds of C and C++', () => itReads(native));
});
describe('what is never a check, whatever CI runs', () => itReads(never));
describe('a script called test in a job called typecheck', () =>
  itDetects([
    [
      'is a test by what it runs',
      typecheck('vitest run'),
      [
        ['install', 'pnpm install'],
        ['test', 'pnpm test'],
      ],
    ],
    [
      'is a type check where it runs nothing else',
      typecheck('tsc --noEmit'),
      [
        ['install', 'pnpm install'],
        ['typecheck', 'pnpm test'],
      ],
    ],
    [
      'is a test where its own words do not tell',
      typecheck('node t.js'),
      [
        ['install', 'pnpm install'],
        ['test', 'pnpm test'],
      ],
    ],
  ]));
