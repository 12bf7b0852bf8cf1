import assert from 'node:assert/strict';
import { detectChecks } from '../../src/checks/detect.ts';
import type { Check } from '../../src/checks/check.ts';
import { CI, memoryRepo, pkg, workflow, type Tree } from './memory-repo.ts';

const checksOf = (tree: Tree, run?: string): Check[] =>
  detectChecks(memoryRepo(tree), run === undefined ? undefined : [{ name: 'mine', run }]).checks;
const isMarked = (tree: Tree, run: string): boolean =>
  checksOf(tree, run).find((check) => check.run === run)?.downloads === true;

const MARKED: readonly (readonly [what: string, run: string, tree?: Tree])[] = [
  ['Maven, by its wrapper', './mvnw -B verify'],
  ['Gradle in a folder', 'cd app && ./gradlew test'],
  ['tox', 'tox run -e py'],
  ['tox of a virtual environment', '.venv/bin/tox -e lint'],
  ['tox behind a runner', 'uv run tox'],
  ['nox', 'python -m nox -s tests'],
  ['pre-commit', 'SKIP=no-commit-to-branch pre-commit run --all-files'],
  ['hatch, which makes an environment for each matrix', 'hatch test'],
  ['uvx', 'uvx ruff check .'],
  ['uv with more packages', 'uv run --with pytest pytest'],
  ['a tool of another module', 'go run honnef.co/go/tools/cmd/staticcheck@latest ./...'],
  ['npx with a version', 'npx eslint@9 .'],
  ['an install before the test', 'pip install pytest && pytest'],
  ['a script', 'npm run check', { 'package.json': pkg({ check: 'npm run types && tox', types: 'tsc' }) }],
  ['a target', 'make check', { Makefile: 'check: lint\nlint:\n\ttox -e lint\n' }],
  ['a script of a folder', 'cd web && npm test', { 'web/package.json': pkg({ test: 'npx -y jest' }) }],
];
const PLAIN: readonly (readonly [what: string, run: string, tree?: Tree])[] = [
  ['what the install step brought', 'npm test', { 'package.json': pkg({ test: 'mocha' }) }],
  ['a program of node_modules', 'npx eslint .'],
  ['pytest', '.venv/bin/pytest'],
  ['uv run', 'uv run pytest -q'],
  ['cargo', 'cargo test --workspace'],
  ['go', 'go run ./cmd/check'],
  ['a program that only has the name', 'node tox'],
  ['scripts that call each other', 'npm run a', { 'package.json': pkg({ a: 'npm run b', b: 'npm run a' }) }],
];

describe('a command that downloads what it needs while it runs', () => {
  for (const [what, run, tree = {}] of MARKED)
    it(`${what}: ${run} reaches the registries`, () => assert.equal(isMarked(tree, run), true));
  for (const [what, run, tree = {}] of PLAIN)
    it(`${what}: ${run} reaches nothing`, () => assert.equal(isMarked(tree, run), false));

  it('is marked where it runs before a check', () => {
    const lines = ['pip install meson', 'meson setup build', 'meson test -C build'];
    const [check] = checksOf({ 'meson.build': "test('a', a)", [CI]: workflow(...lines) }).slice(-1);
    const marks = (check?.before ?? []).map(({ run, downloads }) => [run, downloads]);
    assert.deepEqual(marks, [
      ['pip install meson', true],
      ['meson setup build', undefined],
    ]);
  });

  it('is an install by its kind, without a mark', () => {
    const install = checksOf({ 'package.json': pkg({ test: 'mocha' }) }).find(
      ({ kind }) => kind === 'install',
    );
    assert.deepEqual([install?.run, install?.downloads], ['npm install', undefined]);
  });
});
