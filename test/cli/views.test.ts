import assert from 'node:assert/strict';
import { canBeDrawnOn } from '../../src/cli/views.ts';

const tty = { isTTY: true };
const pipe = {};
const CASES: readonly (readonly [what: string, ends: Parameters<typeof canBeDrawnOn>[0], drawn: boolean])[] =
  [
    ['a terminal', { stdin: tty, stdout: tty, env: { TERM: 'xterm' } }, true],
    ['a terminal that does not say what it is', { stdin: tty, stdout: tty, env: {} }, true],
    ['standard output to a pipe', { stdin: tty, stdout: pipe, env: { TERM: 'xterm' } }, false],
    ['standard input from a pipe', { stdin: pipe, stdout: tty, env: { TERM: 'xterm' } }, false],
    ['a dumb terminal', { stdin: tty, stdout: tty, env: { TERM: 'dumb' } }, false],
    ['a terminal in CI', { stdin: tty, stdout: tty, env: { CI: 'true' } }, false],
    ['a terminal where CI is set and empty', { stdin: tty, stdout: tty, env: { CI: '' } }, false],
    ['a terminal that says that it is not CI', { stdin: tty, stdout: tty, env: { CI: 'false' } }, true],
    [
      'a terminal in continuous integration',
      { stdin: tty, stdout: tty, env: { CONTINUOUS_INTEGRATION: '1' } },
      false,
    ],
  ];

describe('views', () => {
  for (const [what, ends, drawn] of CASES)
    it(`${what} is ${drawn ? 'drawn on' : 'written to in lines'}`, () =>
      assert.equal(canBeDrawnOn(ends), drawn));
});
