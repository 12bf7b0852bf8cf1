import assert from 'node:assert/strict';
import { noxFunctions, toxEnvironments } from '../../src/checks/common/tox-nox.ts';

describe('toxEnvironments', () => {
  it('are the sections of environments with their lines, in order', () => {
    const text =
      '[tox]\nenvlist = py\n[testenv]\ndeps = a\n\n[testenv:lint]\ncommands =\n  ruff check\n[flake8]\nx = 1\n';
    assert.deepEqual(toxEnvironments(text), [
      { name: '', body: 'deps = a\n' },
      { name: 'lint', body: 'commands =\n  ruff check' },
    ]);
  });
});

describe('noxFunctions', () => {
  const CASES: [what: string, text: string, session: string | undefined][] = [
    ['directly behind its decorator', '@nox.session(python="3.12")\ndef lint(session):\n', '(python="3.12")'],
    ['behind several decorators', '@session\n@nox.parametrize("a", [\n    1,\n])\ndef lint(session):\n', ''],
    ['behind other code', '@nox.session\nx = 1\ndef lint(session):\n', undefined],
    ['without a decorator', 'def lint(session):\n', undefined],
  ];
  for (const [what, text, session] of CASES)
    it(`know the arguments of a session ${what}`, () =>
      assert.deepEqual(noxFunctions(text), [{ name: 'lint', session, body: '' }]));

  it('have the lines up to the next function', () => {
    const text = 'def a(x):\n    one\n@nox.session\ndef b(x):\n    two\n';
    assert.deepEqual(
      noxFunctions(text).map(({ name, body }) => [name, body]),
      [
        ['a', '    one'],
        ['b', '    two\n'],
      ],
    );
  });
});
