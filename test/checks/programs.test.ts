import assert from 'node:assert/strict';
import { programsOf } from '../../src/checks/programs.ts';
import { memoryRepo, type Tree } from './memory-repo.ts';

const TREE: Tree = {
  'scripts/test.sh': '#!/usr/bin/env bash\npytest\n',
  'scripts/plain.sh': '#!/bin/sh\ntrue\n',
  'api/check.py': '#!/usr/bin/env python3\n',
};

const cases: [promise: string, run: string, programs: string[]][] = [
  ['a package manager, not the tool behind a script', 'npm test', ['npm']],
  ['a program from node_modules is not needed on PATH', 'npx --no-install eslint .', ['npx']],
  ['a runner, not the tool in its environment', 'uv run pytest -x', ['uv']],
  ['a virtual environment brings its own programs', '.venv/bin/python -m pytest', []],
  [
    'what makes the virtual environment',
    'python3 -m venv .venv && .venv/bin/python -m pip install x',
    ['python3'],
  ],
  ['each program once, in order', 'cmake -B build && cmake --build build && ctest', ['cmake', 'ctest']],
  ['a program in a substitution', 'test -z "$(gofmt -l .)"', ['gofmt']],
  ['assignments and folders are looked through', 'cd api && CGO_ENABLED=0 go test ./...', ['go']],
  ['env, timeout and nice are looked through', 'env -i A=b timeout 10 nice -n 5 make test', ['make']],
  ['a wrapper needs Java', './gradlew test', ['java']],
  ['a tool of Composer needs PHP', 'vendor/bin/phpunit', ['php']],
  ['a script needs the interpreter of its first line', './scripts/test.sh', ['bash']],
  ['a script in a folder likewise', 'cd api && ./check.py', ['python3']],
  ['a script for sh needs nothing more', './scripts/plain.sh', []],
  ['a toolchain of Rust needs rustup', 'cargo +nightly fmt --check', ['rustup', 'cargo']],
  ['what runs only after a failure is not needed', 'npm test || docker ps', ['npm']],
  ['pipes', "git ls-files '*.sh' | xargs shellcheck", ['git', 'shellcheck']],
  ['a variable is not a program', '$CC -c a.c', []],
  ['a path on PATH', 'PATH="$PWD/.venv/bin:$PATH" make test', ['make']],
];

describe('programsOf', () => {
  for (const [promise, run, programs] of cases) {
    it(`${promise}: ${run}`, () => {
      assert.deepEqual(
        programsOf({ run }, memoryRepo(TREE)).map(({ program }) => program),
        programs,
      );
    });
  }

  it('says how to install what it knows, and nothing of what it does not know', () => {
    assert.deepEqual(programsOf({ run: 'go vet ./... && frobnicate' }, memoryRepo({})), [
      { program: 'go', install: 'Install Go from https://go.dev/dl.' },
      { program: 'frobnicate' },
    ]);
  });

  const asked: [run: string, tree: Tree, install: string][] = [
    ['pnpm test', { 'package.json': '{"packageManager":"pnpm@9.1.0+sha512.abc"}' }, 'Install pnpm as package.json asks: npm install --global pnpm@9.1.0.'],
    ['yarn test', { 'package.json': '{"packageManager":"yarn@4.5.0"}' }, 'Install yarn as package.json asks: npm install --global @yarnpkg/cli-dist@4.5.0.'],
    ['yarn test', { 'package.json': '{"packageManager":"yarn@1.22.22"}' }, 'Install yarn as package.json asks: npm install --global yarn@1.22.22.'],
    ['cd web && pnpm test', { 'web/package.json': '{"packageManager":"pnpm@8.1.0"}' }, 'Install pnpm as package.json asks: npm install --global pnpm@8.1.0.'],
    ['cd web && pnpm test', { 'package.json': '{"packageManager":"pnpm@8.1.0"}' }, 'Install pnpm as package.json asks: npm install --global pnpm@8.1.0.'],
    ['pnpm test', { 'package.json': '{"packageManager":"yarn@1.22.22"}' }, 'Install pnpm with npm install --global pnpm.'],
    ['pnpm test', { 'package.json': '{"packageManager":5}' }, 'Install pnpm with npm install --global pnpm.'],
    ['npm test', { 'package.json': '{"packageManager":"npm@11.0.0"}' }, 'npm comes with Node.js: install Node.js from https://nodejs.org.'],
  ]; // prettier-ignore
  for (const [run, tree, install] of asked)
    it(`says how to install the version that package.json asks for: ${JSON.stringify(tree)} ${run}`, () =>
      assert.equal(programsOf({ run }, memoryRepo(tree))[0]?.install, install));
});
