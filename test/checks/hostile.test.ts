import assert from 'node:assert/strict';
import { detectChecks } from '../../src/checks/detect.ts';
import { CI, memoryRepo, pkg, type Tree, workflow } from './memory-repo.ts';

/** Characters of a hostile file: what takes linear time takes some milliseconds, what takes quadratic time takes minutes. */
const LENGTH = 400_000;
/** The same for shell, which is read up to 64 KiB. */
const SHELL_LENGTH = 60_000;

const ANY: Tree = {
  'setup.py': '',
  'go.mod': 'module m\n',
  'Cargo.toml': '[package]\nname="a"\n',
  'package-lock.json': '{}',
  'package.json': pkg({ test: 'vitest run' }),
  '.pre-commit-config.yaml': 'repos: []\n',
};
const SCRIPT_JOB = workflow('./scripts/lint').replace('  test:', '  lint:');

/** What repeats, and the file in which it does. */
const HOSTILE: [what: string, path: string, text: (piece: string) => string, ci: string, pieces: string[]][] = [
  ['a noxfile', 'noxfile.py', (piece) => piece, workflow('nox'), ['@session\n', '@nox.session\n', 'def ', 'def lint']],
  ['a noxfile whose sessions CI computes', 'noxfile.py', (piece) => piece, workflow('nox -s "${{ matrix.x }}"'), ['@session\n']],
  ['a function of a noxfile', 'noxfile.py', (piece) => `def ${piece}`, workflow('nox'), ['lint', 'style']],
  ['an environment of tox.ini', 'tox.ini', (piece) => `[tox]\nenvlist = lint\n[testenv:${piece}`, workflow('tox'), ['lint', ':', '-']],
  ['a configuration of Vitest', 'vitest.config.ts', (piece) => piece, workflow('npm test'), ['projects ', 'browser:{', "'"]],
  ['a Makefile', 'Makefile', (piece) => `test:\n\t${piece}`, workflow('make test'), ['\n', ' ', 'include ']],
  ['a justfile', 'justfile', (piece) => `test:\n  ${piece}`, workflow('just test'), ['{', ' \\\n']],
  ['setup.cfg', 'setup.cfg', (piece) => piece, workflow('tox'), ['[options.extras_require]\n', ' ']],
  ['scripts of package.json', 'package.json', (piece) => pkg({ test: piece }), workflow('npm test'), ['npm run a;', 'A=b ', 'uv run ']],
  ['.npmrc', '.npmrc', (piece) => piece, workflow('npm test'), ['\n', ' ']],
]; // prettier-ignore

/** The same for shell. */
const SHELL: string[] = [
  'cargo ',
  'configure ',
  'docker ',
  'CC=',
  'GOOS=',
  '\n',
  '\t',
  ' \\\n',
  'diff <(gofmt ',
  '| npx -a ',
];

const repeated = (piece: string, length: number): string => `${piece.repeat(length / piece.length)}!\n`;

describe('a repository that would keep the detection busy', () => {
  for (const [what, path, text, ci, pieces] of HOSTILE)
    for (const piece of pieces)
      it(`ends for ${what} that repeats ${JSON.stringify(piece)}`, () => {
        detectChecks(memoryRepo({ ...ANY, [path]: text(repeated(piece, LENGTH)), [CI]: ci }));
      });

  for (const piece of SHELL) {
    it(`ends for a script that repeats ${JSON.stringify(piece)}`, () => {
      const script = `#!/bin/sh\n${repeated(piece, SHELL_LENGTH)}`;
      detectChecks(memoryRepo({ ...ANY, 'scripts/lint': script, [CI]: SCRIPT_JOB }));
    });
    it(`ends for a recipe and a step that repeat ${JSON.stringify(piece)}`, () => {
      const line = `x ${repeated(piece, SHELL_LENGTH)}`;
      const step = workflow('make test', line.replaceAll('\n', '\n          '));
      detectChecks(memoryRepo({ ...ANY, Makefile: `test:\n\t${line}`, [CI]: step }));
    });
  }

  it('ends for a step of blanks before an & that redirects nothing', () => {
    const step = workflow(`pytest${' '.repeat(SHELL_LENGTH * 4)}&`);
    detectChecks(memoryRepo({ ...ANY, [CI]: step }));
  });

  it('ends for a target that calls itself in a job whose lines cannot run here', () => {
    const ci = workflow('make test').replace('    steps:', '    env: { LOCKFILE: other }\n    steps:');
    const { checks } = detectChecks(memoryRepo({ Makefile: 'test:\n\tmake test\n\tpytest\n', [CI]: ci }));
    assert.deepEqual(
      checks.map(({ run }) => run),
      ['make test'],
    );
  });
});
